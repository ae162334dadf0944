#include <cstdio>

#include <CLI/CLI.hpp>

#include "actors/index/evaluation.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = "Measure retrieval on judged collections.";
constexpr const char* run_purpose =
  R"(Search a collection with each of its queries and write a TREC run, for trec_eval and the like.

  troupe eval run --corpus corpus.jsonl --queries queries.jsonl --out troupe.run --mode lexical
  trec_eval -m ndcg_cut.10 qrels.tsv troupe.run)";
constexpr const char* run_ending =
  R"(Corpus and queries are JSON lines in BEIR's layout: _id, title (corpus), text. Nothing is stored.
Exit status: 0 done, 1 failed, 2 usage.)";

struct eval_arguments {
  eval_options what;
  std::string mode = "hybrid";
};

exit_status run_eval(eval_arguments x) {
  x.what.mode = x.mode == "lexical"  ? search_mode::lexical
                : x.mode == "vector" ? search_mode::vector
                                     : search_mode::hybrid;
  auto done = run_evaluation(x.what);
  if (!done)
    return tell_and_fail(done.error());
  auto ms = [](double seconds) { return static_cast<std::uint64_t>(seconds * 1000); };
  std::fprintf(stderr, "%s indexed in %s, fitted in %s, %s searched in %s: %s in %s\n",
               counted(done->documents, "document").c_str(), duration_text(ms(done->index_seconds)).c_str(),
               duration_text(ms(done->fit_seconds)).c_str(), counted(done->queries, "query", "queries").c_str(),
               duration_text(ms(done->search_seconds)).c_str(), counted(done->lines, "line").c_str(),
               x.what.out.c_str());
  return exit_status::done;
}

} // namespace

void add_eval(CLI::App& app, command_run& run) {
  auto x = std::make_shared<eval_arguments>();
  auto* eval = app.add_subcommand("eval", "Measure retrieval on judged collections");
  describe(*eval, purpose, "");
  auto* command = eval->add_subcommand("run", "Write a TREC run");
  describe(*command, run_purpose, run_ending);
  command->add_option("--corpus", x->what.corpus, "The documents")->required()->type_name("F.jsonl");
  command->add_option("--queries", x->what.queries, "The queries")->required()->type_name("F.jsonl");
  command->add_option("--out", x->what.out, "The run to write")->required()->type_name("RUN");
  command->add_option("--mode", x->mode, "How to search (default hybrid)")
    ->check(CLI::IsMember({"hybrid", "lexical", "vector"}).description(""))
    ->type_name("hybrid|lexical|vector");
  command->add_option("-k", x->what.k, "Documents a query (default 100)")
    ->check(CLI::Range(1, 1000).description(""))
    ->type_name("N");
  command->callback([x, &run] { run = [x] { return run_eval(*x); }; });
}

} // namespace troupe::cli
