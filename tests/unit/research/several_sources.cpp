// The extractive writer where several sources have a say: what they add to each other, both sides of a comparison, what
// they disagree on, sentences that need the heading they stand under.
#define CAF_SUITE several_sources

#include "tests/unit/research/page_shelf.hpp"

#include "actors/research/sentence_shape.hpp"
#include "actors/research/statement.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

page_shelf& sources() {
  static page_shelf shelf{TROUPE_FIXTURES "/research/sources"};
  return shelf;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The report without its title and its sources. Each quote has to stand where it is said to.
std::string said_of(const std::string& question) {
  auto x = sources().write(question);
  CAF_CHECK(x.rejected.empty());
  for (auto& c : x.answer.citations)
    for (auto& page : sources().pages())
      if (page.content.id == c.document)
        CAF_CHECK_EQUAL(page.content.text.substr(c.start, c.end - c.start), c.quote);
  auto body = x.answer.markdown.substr(0, x.answer.markdown.find("\n## Sources"));
  body = body.substr(body.find("\n\n") + 2);
  CAF_MESSAGE(body);
  return body;
}

difference between_sentences(const char* a, const char* b) { return between(take_apart(a), take_apart(b)); }

} // namespace

CAF_TEST(two columns of a table stand side by side where they differ) {
  auto x = sources().write("What is the difference between the Sarn 2 and the Sarn 3?");
  auto said = said_of("What is the difference between the Sarn 2 and the Sarn 3?");
  CAF_CHECK(said.starts_with("- **Holds**: Sarn 2: 4 l; Sarn 3 (with lid): 6 l [1][2]\n"
                             "- **Boils in**: Sarn 2: 9 min; Sarn 3 (with lid): 12 min [3][2]\n"));
  CAF_CHECK(!holds(said, "copper"));
  CAF_REQUIRE_GREATER_OR_EQUAL(x.answer.citations.size(), 2u);
  CAF_CHECK_EQUAL(x.answer.citations[1].quote, "Property\tSarn 2\tSarn 3 (with lid)");
}

CAF_TEST(two rows of a table stand side by side) {
  auto said = said_of("Tern vs Petrel");
  CAF_CHECK(said.starts_with("- **Tern**: Length: 6 m; Crew: 2 [1][2]\n- **Petrel**: Length: 9 m; Crew: 4 [3][2]\n"));
  CAF_CHECK(!holds(said, "Auk"));
}

CAF_TEST(two things that nothing compares are told of side by side) {
  auto said = said_of("What is the difference between a bowline and a sheet bend?");
  CAF_CHECK(
    said.starts_with("- **a bowline**: A bowline is a knot that makes a fixed loop at the end of a rope. It holds "
                     "under load and is easy to untie [1][2].\n"
                     "- **a sheet bend**: A sheet bend is a knot that joins two ropes of different thickness. It "
                     "slips when the load comes and goes [3][4].\n"));
  CAF_CHECK(!holds(said, "reef"));
  CAF_CHECK(!holds(said, "Nothing in"));
}

CAF_TEST(the line of a title says what a side is) {
  auto said = said_of("What is the difference between reeve and bight?");
  CAF_CHECK(said.starts_with("- **reeve**: reeve \xe2\x80\x94 pass a rope through a hole or a block [1]\n"
                             "- **bight**: A bight is the slack part between the two ends of a rope [2].\n"));
}

CAF_TEST(one side alone is no comparison) {
  for (auto* question : {"What is the difference between a bowline and a trebuchet?",
                         "What is the difference between a bowline and rope?"})
    CAF_CHECK(!holds(said_of(question), "**a bowline**"));
}

CAF_TEST(another source adds what it alone says) {
  auto x = sources().write("Why does bread dough rise?");
  auto said = said_of("Why does bread dough rise?");
  CAF_CHECK(holds(said, "carbon dioxide"));
  CAF_CHECK(holds(said, "steam trapped between gluten sheets"));
  CAF_CHECK(holds(said, "bacteria"));
  CAF_CHECK_EQUAL(x.answer.claims.size(), 3u); // the others say the same as the first
}

CAF_TEST(what adds little or answers less is left out) {
  auto slips = said_of("Why do winches slip?"); // two sources say nearly the same
  CAF_CHECK(holds(slips, "lining of the brake band") != holds(slips, "wet brake band"));
  auto howls = said_of("Why do sirens howl at noon?");
  CAF_CHECK(holds(howls, "town council"));
  CAF_CHECK(!holds(howls, "miller")); // has the words, far apart
  auto smokes = said_of("Why do green lanterns smoke in winter?");
  CAF_CHECK(holds(smokes, "thick oil"));
  CAF_CHECK(!holds(smokes, "apprentices")); // says it of any lantern
}

CAF_TEST(answers stand in the order of the questions) {
  auto said = said_of("What is a sheet bend and why does bread dough rise?");
  auto first = said.find("A sheet bend is a knot");
  auto second = said.find("## Why does bread dough rise?");
  CAF_CHECK(first < second && second != std::string::npos && second < said.find("carbon dioxide"));
  auto turned = said_of("Why does bread dough rise and what is a sheet bend?");
  CAF_CHECK(turned.find("carbon dioxide") < turned.find("## What is a sheet bend?"));
}

