#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <optional>
#include <sstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "gateway/cli/command.hpp"
#include "gateway/cli/running_node.hpp"
#include "gateway/cli/usage.hpp"
#include "gateway/log.hpp"
#include "protocols/json/reader.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Run a server: HTTP, WebSocket, SSE, and a console in the browser.

  troupe serve                                         on http://127.0.0.1:8000/
  troupe serve --listen 127.0.0.1:9000 --data /srv/troupe --allow-path /srv/docs
  troupe serve --config /etc/troupe.toml)";
constexpr const char* ending =
  R"(Settings come from the configuration file, then the environment, then these flags.
SIGTERM, Ctrl-C or troupe drain stops it gracefully: nothing new is taken, researches have 15 s to end by themselves
(half of --drain-deadline), then what still runs is handed back and continues at the next start. After a signal a
second one ends it at once: that loses nothing either, but what was under way is read again.
Exit status: 0 stopped, 1 failed, 2 usage, 130 ended by a second signal.)";

struct serve_arguments {
  std::filesystem::path config;
  std::filesystem::path data;
  std::string listen;
  std::string roles;
  std::vector<std::string> allow_paths;
  bool allow_private_network = false;
  bool insecure_listen = false;
  std::optional<std::uint32_t> drain_deadline_s;
};

/// One node runs every role until there is a cluster: a share of them would leave nobody for the rest.
expected<void> check_roles(const std::vector<std::string>& roles) {
  const std::vector<std::string> all{"gateway", "research", "scrape", "embed", "index", "sync"};
  for (const auto& role : roles)
    if (std::find(all.begin(), all.end(), role) == all.end()) {
      auto near = nearest(role, all);
      return fail(errc::invalid_argument, "there is no role \"" + role + "\"",
                  near.empty() ? "Roles are gateway, research, scrape, embed, index and sync."
                               : "Did you mean \"" + near + "\"?");
    }
  for (const auto& role : all)
    if (!roles.empty() && role != "sync" && std::find(roles.begin(), roles.end(), role) == roles.end())
      return fail(errc::invalid_argument, "nobody would do the work of the role \"" + role + "\": there is one node",
                  "Leave --roles away.");
  return {};
}

expected<node_config> configured(const serve_arguments& x) {
  auto config = load_config(x.config);
  if (!config)
    return config;
  if (!x.data.empty())
    config->data = x.data;
  if (!x.listen.empty())
    config->listen = x.listen;
  if (!x.roles.empty()) {
    config->roles.clear();
    std::istringstream in{x.roles};
    for (std::string role; std::getline(in, role, ',');)
      config->roles.push_back(role);
  }
  for (const auto& path : x.allow_paths)
    config->allow_paths.push_back(std::filesystem::absolute(path).lexically_normal().string());
  if (x.drain_deadline_s)
    config->drain_deadline_s = *x.drain_deadline_s;
  config->allow_private_network = config->allow_private_network || x.allow_private_network;
  return config;
}

exit_status tell_and_refuse(const error& x) {
  tell(x);
  return exit_status::usage;
}

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

enum class why_stop { interrupted, terminated, drained, gave_up };

const char* because(why_stop x) {
  return x == why_stop::interrupted ? "SIGINT" : x == why_stop::terminated ? "SIGTERM" : "it was asked to drain";
}

/// Until somebody asks to stop, by a signal or over HTTP, or the tree gives up.
why_stop wait_for_stop(const running_node& node, const sigset_t& signals) {
  const timespec step{0, 100'000'000};
  while (!node.failed()) {
    if (auto came = sigtimedwait(&signals, nullptr, &step); came > 0)
      return came == SIGINT ? why_stop::interrupted : why_stop::terminated;
    if (node.drain_asked())
      return why_stop::drained;
  }
  return why_stop::gave_up;
}

/// Who asks twice by signals wants it at once: what is durable is safe.
void quit_on_signal(const sigset_t& signals, int patience) {
  std::thread{[signals, patience] {
    int signal = 0;
    for (int i = 0; i < patience; ++i)
      sigwait(&signals, &signal);
    _exit(130);
  }}.detach();
}

/// A connection, a transfer and a file need a descriptor each: the hard limit is ours to use.
void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// A folder that isn't there now may be mounted later, so this is no reason not to start.
void warn_of_missing(const std::vector<std::string>& paths) {
  std::error_code ignored;
  for (const auto& path : paths)
    if (!std::filesystem::exists(path, ignored))
      tell({errc::not_found, "nothing is at " + path + ", which requests may read (--allow-path)",
            "Correct it, or make the folder before it is asked for."});
}

exit_status run_serve(const serve_arguments& x) {
  // Blocked before any thread starts, so that every thread leaves them to this one.
  auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  allow_many_files();
  auto config = configured(x);
  if (!config)
    return tell_and_fail(config.error());
  if (auto known = check_roles(config->roles); !known)
    return tell_and_refuse(known.error());
  if (auto logging = init_logging(config->log_level, config->log_file); !logging)
    return tell_and_fail(logging.error());
  warn_of_missing(config->allow_paths);
  auto node = running_node::start(*config, x.insecure_listen);
  if (!node)
    return node.error().code == errc::invalid_argument ? tell_and_refuse(node.error()) : tell_and_fail(node.error());
  announce("troupe " TROUPE_VERSION " serves " + (*node)->address() + "/ from " + config->data.string()
           + " (Ctrl-C stops it)\n");
  auto why = wait_for_stop(**node, signals);
  if (why == why_stop::gave_up) {
    tell({errc::internal, "a part of the engine failed too often to go on",
          "See the log for its last error, then start again."});
    return exit_status::failed;
  }
  // After `troupe drain` an orchestrator's first signal still is the first.
  quit_on_signal(signals, why == why_stop::drained ? 2 : 1);
  (*node)->stop(std::chrono::seconds{config->drain_deadline_s}, because(why));
  return (*node)->failed() ? exit_status::failed : exit_status::done;
}

} // namespace

void add_serve(CLI::App& app, command_run& run) {
  auto x = std::make_shared<serve_arguments>();
  auto* command = app.add_subcommand("serve", "Run a server with its console");
  describe(*command, purpose, ending);
  command->add_option("--config", x->config, "Configuration file (TOML)")->type_name("FILE");
  command->add_option("--data", x->data, "Data folder (default: $XDG_DATA_HOME/troupe)")->type_name("DIR");
  command->add_option("--listen", x->listen, "Where to listen (default 127.0.0.1:8000; port 0: any free one)")
    ->type_name("ADDR:PORT");
  command->add_option("--roles", x->roles, "Roles of this node (default: all)")
    ->type_name("gateway,research,scrape,embed,index,sync");
  command->add_option("--allow-path", x->allow_paths, "Local files below this folder may be read; may be repeated")
    ->type_name("DIR")
    ->allow_extra_args(false);
  command->add_flag("--allow-private-network", x->allow_private_network, "Read loopback and private addresses too");
  command->add_option("--drain-deadline", x->drain_deadline_s, "Seconds for a graceful stop (default 30)")
    ->check(CLI::Range(0, 3600))
    ->type_name("S");
  command->add_flag("--insecure-listen", x->insecure_listen, "Listen beyond loopback though anybody may then use it");
  command->callback([x, &run] { run = [x] { return run_serve(*x); }; });
}

} // namespace troupe::cli
