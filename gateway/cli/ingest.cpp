#include <cstdio>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/progress_run.hpp"
#include "gateway/cli/submission.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/upload.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Read files, folders and addresses into a collection, to search and ask about later.

  troupe ingest ~/notes --collection notes
  troupe ingest https://example.org/docs/ --depth 2 --collection docs
  troupe research "What did we decide about backups?" --collection notes)";
constexpr const char* ending =
  R"(What is known already and unchanged is not read again. A page that can't be read is told and left out.
Exit status: 0 done, 1 failed, 2 usage, 3 partial (some of it could not be read in time).)";

struct ingest_arguments {
  engine_options engine;
  std::vector<std::string> what;
  ingest_submission asked;
};

bool is_address(const std::string& x) { return x.starts_with("http://") || x.starts_with("https://"); }

exit_status status_of(const research_end& ended, const std::string& collection) {
  if (!ended.last)
    return exit_status::partial;
  if (const auto* broken = std::get_if<events::research_failed>(&*ended.last))
    return tell_and_fail(broken->failure);
  auto done = std::holds_alternative<events::research_done>(*ended.last);
  std::fprintf(stderr, "%s %s in %s · troupe search \"…\" --collection %s\n", done ? "read into" : "partly read into",
               printable(collection).c_str(), duration_text(ended.elapsed_ms).c_str(), printable(collection).c_str());
  return done ? exit_status::done : exit_status::partial;
}

exit_status run_job(engine_connection& engine, const ingest_submission& x) {
  auto key = new_key();
  auto id = engine.with_server([&](const http_client& server) -> expected<std::string> {
    auto job = post_job(server, "/api/v1/documents", encode_ingest(x), key);
    if (job || job.error().code != errc::path_not_allowed || engine.embedded())
      return job;
    if (auto sent = upload_into(server, x.paths, x.collection); !sent)
      return tl::make_unexpected(sent.error());
    if (x.urls.empty())
      return std::string{};
    auto rest = x;
    rest.paths.clear();
    return post_job(server, "/api/v1/documents", encode_ingest(rest), key);
  });
  if (!id)
    return tell_and_fail(id.error());
  if (id->empty()) // all of it was uploaded
    return exit_status::done;
  auto ended = follow_with_progress(engine, *id);
  return ended ? status_of(*ended, x.collection) : tell_and_fail(ended.error());
}

exit_status run_ingest(ingest_arguments x) {
  std::vector<std::string> given;
  for (const auto& what : x.what)
    (is_address(what) ? x.asked.urls : given).push_back(what);
  auto paths = absolute_paths(given);
  if (!paths) {
    auto status = tell_and_fail(paths.error());
    return paths.error().code == errc::invalid_argument ? exit_status::usage : status;
  }
  x.asked.paths = *paths;
  x.engine.allow_paths = *paths;
  x.engine.goes_on = true;
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  return engine ? run_job(*engine, x.asked) : tell_and_fail(engine.error());
}

} // namespace

void add_ingest(CLI::App& app, command_run& run) {
  auto x = std::make_shared<ingest_arguments>();
  x->asked.collection = "default";
  auto* command = app.add_subcommand("ingest", "Read files and addresses into a collection");
  describe(*command, purpose, ending);
  command->add_option("PATH|URL", x->what, "Files, folders, http(s) addresses")->required()->type_name("");
  command->add_option("--collection", x->asked.collection, "The collection to read into (default: default)")
    ->check(CLI::Validator{check_name, ""})
    ->type_name("C");
  command->add_option("--depth", x->asked.depth, "Links to follow from each address (default 0)")
    ->check(CLI::Range(0, 20).description(""))
    ->type_name("N");
  command->add_flag("--allow-private-network", x->engine.allow_private_network,
                    "Let the embedded node read loopback and private addresses");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_ingest(*x); }; });
}

} // namespace troupe::cli