CAF_TEST(a sentence that begins with a pronoun stands under its heading) {
  auto x = sources().write("Why was the north ferry withdrawn?");
  auto said = said_of("Why was the north ferry withdrawn?");
  CAF_CHECK_EQUAL(said,
                  "Under *The north ferry*: It was withdrawn from service in May because the hull leaked [1][2].\n");
  CAF_REQUIRE_EQUAL(x.answer.citations.size(), 2u);
  CAF_CHECK_EQUAL(x.answer.citations[0].quote, "The north ferry");
  CAF_CHECK_EQUAL(x.answer.claims[0].text, "It was withdrawn from service in May because the hull leaked.");
}

CAF_TEST(without a heading that names it a sentence with a pronoun is left out) {
  CAF_CHECK(!holds(said_of("Why was the south barge withdrawn?"), "Under *Notes*"));
  CAF_CHECK(starts_with_pronoun("However, they sleep by day."));
  CAF_CHECK(starts_with_pronoun("This version was withdrawn."));
  CAF_CHECK(starts_with_pronoun("It is a crane."));
  CAF_CHECK(!starts_with_pronoun("It is possible to climb it."));
  CAF_CHECK(!starts_with_pronoun("It is not possible to climb it."));
  CAF_CHECK(!starts_with_pronoun("it's already possible to climb it."));
  CAF_CHECK(!starts_with_pronoun("It\xe2\x80\x99s possible to climb it."));
  CAF_CHECK(starts_with_pronoun("It\xe2\x80\x99s a crane."));
  CAF_CHECK(!starts_with_pronoun("This chapter tells of cranes."));
  CAF_CHECK(!starts_with_pronoun("Italy is far."));
  CAF_CHECK(!starts_with_pronoun(""));
}

CAF_TEST(a claim whose sentence is not there falls with it although its heading is) {
  auto page = sources().pages()[0];
  answer_draft draft;
  auto heading = page.content.text.substr(0, 5);
  draft.sections.push_back(
    {"",
     false,
     {{part_form::paragraph, {{"It sank.", "", "", {{0, 0, 5, heading}, {0, 5, 13, "It sank."}}, "Boats"}}}}});
  CAF_CHECK_EQUAL(verify_draft(draft, {page}).size(), 1u);
  CAF_CHECK(draft.sections.empty());
}

CAF_TEST(sources that disagree on a date a figure or whether stand beside each other) {
  struct asked_case {
    const char* question;
    const char* one;
    const char* other;
  };
  for (auto& x : std::initializer_list<asked_case>{
         {"When does the reading room of the museum open?", "opens in March", "opens in May"},
         {"How much does the ladder in the reading room carry?", "carries 120 kg", "carries 90 kg"},
         {"May visitors bring their own lamps into the reading room?", "Visitors may bring",
          "Visitors may not bring"}}) {
    auto said = said_of(x.question);
    auto between = said.find("*The sources disagree. Elsewhere:*");
    auto one = said.find(x.one);
    auto other = said.find(x.other);
    CAF_CHECK(std::min(one, other) < between && between < std::max(one, other));
    CAF_CHECK(std::max(one, other) != std::string::npos);
  }
}

CAF_TEST(what cannot both hold is told from what can) {
  CAF_CHECK(between_sentences("Logs are kept for 30 days.", "Logs are kept for 90 days.") == difference::figures);
  CAF_CHECK(between_sentences("The crew has two boats.", "The crew has 3 boats.") == difference::figures);
  CAF_CHECK(between_sentences("The crew has two boats.", "The crew has 2 boats.") == difference::none);
  CAF_CHECK(between_sentences("It flows at 7,200 litres.", "It flows at 7200 litres.") == difference::none);
  CAF_CHECK(between_sentences("The fee is \xc2\xa3"
                              "95 a year.",
                              "The fee is \xc2\xa3"
                              "85 a year.")
            == difference::figures);
  CAF_CHECK(between_sentences("The ladder carries 90 kg.", "The ladder carries 90kg.") == difference::none);
  // other units, other things, other times
  CAF_CHECK(between_sentences("The pump weighs 12 kg with oil.", "The pump holds 3 litres of oil.")
            == difference::none);
  CAF_CHECK(between_sentences("Version 3 starts 5 workers.", "Version 4 starts 9 workers.") == difference::none);
  CAF_CHECK(between_sentences("The choir had 30 members in 2019.", "The choir had 45 members in 2021.")
            == difference::none);
  CAF_CHECK(between_sentences("The bell of Linz weighs 40 kg.", "Nets from the harbour weigh 50 kg.")
            == difference::none);
  // dates
  CAF_CHECK(between_sentences("The lens was removed in 1986.", "The lens was removed in 1984.") == difference::dates);
  CAF_CHECK(between_sentences("The fair opens on 12 May.", "The fair opens on May 14.") == difference::dates);
  CAF_CHECK(between_sentences("The fair opens on 12 May.", "The fair opens on May 12.") == difference::none);
  CAF_CHECK(between_sentences("The shop shuts on Monday.", "The shop shuts on Tuesdays.") == difference::dates);
  CAF_CHECK(between_sentences("Visitors may bring lamps.", "Visitors may bring lamps in May.") == difference::none);
  // denials
  CAF_CHECK(between_sentences("Dogs are allowed in the flat at night.", "Dogs are not allowed in the flat at night.")
            == difference::negation);
  CAF_CHECK(between_sentences("Dogs are allowed in the flat at night.", "Cats aren't allowed in the garden at night.")
            == difference::none);
  CAF_CHECK(between_sentences("Dogs are allowed in the flat at night.", "Dogs aren't allowed in the garden at night.")
            == difference::none);
  CAF_CHECK(between_sentences("It is red.", "It is not red.") == difference::none);
  CAF_CHECK(between_sentences("", "") == difference::none);
}
