#include <cstdio>
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/progress_run.hpp"
#include "gateway/cli/report_output.hpp"
#include "gateway/cli/submission.hpp"
#include "gateway/cli/usage.hpp"
#include "protocols/json/research_json.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose =
  R"(Ask a question; read sources; print a report whose every claim is cited and checked.

  troupe research "How does autovacuum decide when to vacuum a table?" --path /usr/share/doc/postgresql-doc-15/html
  troupe research "How are indexes built?" --url https://example.org/manual/ --depth 2 --max-pages 40 --out answer.md
  troupe research "What did we decide about backups?" --collection notes --format json)";

constexpr const char* ending =
  R"(Progress goes to stderr and the report to stdout, as text for a terminal and as Markdown otherwise.
Ctrl-C stops the research without a report. The pages read so far are kept, and asking again goes on from them.
A second Ctrl-C quits at once.
Exit status: 0 done, 1 failed, 2 usage, 3 partial (time was up, or nothing in what was read answers the question) or
stopped by Ctrl-C, 130 quit by a second one.)";

struct research_arguments {
  engine_options engine;
  research_submission asked;
  std::vector<std::string> words;
  std::string format;
  std::filesystem::path out;
};

exit_status run_research(research_arguments x) {
  for (const auto& word : x.words)
    x.asked.question += (x.asked.question.empty() ? "" : " ") + word;
  if (!is_utf8(x.asked.question)) {
    tell({errc::invalid_utf8, "the question is not valid UTF-8", "Set the terminal to UTF-8 and ask again."});
    return exit_status::usage;
  }
  if (auto wrong = check_question(x.asked.question)) {
    wrong->message = "the question " + wrong->message;
    tell(*wrong);
    return exit_status::usage;
  }
  if (auto wrong = check_sources(x.asked)) {
    tell(*wrong);
    return exit_status::usage;
  }
  auto paths = absolute_paths(x.asked.paths, "--path");
  if (!paths) {
    auto status = tell_and_fail(paths.error());
    return paths.error().code == errc::invalid_argument ? exit_status::usage : status;
  }
  x.asked.paths = *paths;
  x.engine.allow_paths = *paths;
  x.engine.goes_on = true;
  auto output = open_output(x.out, x.format);
  if (!output && output.error().code == errc::invalid_argument) {
    tell(output.error());
    return exit_status::usage;
  }
  if (!output)
    return tell_and_fail(output.error());
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  if (names_nothing(x.asked))
    std::fprintf(stderr,
                 "No place to read was named with --path, --url or --collection: answering from all that is stored.\n");
  auto id = submit_research(*engine, x.asked);
  if (!id)
    return tell_and_fail(id.error());
  auto ended = follow_with_progress(*engine, *id);
  if (!ended)
    return tell_and_fail(ended.error());
  return deliver_report(*engine, *id, *ended, *output);
}

} // namespace

void add_research(CLI::App& app, command_run& run) {
  auto x = std::make_shared<research_arguments>();
  auto* command = app.add_subcommand("research", "Ask a question and get a cited report");
  describe(*command, purpose, ending);
  command->add_option("QUESTION", x->words, "What you want to know")->required()->type_name("");
  auto list = [&](const char* name, std::vector<std::string>& into, const char* text, const char* type) {
    return command->add_option(name, into, text)->type_name(type)->allow_extra_args(false);
  };
  list("--url", x->asked.urls, "Start reading at this address; may be repeated", "URL");
  list("--path", x->asked.paths, "Read this file or folder; may be repeated", "P");
  const CLI::Validator named{check_name, ""};
  list("--source", x->asked.sources, "Use this configured search source; may be repeated", "NAME")->check(named);
  list("--collection", x->asked.collections, "Also look in this collection; may be repeated", "C")->check(named);
  command->add_option("--depth", x->asked.depth, "Links to follow from each --url (default 2)")
    ->check(CLI::Range(0, 20).description(""))
    ->type_name("N");
  command->add_option("--max-pages", x->asked.max_pages, "Pages to fetch at most (default 50)")
    ->check(CLI::Range(1, 1'000'000).description(""))
    ->type_name("N");
  command->add_option("--timeout", x->asked.timeout_s, "Answer with what there is after S seconds (default 120)")
    ->check(CLI::Range(1, 86'400).description(""))
    ->type_name("S");
  command->add_option("--format", x->format, "Form of the report (default: by the end of --out, or md)")
    ->check(CLI::IsMember({"md", "html", "json"}).description(""))
    ->type_name("md|html|json");
  command->add_option("--out", x->out, "Write the report to this file instead of stdout")->type_name("FILE");
  command->add_flag("--allow-private-network", x->engine.allow_private_network,
                    "Let the embedded node read loopback and private addresses");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_research(*x); }; });
}

} // namespace troupe::cli
