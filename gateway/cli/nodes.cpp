// `troupe nodes` and `troupe drain`: what runs, and taking it down without losing anything.
#include <thread>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* nodes_purpose = R"(List the nodes of a running server: state, sessions, roles, version, address.

  troupe nodes
  troupe nodes --server http://127.0.0.1:8000 --json | jq .items)";
constexpr const char* drain_purpose =
  R"(Take a running node down gracefully, and wait until it has stopped.

  troupe drain                       the server that holds the data folder
  troupe drain node-1 --server http://127.0.0.1:8000)";
constexpr const char* ending = "Exit status: 0 done, 1 failed, 2 usage.";
constexpr const char* drain_ending =
  R"(It takes no new work at once. Its researches have half of its drain deadline to end by themselves, then what still runs
is handed back and continues at the next start.
Exit status: 0 done, 1 failed, 2 usage.)";
constexpr std::chrono::seconds slack{10}; ///< beyond a node's own deadline, before it counts as stuck

struct nodes_arguments {
  engine_options engine;
  bool json = false;
};

struct drain_arguments {
  engine_options engine;
  std::string node;
  bool no_wait = false;
};

expected<std::string> node_list(const http_client& server) {
  http_call call;
  call.path = "/api/v1/nodes";
  call.within = std::chrono::seconds{10};
  auto answer = server.send(call);
  if (!answer)
    return tl::make_unexpected(answer.error());
  json_document parsed;
  if (!parsed.parse(answer->body))
    return fail(errc::malformed_json, "the server's list of nodes is not JSON",
                "Check that --server is a troupe server.");
  return std::move(answer->body);
}

std::string node_line(const json_view& x) {
  std::string roles;
  for (const auto& role : x.items("roles"))
    roles += (roles.empty() ? "" : ",") + role.as_text();
  return padded(printable(x.text("id")), 10) + "  " + padded(printable(x.text("state")), 9)
         + padded(counted(x.count("sessions"), "session"), 12) + printable(x.text("version")) + "  "
         + printable(x.text("address")) + "  up since " + printable(x.text("started_at")) + "  " + printable(roles)
         + "\n";
}

exit_status run_nodes(const nodes_arguments& x) {
  watch_interrupts();
  auto server = engine_connection::running_server(x.engine);
  if (!server)
    return tell_and_fail(server.error());
  auto body = node_list(*server);
  if (!body)
    return tell_and_fail(body.error());
  if (x.json) {
    print(*body + "\n");
    return exit_status::done;
  }
  json_document parsed;
  parsed.parse(*body);
  for (const auto& node : parsed.root().items("items"))
    print(node_line(node));
  return exit_status::done;
}

/// The one there is, when none was named.
expected<std::string> only_node(const http_client& server) {
  auto body = node_list(server);
  if (!body)
    return body;
  json_document parsed;
  parsed.parse(*body);
  auto items = parsed.root().items("items");
  if (items.size() != 1)
    return fail(errc::invalid_argument, "there is more than one node", "Name one: troupe nodes lists them.");
  return items.front().text("id");
}

bool answers(const http_client& server) {
  http_call call;
  call.path = "/health/live";
  call.within = std::chrono::seconds{2};
  auto answer = server.send(call);
  return answer || answer.error().code != errc::connect_failed;
}

exit_status wait_for_end(const http_client& server, const std::string& node, std::chrono::seconds within) {
  auto until = std::chrono::steady_clock::now() + within + slack;
  while (answers(server)) {
    if (interrupts() != 0) {
      print(node + " goes on draining\n");
      return exit_status::done;
    }
    if (std::chrono::steady_clock::now() > until)
      return tell_and_fail({errc::deadline_exceeded, node + " still answers after its drain deadline",
                            "Look at its log; a second signal to the process ends it at once."});
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  print(node + " has stopped\n");
  return exit_status::done;
}

exit_status run_drain(const drain_arguments& x) {
  watch_interrupts();
  auto server = engine_connection::running_server(x.engine);
  if (!server)
    return tell_and_fail(server.error());
  auto node = x.node.empty() ? only_node(*server) : expected<std::string>{x.node};
  if (!node)
    return tell_and_fail(node.error());
  http_call call;
  call.method = "POST";
  call.path = "/api/v1/nodes/" + url_encoded(*node) + "/drain";
  call.within = std::chrono::seconds{15};
  auto answer = server->send(call);
  if (!answer && answer.error().code == errc::not_found)
    return tell_and_fail({errc::not_found, "there is no node \"" + *node + "\"", "troupe nodes lists them."});
  if (!answer)
    return tell_and_fail(answer.error());
  json_document parsed;
  parsed.parse(answer->body);
  auto within = parsed.root().count("drain_deadline_s");
  print(*node + " drains: it ends within " + std::to_string(within) + " s, "
        + counted(parsed.root().count("sessions"), "session") + " now\n");
  return x.no_wait ? exit_status::done : wait_for_end(*server, *node, std::chrono::seconds{within});
}

} // namespace

void add_nodes(CLI::App& app, command_run& run) {
  auto x = std::make_shared<nodes_arguments>();
  auto* command = app.add_subcommand("nodes", "List the nodes of a running server");
  describe(*command, nodes_purpose, ending);
  command->add_flag("--json", x->json, "Print the server's answer as it is");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_nodes(*x); }; });
}

void add_drain(CLI::App& app, command_run& run) {
  auto x = std::make_shared<drain_arguments>();
  auto* command = app.add_subcommand("drain", "Take a running node down gracefully");
  describe(*command, drain_purpose, drain_ending);
  command->add_option("NODE", x->node, "The node, as troupe nodes lists it (default: the only one)")
    ->check(CLI::Validator{check_name, ""})
    ->type_name("");
  command->add_flag("--no-wait", x->no_wait, "Return once the node drains");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_drain(*x); }; });
}

} // namespace troupe::cli
