// Broken JSON of every shape we read: an error with a message, or a value that survives being written and read again.
#define CAF_SUITE mutated_json

#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/research_json.hpp"
#include "protocols/json/writer.hpp"
#include "tests/fixtures/mutation.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

const std::vector<std::string> pieces{"{",
                                      "}",
                                      "[",
                                      "]",
                                      "\"",
                                      "\\u0000",
                                      "\\ud800",
                                      "\\uD83D\\uDE00",
                                      "null",
                                      "-0",
                                      "1e999",
                                      "18446744073709551616",
                                      ",",
                                      ":",
                                      "true",
                                      "\xC3\x28",
                                      "\xED\xA0\x80",
                                      "\"question\":",
                                      "\"urls\":[\"\"]",
                                      "\xEF\xBB\xBF"};

constexpr int rounds = 20000;

} // namespace

CAF_TEST(requests) {
  mutation bad{{R"({"question":"Why?","urls":["https://a.example/ü"],"depth":2,"max_pages":50,"timeout_s":120})",
                R"({"question":"W","paths":["/srv/a"],"collections":["x"],"priority":"batch","report":"html"})"},
               pieces};
  int read = 0;
  for (int i = 0; i < rounds; ++i) {
    auto text = bad.next();
    auto x = parse_research_request(text);
    if (!x) {
      if (x.error().message.empty() || x.error().code == errc::internal || !is_utf8(x.error().message))
        CAF_FAIL("seed " << bad.seed() << ": a bad error for " << text);
      continue;
    }
    ++read;
    auto again = parse_stored_request(encode_request(*x));
    if (!again || again->question != x->question || again->urls != x->urls || again->depth != x->depth)
      CAF_FAIL("seed " << bad.seed() << ": not the same after storing: " << text);
  }
  CAF_CHECK(read > 0);
}

CAF_TEST(events) {
  std::vector<event_data> all{events::page_failed{"https://a.example/", "too_large", "it is", 2},
                              events::citation_verified{{1, 1, document_id{std::string(64, 'a')}, "quote", 3, 8, true}},
                              events::report_delta{1, 7, "text \"of\" it"}};
  for (auto& good : all) {
    mutation bad{{encode_data(good)}, pieces};
    for (int i = 0; i < rounds / 4; ++i) {
      auto text = bad.next();
      auto x = decode_data(type_name(good), text);
      if (x && !decode_data(type_name(*x), encode_data(*x)))
        CAF_FAIL("seed " << bad.seed() << ": can't be read again: " << text);
    }
  }
}

CAF_TEST(reports) {
  report good;
  good.markdown = "# Q\n\nA [1].";
  good.claims = {{"A.", {1}}};
  good.citations = {{1, 1, document_id{std::string(64, 'a')}, "A", 0, 1, true}};
  good.sources = {{1, "https://a.example/", "A", {}, document_id{std::string(64, 'a')}}};
  good.writer = "extractive";
  mutation bad{{encode_report(good)}, pieces};
  for (int i = 0; i < rounds; ++i) {
    auto text = bad.next();
    auto x = parse_report(text);
    if (x && !parse_report(encode_report(*x)))
      CAF_FAIL("seed " << bad.seed() << ": can't be read again: " << text);
  }
}
