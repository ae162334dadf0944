#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/tree_view.hpp"
#include "gateway/cli/tree_watch.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Show the supervision tree: every actor with its state, restarts and what it is doing.

  troupe tree                        once
  troupe tree --watch                live, with keys: q quit, j/k select, r restart, / filter, s busiest first;
                                     into a file or a pipe: a line for each change of more than a figure;
                                     goes on when the server comes back
  troupe tree --restart node-1/embed what is below starts again, in order
  troupe tree --json | jq .actors    for scripts)";
constexpr const char* ending = "Exit status: 0 done, 1 failed, 2 usage.";

struct tree_arguments {
  engine_options engine;
  bool watch = false;
  bool json = false;
  std::string restart;
};

expected<std::string> tree_text(const http_client& server, bool json, const terminal& where) {
  http_call call;
  call.path = "/api/v1/tree";
  call.within = std::chrono::seconds{10};
  auto answer = server.send(call);
  if (!answer)
    return tl::make_unexpected(answer.error());
  if (json)
    return answer->body + (answer->body.ends_with("\n") ? "" : "\n");
  json_document parsed;
  if (!parsed.parse(answer->body))
    return fail(errc::malformed_json, "the server's tree is not JSON", "Check that --server is a troupe server.");
  return draw_tree(tree_actors(parsed.root()), std::chrono::system_clock::now(), where);
}

exit_status restart_once(const http_client& server, const tree_arguments& x) {
  auto answer = restart_actor(server, x.restart);
  if (!answer)
    return tell_and_fail(answer.error());
  json_document parsed;
  parsed.parse(answer->body);
  if (x.json)
    print(answer->body + "\n");
  else
    print(printable(x.restart) + " was restarted: " + printable(parsed.root().text("state")) + ", "
          + counted(parsed.root().count("restarts"), "restart") + "\n");
  return exit_status::done;
}

exit_status run_tree(const tree_arguments& x) {
  watch_interrupts();
  auto server = engine_connection::running_server(x.engine);
  if (!server)
    return tell_and_fail(server.error());
  if (!x.restart.empty())
    return restart_once(*server, x);
  if (x.watch)
    return watch_tree(*server, x.json);
  auto text = tree_text(*server, x.json, terminal_of(1));
  if (!text)
    return tell_and_fail(text.error());
  print(*text);
  return exit_status::done;
}

} // namespace

void add_tree(CLI::App& app, command_run& run) {
  auto x = std::make_shared<tree_arguments>();
  auto* command = app.add_subcommand("tree", "Show the supervision tree, live");
  describe(*command, purpose, ending);
  command->add_flag("--watch", x->watch, "Show it live until q or Ctrl-C");
  command->add_flag("--json", x->json, "Print the server's answer as it is; with --watch its messages, one a line");
  command->add_option("--restart", x->restart, "Restart the actor at this path, such as node-1/scrape")
    ->excludes("--watch")
    ->type_name("PATH");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_tree(*x); }; });
}

} // namespace troupe::cli
