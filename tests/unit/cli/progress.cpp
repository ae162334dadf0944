// The four lines a person watches, folded from an event log.
#define CAF_SUITE cli_progress

#include "gateway/cli/progress.hpp"
#include "gateway/cli/event_words.hpp"
#include "gateway/cli/progress_painter.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::cli;

namespace {

struct script {
  progress_fold fold;
  std::uint64_t seq = 0;
  std::vector<std::string> lasting;

  script& at(int ms, event_data x) {
    auto time = timestamp{} + std::chrono::hours{1} + std::chrono::milliseconds{ms};
    if (auto line = fold.take(event_seq{++seq}, time, x))
      lasting.push_back(*line);
    return *this;
  }

  std::string shown(unsigned width = 80) const {
    std::string out;
    for (const auto& line : fold.lines())
      out += step_text(line, width) + "\n";
    return out;
  }
};

events::citation_verified verified(std::uint32_t n) {
  events::citation_verified x;
  x.cited.n = n;
  x.cited.quote = "quoted";
  return x;
}

/// A research over a folder that is known already.
script known_folder() {
  script s;
  s.at(0, events::research_queued{"How?", priority_class::standard})
    .at(1, events::research_started{1, node_id{"node-1"}})
    .at(2, events::plan_ready{{"How?", "When?", "Why?"}})
    .at(3, events::source_found{"path", "/srv/docs", 1169, 1169})
    .at(380, events::passages_indexed{1169, 18204});
  research_progress p;
  p.phase = research_phase::read;
  p.sources = 6;
  s.at(400, events::question_answered{0, "How?", 20, 3})
    .at(450, events::question_answered{1, "When?", 10, 1})
    .at(480, events::question_answered{2, "Why?", 4, 1})
    .at(490, events::progress_made{p});
  for (std::uint32_t n = 1; n <= 7; ++n)
    s.at(500, verified(n));
  s.at(600, events::report_ready{5, 7, 3, 2000, "extractive"}).at(610, events::research_done{610});
  return s;
}

} // namespace

CAF_TEST(a known folder gives the four lines of the manual) {
  auto s = known_folder();
  CAF_CHECK_EQUAL(s.shown(), "  plan      3 questions\n"
                             "  gather    1,169 pages known · 0 to fetch                        0.4 s\n"
                             "  read      34 passages from 6 pages                              0.1 s\n"
                             "  write     5 claims, 7 citations, all verified                   0.1 s\n");
  CAF_REQUIRE(s.fold.final_event().has_value());
  CAF_CHECK(std::holds_alternative<events::research_done>(*s.fold.final_event()));
}

CAF_TEST(steps appear as they begin) {
  script s;
  s.at(0, events::research_queued{"How?", priority_class::standard});
  CAF_CHECK_EQUAL(s.shown(), "");
  s.at(1, events::research_started{1, node_id{"node-1"}});
  CAF_CHECK_EQUAL(s.shown(), "  plan      starting …\n");
  s.at(2, events::plan_ready{{"How?"}}).at(3, events::source_found{"path", "/srv/docs", 40, 0});
  s.at(4, events::page_fetched{"file:///a", "A", document_id{"d"}, 9, 2, 0, 1, "file"});
  CAF_CHECK_EQUAL(s.shown(), "  plan      1 question\n  gather    1 of 40 pages read …\n");
}

CAF_TEST(a crawl counts pages as they come and a failed page is one line with its reason) {
  script s;
  s.at(1, events::research_started{1, node_id{"node-1"}})
    .at(2, events::plan_ready{{"How?"}})
    .at(3, events::source_found{"url", "http://h/", 1, 0})
    .at(4, events::page_fetched{"http://h/", "A", document_id{"d"}, 9, 2, 0, 1, "web"})
    .at(5, events::page_failed{"http://h/x\x1b[2J", "http_status", "the server answered 404", 3})
    .at(6, events::page_skipped{
             "http://h/private",
             "robots_disallowed",
             "",
           });
  CAF_CHECK_EQUAL(s.shown(), "  plan      1 question\n  gather    1 page · 1 skipped · 1 failed …\n");
  CAF_REQUIRE_EQUAL(s.lasting.size(), 2u);
  CAF_CHECK_EQUAL(s.lasting[0], "failed    http://h/x [2J: the server answered 404 (3 attempts)");
  CAF_CHECK_EQUAL(s.lasting[1], "skipped   http://h/private: robots.txt forbids it");
}

CAF_TEST(the same event again changes nothing) {
  auto s = known_folder();
  auto before = s.shown();
  auto again = s.fold.take(event_seq{3}, timestamp{}, events::page_failed{"http://h/", "timeout", "", 1});
  CAF_CHECK(!again.has_value());
  CAF_CHECK_EQUAL(s.shown(), before);
}

CAF_TEST(no evidence is said) {
  script s;
  s.at(1, events::research_started{1, node_id{"node-1"}})
    .at(2, events::plan_ready{{"How?"}})
    .at(3, events::source_found{"path", "/srv/docs", 2, 2})
    .at(4, events::question_answered{0, "How?", 0, 0})
    .at(5, events::report_ready{0, 0, 0, 80, "extractive"})
    .at(6, events::research_partial{6, "no_evidence", ""});
  CAF_CHECK(s.shown().find("write     nothing that can be cited") != std::string::npos);
}

CAF_TEST(lines are cut to the width of the terminal) {
  auto s = known_folder();
  for (const auto& line : s.fold.lines())
    CAF_CHECK(columns(step_text(line, 40)) <= 40u);
}

CAF_TEST(a takeover is told) {
  script s;
  s.at(1, events::research_started{1, node_id{"node-1"}})
    .at(9, events::research_resumed{2, node_id{"node-2"}, event_seq{17}});
  CAF_REQUIRE_EQUAL(s.lasting.size(), 1u);
  CAF_CHECK_EQUAL(s.lasting[0], "resumed   by node-2 after event 17");
}

CAF_TEST(events have words and none of them control characters) {
  events::page_fetched page{"http://h/", "Ti\x1b]0;tle\x07", document_id{"d"}, 2048, 3, 1, 40, "web"};
  auto words = event_words(page);
  CAF_REQUIRE(words.has_value());
  CAF_CHECK_EQUAL(*words, "read http://h/ — Ti ]0;tle  (3 passages, 2,048 bytes, 0.0 s)");
  CAF_CHECK_EQUAL(event_words(events::research_queued{"Why\nnot?", priority_class::standard}).value_or(""),
                  "asked: \"Why not?\"");
  CAF_CHECK(!event_words(events::progress_made{}).has_value());
  CAF_CHECK(!event_words(events::report_delta{1, 0, "x"}).has_value());
}
