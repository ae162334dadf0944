#pragma once
/// What every command shares: exit statuses, common options, how errors are told.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "gateway/cli/standard_output.hpp"
#include "protocols/error.hpp"

namespace CLI {
class App;
}

namespace troupe::cli {

/// DESIGN section 9.
enum class exit_status : int { done = 0, failed = 1, usage = 2, partial = 3 };

/// Where a command finds its engine.
struct engine_options {
  std::string server;         ///< address of a server; empty: the data folder's
  std::filesystem::path data; ///< empty: the default data folder
  std::filesystem::path config;
  bool allow_private_network = false;
  std::vector<std::string> allow_paths; ///< roots an embedded node may read
  /// An embedded node goes on with what others left unfinished; without it, looking around finishes nothing.
  bool goes_on = false;
};

/// The command that was chosen on the command line, set by its CLI11 callback and run after parsing.
using command_run = std::function<exit_status()>;

/// Adds `--server`, `--data` and `--config` to a command.
void add_engine_options(CLI::App& command, engine_options& options);

// One a file: describes the command's arguments and sets `run` when it is chosen.
void add_serve(CLI::App& app, command_run& run);
void add_research(CLI::App& app, command_run& run);
void add_ingest(CLI::App& app, command_run& run);
void add_search(CLI::App& app, command_run& run);
void add_watch(CLI::App& app, command_run& run);
void add_jobs(CLI::App& app, command_run& run);
void add_cancel(CLI::App& app, command_run& run);
void add_dead_letters(CLI::App& app, command_run& run);
void add_tree(CLI::App& app, command_run& run);
void add_nodes(CLI::App& app, command_run& run);
void add_drain(CLI::App& app, command_run& run);
void add_extract(CLI::App& app, command_run& run);
void add_eval(CLI::App& app, command_run& run);
void add_doctor(CLI::App& app, command_run& run);
void add_check(CLI::App& app, command_run& run);
/// `troupe check egress`, below `troupe check`.
void add_egress_check(CLI::App& check, command_run& run);

/// `troupe: <what>. <what to do>.` on stderr.
void tell(const error& x);
/// Tells it and is `failed`.
exit_status tell_and_fail(const error& x);
/// The same, about something named by its id: the advice is the command line's own.
exit_status tell_about_id(error x);
/// The sentence as `tell` prints it, without the line end.
std::string told(const error& x);

} // namespace troupe::cli
