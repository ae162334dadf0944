#include <thread>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/tree_view.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Show the supervision tree: every actor with its state, restarts and what it is doing.

  troupe tree                        once
  troupe tree --watch                refreshed each second until Ctrl-C
  troupe tree --json | jq .actors    for scripts)";
constexpr const char* ending = "Exit status: 0 done, 1 failed, 2 usage.";

struct tree_arguments {
  engine_options engine;
  bool watch = false;
  bool json = false;
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

/// A second, or less when somebody wants to leave.
void wait_a_second() {
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  while (interrupts() == 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
}

exit_status run_tree(const tree_arguments& x) {
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  auto where = terminal_of(1);
  do {
    auto text = tree_text(engine->client(), x.json, where);
    if (!text)
      return tell_and_fail(text.error());
    if (x.watch && where.interactive)
      print("\x1b[H\x1b[2J");
    print(*text);
    if (x.watch)
      wait_a_second();
  } while (x.watch && interrupts() == 0 && printed() == output_fate::written);
  return exit_status::done;
}

} // namespace

void add_tree(CLI::App& app, command_run& run) {
  auto x = std::make_shared<tree_arguments>();
  auto* command = app.add_subcommand("tree", "Show the supervision tree, live");
  describe(*command, purpose, ending);
  command->add_flag("--watch", x->watch, "Refresh each second");
  command->add_flag("--json", x->json, "Print the server's answer as it is");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_tree(*x); }; });
}

} // namespace troupe::cli
