// What is said about arguments that can't be understood; what is sent for those that can.
#define CAF_SUITE cli_usage

#include "gateway/cli/usage.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/search_view.hpp"
#include "gateway/cli/submission.hpp"
#include "protocols/json/research_json.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::cli;

namespace {

/// The real commands, nothing run; what is said about `args`, empty when they are fine.
std::string said_about(std::vector<std::string> args) {
  CLI::App app{"", "troupe"};
  shape_help(app);
  command_run chosen;
  add_research(app, chosen);
  add_search(app, chosen);
  add_check(app, chosen);
  add_jobs(app, chosen);
  std::reverse(args.begin(), args.end());
  try {
    app.parse(args);
  } catch (const CLI::ParseError& x) {
    return told(usage_error(app, x));
  }
  return chosen ? "" : told(missing_command(app));
}

} // namespace

CAF_TEST(an unknown option names the nearest) {
  CAF_CHECK_EQUAL(said_about({"research", "q", "--fromat", "md"}),
                  "troupe: unknown option \"--fromat\" of troupe research. Did you mean \"--format\"?");
  CAF_CHECK_EQUAL(said_about({"research", "q", "--max-page=3"}),
                  "troupe: unknown option \"--max-page\" of troupe research. Did you mean \"--max-pages\"?");
  CAF_CHECK_EQUAL(said_about({"jobs", "--zebra"}),
                  "troupe: unknown option \"--zebra\" of troupe jobs. See troupe jobs --help.");
}

CAF_TEST(an unknown command names the nearest) {
  CAF_CHECK_EQUAL(said_about({"reserch", "q"}), "troupe: unknown command \"reserch\". Did you mean \"research\"?");
  CAF_CHECK_EQUAL(said_about({"check", "eggress"}), "troupe: unknown command \"eggress\". Did you mean \"egress\"?");
  CAF_CHECK_EQUAL(said_about({"jobs", "all"}),
                  "troupe: \"all\" is one argument too many for troupe jobs. See troupe jobs --help.");
  CAF_CHECK_EQUAL(said_about({}), "troupe: no command was given. See troupe --help.");
  CAF_CHECK_EQUAL(said_about({"check"}), "troupe: no command was given. See troupe check --help.");
}

CAF_TEST(what is missing or of the wrong form is named) {
  CAF_CHECK_EQUAL(said_about({"research"}), "troupe: research: QUESTION is required. See troupe research --help.");
  CAF_CHECK_EQUAL(said_about({"research", "q", "--collection", ""}),
                  "troupe: research: --collection: the name is empty. See troupe research --help.");
  CAF_CHECK(said_about({"research", "q", "--depth", "deep"}).find("--depth") != std::string::npos);
  CAF_CHECK(said_about({"search", "q", "-k", "0"}).find("-k") != std::string::npos);
  CAF_CHECK(said_about({"research", "q", "--format", "pdf"}).find("--format") != std::string::npos);
}

CAF_TEST(an address of a server that is none says what one looks like) {
  for (std::string wrong : {"foo", "ftp://h/", "http://", "h:port"})
    CAF_CHECK(said_about({"jobs", "--server=" + wrong}).find("which looks like http://127.0.0.1:8000")
              != std::string::npos);
  for (std::string right : {"http://h", "https://h:1/", "127.0.0.1:8000", "[::1]:8000", "localhost:8000"})
    CAF_CHECK_EQUAL(said_about({"jobs", "--server=" + right}), "");
}

CAF_TEST(options that repeat leave the question alone) {
  CAF_CHECK_EQUAL(said_about({"research", "--url", "http://h/", "What", "now?", "--path", "/p", "--url", "http://i/"}),
                  "");
}

CAF_TEST(what is sent is what the server takes) {
  research_submission x;
  x.question = "Why \"not\"?\n";
  x.urls = {"http://h/"};
  x.paths = {"/p"};
  x.collections = {"c"};
  x.depth = 1;
  x.timeout_s = 9;
  auto read = parse_research_request(encode_submission(x));
  CAF_REQUIRE(read);
  CAF_CHECK_EQUAL(read->question, x.question);
  CAF_CHECK(read->urls == x.urls && read->paths == x.paths);
  CAF_CHECK_EQUAL(read->depth, 1u);
  CAF_CHECK_EQUAL(read->timeout_s, 9u);
  CAF_CHECK_EQUAL(read->max_pages, research_request{}.max_pages);
  CAF_CHECK(parse_research_request(encode_submission({"q", {}, {}, {}, {}, {}, {}, {}})).has_value());
}

CAF_TEST(a path that is not there is an error that names it) {
  auto missing = absolute_paths({"/nowhere/at/all"}, "--path");
  CAF_REQUIRE(!missing);
  CAF_CHECK_EQUAL(told(missing.error()), "troupe: can't read /nowhere/at/all: no such file or directory. "
                                         "Give a file or folder that is there with --path.");
  auto by_itself = absolute_paths({"/nowhere/at/all"}); // troupe ingest has no --path
  CAF_REQUIRE(!by_itself);
  CAF_CHECK_EQUAL(by_itself.error().advice, "Give a file or folder that is there.");
  auto root = absolute_paths({"/usr/../usr/./"});
  CAF_REQUIRE(root);
  CAF_CHECK_EQUAL(root->front(), "/usr");
}

CAF_TEST(a title that the headings repeat is said once) {
  json_document answer;
  CAF_REQUIRE(answer.parse(R"({"hits":[
    {"title":"T","heading":"T","url":"http://h/","score":0.5,"text":"x"},
    {"title":"T","heading":"T > Sub > Deep","url":"http://h/","score":0.5,"text":"x"},
    {"title":"T","heading":"Tall > Sub","url":"http://h/","score":0.5,"text":"x"}]})"));
  CAF_CHECK_EQUAL(draw_hits(answer.root().items("hits"), terminal{false, false, 40}),
                  "1. T  0.500\n   http://h/\n   x\n\n2. T › Sub > Deep  0.500\n   http://h/\n   x\n\n"
                  "3. T › Tall > Sub  0.500\n   http://h/\n   x\n");
}

CAF_TEST(hits are numbered and wrapped) {
  json_document answer;
  CAF_REQUIRE(
    answer.parse(R"({"hits":[{"title":"T","heading":"H","url":"http://h/","score":0.5,"text":"one two\nthree"},
                                        {"title":"","heading":"","url":"http://i/","score":0.25,"text":"x"}]})"));
  CAF_CHECK_EQUAL(draw_hits(answer.root().items("hits"), terminal{false, false, 40}),
                  "1. T › H  0.500\n   http://h/\n   one two three\n\n2. (untitled)  0.250\n   http://i/\n   x\n");
  CAF_CHECK(wrapped("aa bb  cc", 5) == (std::vector<std::string>{"aa bb", "cc"}));
  CAF_CHECK(wrapped("", 5).empty());
  CAF_CHECK(wrapped("longerthanwidth x", 5) == (std::vector<std::string>{"longerthanwidth", "x"}));
}
