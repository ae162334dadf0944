#include "gateway/cli/run.hpp"

#include <exception>
#include <sstream>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose =
  R"(Troupe plans, reads, and writes a report whose every claim cites a passage that can be checked.

  troupe research "How does autovacuum decide when to vacuum a table?" --path /usr/share/doc/postgresql-doc-15/html
  troupe research "What changed in this release?" --url https://example.org/docs/ --max-pages 30
  troupe serve                       then open http://127.0.0.1:8000/)";

constexpr const char* ending =
  R"(Without --server a command works on the data folder: through the server that holds it, or by itself.
Exit status: 0 done, 1 failed, 2 usage, 3 partial (an answer from what there was, or no answer in what was read).)";

void add_commands(CLI::App& app, command_run& chosen) {
  add_research(app, chosen);
  add_ingest(app, chosen);
  add_search(app, chosen);
  add_serve(app, chosen);
  add_watch(app, chosen);
  add_jobs(app, chosen);
  add_cancel(app, chosen);
  add_dead_letters(app, chosen);
  add_tree(app, chosen);
  add_nodes(app, chosen);
  add_drain(app, chosen);
  add_extract(app, chosen);
  add_check(app, chosen);
  add_eval(app, chosen);
  add_doctor(app, chosen);
}

/// `status`, unless what was printed did not arrive.
int when_written(int status) {
  switch (printed()) {
  case output_fate::written:
    return status;
  case output_fate::reader_left:
    // `troupe … | head` got what it wanted, so nothing is wrong to tell of; but 0 would say that all of it arrived.
    // 141 is what a shell shows for cat or git there (128 + SIGPIPE), and for our commands that die by the signal.
    return 141;
  case output_fate::lost:
    break;
  }
  tell({errc::disk_full, "the output could not be written", "Make room, or write somewhere else."});
  return static_cast<int>(exit_status::failed);
}

int run_chosen(const command_run& chosen) {
  try {
    return when_written(static_cast<int>(chosen()));
  } catch (const std::exception& x) {
    tell(
      {errc::internal, std::string{"unexpected: "} + x.what(), "Please report this with the command that led to it"});
    return static_cast<int>(exit_status::failed);
  }
}

} // namespace

int run(int argc, char** argv) {
  fill_standard_descriptors();
  CLI::App app{purpose, "troupe"};
  app.footer(ending);
  app.set_version_flag("--version", "troupe " TROUPE_VERSION, "Print the version and exit");
  shape_help(app);
  command_run chosen;
  add_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& x) { // --help, --version
    std::ostringstream text;
    auto status = app.exit(x, text, text);
    print(text.str());
    return status == 0 ? when_written(0) : static_cast<int>(exit_status::usage);
  } catch (const CLI::ParseError& x) {
    tell(usage_error(app, x));
    return static_cast<int>(exit_status::usage);
  }
  if (!chosen) {
    tell(missing_command(app));
    return static_cast<int>(exit_status::usage);
  }
  return run_chosen(chosen);
}

} // namespace troupe::cli
