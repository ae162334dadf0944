// Evaluation runs: what is read, what is written, and the figures we promise.
#define CAF_SUITE evaluation

#include "actors/index/evaluation.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

struct fixture {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("troupe-eval-" + std::to_string(getpid()));
  eval_options options;

  fixture() {
    std::filesystem::create_directories(folder);
    options.corpus = folder / "corpus.jsonl";
    options.queries = folder / "queries.jsonl";
    options.out = folder / "run";
    write("corpus.jsonl", "{\"_id\":\"d1\",\"title\":\"Vacuum\",\"text\":\"reclaims storage\"}\n"
                          "\n"
                          "{\"_id\":\"d2\",\"text\":\"guitars \\u00e9t wood\",\"metadata\":{\"a\":[1]}}\n");
    write("queries.jsonl",
          "{\"_id\":\"q1\",\"text\":\"vacuum storage\"}\n{\"_id\":\"q2\",\"text\":\"wooden guitar\"}\n");
  }
  ~fixture() { std::filesystem::remove_all(folder); }

  void write(const char* name, const std::string& content) const { std::ofstream{folder / name} << content; }
  [[nodiscard]] std::string run() const {
    std::stringstream content;
    content << std::ifstream{options.out}.rdbuf();
    return content.str();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(evaluation_tests, fixture)

CAF_TEST(a run is written in trec format) {
  options.mode = search_mode::lexical;
  auto summary = run_evaluation(options);
  CAF_REQUIRE(summary.has_value());
  CAF_CHECK_EQUAL(summary->documents, 2u);
  CAF_CHECK_EQUAL(summary->queries, 2u);
  CAF_CHECK_EQUAL(summary->lines, 2u);
  CAF_CHECK(run().starts_with("q1 Q0 d1 1 "));
  CAF_CHECK(run().find("\nq2 Q0 d2 1 ") != std::string::npos);
  CAF_CHECK(run().ends_with(" troupe\n"));
}

CAF_TEST(what is wrong with the files is said with its line) {
  write("corpus.jsonl", "{\"_id\":\"d1\",\"text\":\"x\"}\n[1]\n");
  auto broken = run_evaluation(options);
  CAF_REQUIRE(!broken.has_value());
  CAF_CHECK(broken.error().code == errc::unreadable);
  CAF_CHECK(broken.error().message.find("line 2") != std::string::npos);
  for (const char* line : {"{\"text\":\"x\"}", "{\"_id\":1,\"text\":\"x\"}", "{\"_id\":\"a\"}",
                           "{\"_id\":\"a\",\"text\":null}", "{\"_id\":\"a\",\"text\":\"x", "nonsense"}) {
    write("corpus.jsonl", line);
    CAF_CHECK(!run_evaluation(options).has_value());
  }
  options.corpus = folder / "absent";
  CAF_CHECK(run_evaluation(options).error().code == errc::unreadable);
}

CAF_TEST(the number of hits and the folder of a run are checked) {
  options.k = 0;
  CAF_CHECK(run_evaluation(options).error().code == errc::invalid_argument);
  options.k = 1001;
  CAF_CHECK(run_evaluation(options).error().code == errc::invalid_argument);
  options.k = 10;
  options.out = folder / "absent" / "run";
  CAF_CHECK(run_evaluation(options).error().code == errc::storage_failed);
}

CAF_TEST_FIXTURE_SCOPE_END()
