// The extractive writer on what people keep for themselves: minutes, a recipe, a runbook, a list of questions.
#define CAF_SUITE notes_writer

#include "tests/unit/research/page_shelf.hpp"

#include "actors/research/answer_form.hpp"
#include "actors/research/compounds.hpp"
#include "actors/research/measures.hpp"
#include "actors/research/spelling.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

page_shelf& office() {
  static page_shelf shelf{TROUPE_FIXTURES "/research/office"};
  return shelf;
}

/// The report without its title and its sources.
std::string said_of(const std::string& question) {
  auto x = office().write(question);
  CAF_CHECK(x.rejected.empty());
  auto body = x.answer.markdown.substr(0, x.answer.markdown.find("\n## Sources"));
  return body.substr(body.find("\n\n") + 2);
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool starts(const std::string& question, const std::string& with) {
  auto said = said_of(question);
  CAF_MESSAGE(said.substr(0, 300));
  return said.starts_with(with);
}

} // namespace

CAF_TEST(a question that the text asks itself is answered by what stands below it) {
  CAF_CHECK(starts("Can I bring my dog?", "Yes, as long as nobody at your table objects"));
  CAF_CHECK(starts("How do I book a meeting room?", "Use the tablet next to the door"));
  CAF_CHECK(!holds(said_of("Is there parking for cars?"), "Q:"));
}

CAF_TEST(a list is given whole below the heading that names it) {
  auto said = said_of("What are the ingredients of the goulash?");
  for (auto* part : {"beef shank", "onions", "sweet paprika", "caraway", "vinegar"})
    CAF_CHECK(holds(said, part));
  CAF_CHECK(!holds(said, "Serves six"));
}

CAF_TEST(words written together or apart are the same) {
  CAF_CHECK(starts("How do I roll back Heron?", "Run heronctl rollback"));
  CAF_CHECK(holds(said_of("How long does a rollback take?"), "under a minute"));
  compound_words words;
  words.add({"how", "roll", "back"});
  words.add({"database"});
  std::set<std::string> terms;
  words.complete({"a", "rollback", "of", "data", "base", "roll"}, terms);
  CAF_CHECK_EQUAL(terms, (std::set<std::string>{"back", "database", "roll"}));
  compound_words stemmed;
  stemmed.add({"fail", "over"});
  stemmed.add({"failov"});
  terms.clear();
  stemmed.complete({"failov"}, terms); // as the stemmer leaves "failover"
  CAF_CHECK_EQUAL(terms, (std::set<std::string>{"fail", "over"}));
  terms.clear();
  stemmed.complete({"fail", "over"}, terms);
  CAF_CHECK_EQUAL(terms, (std::set<std::string>{"failov"}));
  terms.clear();
  stemmed.complete({"fails", "ov"}, terms);
  CAF_CHECK(terms.empty());
}

CAF_TEST(an office or a first name tells who) {
  CAF_CHECK(starts("Who must approve a push to production?", "Every push to production must be approved by"));
  analyzer words;
  auto focus = focus_of("Who must approve a push to production?", {}, words);
  CAF_CHECK_GREATER_OR_EQUAL(answer_form(focus, "Every push is approved by the release captain."), 0.5);
  CAF_CHECK_LESS(answer_form(focus, "Every push is approved by e-mail."), 0.5);
  CAF_CHECK(starts("Who takes over the web shop?", "- Tomas takes over the web shop"));
  CAF_CHECK(starts("Who wrote Heron?", "Maria Huber wrote the first version"));
}

CAF_TEST(what is noted for somebody is theirs to do) {
  CAF_CHECK(starts("What does Ana have to do?", "- Ana: find a mover"));
}

CAF_TEST(the value of a thing is no definition of it) {
  CAF_CHECK(starts("What is the rated power of the turbine?", "**Rated power**: Value: 210 kW"));
  CAF_CHECK(starts("What is the right pressure for the boiler?", "Pressure should be between 1.2 and 1.8 bar"));
}

CAF_TEST(a figure has to measure what was asked) {
  CAF_CHECK(starts("How tall is the chimney?", "Nothing in"));
  CAF_CHECK(starts("How often does the chimney sweep come?", "The chimney sweep comes twice a year"));
  CAF_CHECK(fits_measure("tall", "It is 312m high."));
  CAF_CHECK(fits_measure("hot", "It gets 75 \xc2\xb0"
                                "C warm."));
  CAF_CHECK(!fits_measure("heavy", "It is 312 m high."));
  CAF_CHECK(!fits_measure("wide", "In 1954 it was closed."));
  CAF_CHECK(fits_measure("many", "There are four."));
  CAF_CHECK(tells_one_unit("It takes about an hour."));
  CAF_CHECK(!tells_one_unit("It takes a while."));
}

CAF_TEST(what no note says is not made up) {
  for (auto* question : {"How much does the turbine cost?", "What is the wifi password?",
                         "Who is the mayor of Salzburg?", "Which wine goes with goulash?", "How do I deploy Falcon?"})
    CAF_CHECK(starts(question, "Nothing in"));
}

CAF_TEST(a part of the question that nothing answers is told of) {
  auto said = said_of("How do I deploy Heron and who is the mayor of Salzburg?");
  CAF_CHECK(said.starts_with("1. Tag the commit"));
  CAF_CHECK(holds(said, "\n## Who is the mayor of Salzburg?\n\nNothing in the 12 pages answers this.\n"));
  CAF_CHECK(!holds(said_of("How do I deploy Heron and who wrote it?"), "Nothing in"));
  auto first = said_of("Who is the mayor of Salzburg and how do I deploy Heron?");
  CAF_CHECK(first.starts_with("## How do I deploy Heron?\n\n1. Tag the commit"));
  CAF_CHECK(holds(first, "## Who is the mayor of Salzburg?\n\nNothing in the 12 pages answers this.\n"));
}

CAF_TEST(other names of the same sort are no disagreement) {
  auto said = said_of("At what pressure is valve 12 opened?");
  CAF_CHECK(holds(said, "Valve 12 is opened at 15 bar"));
  CAF_CHECK(holds(said, "Valve 12 is opened at 14 bar"));
  CAF_CHECK(holds(said, "The sources disagree"));
  CAF_CHECK(!holds(said, "Valve 15"));
}

CAF_TEST(a sample that goes on in words goes on in code) {
  auto said = said_of("What is a label template?");
  CAF_MESSAGE(said);
  CAF_CHECK(said.find("and it is the same as") < said.find("{street}\\n{name}"));
  CAF_CHECK(!holds(said, "or, for short")); // announces nothing
}

CAF_TEST(sections and lists of plain text are told apart) {
  auto said = said_of("What do we take to the trade fair?");
  for (auto* part : {"- 12 chairs", "- 3 folding tables", "- 2 banners", "- 1 coffee machine"})
    CAF_CHECK(holds(said, part));
  CAF_CHECK(starts("How many chairs do we take to the trade fair?", "- 12 chairs"));
  CAF_CHECK(starts("How do I load the van?", "1. Put the tables at the bottom"));
}

CAF_TEST(mistyped words and other forms of a word are found) {
  CAF_CHECK(holds(said_of("How do I refill the boyler?"), "blue valve"));
  CAF_CHECK(nearly_same("lighthous", "lihgthous"));
  CAF_CHECK(nearly_same("attachment", "atachmnt")); // two mistakes in a long word
  CAF_CHECK(!nearly_same("boiler", "broken"));
  CAF_CHECK(!nearly_same("brand", "bland")); // too short to tell
  CAF_CHECK(!nearly_same("valve12", "valve13"));
  CAF_CHECK(same_root("rehears", "rehearsal"));
  CAF_CHECK(!same_root("brand", "brandl"));
  CAF_CHECK(!same_root("interest", "internal"));
}

CAF_TEST(among few pages less of the question has to be found but more than its names) {
  analyzer words;
  auto found = [&](const std::string& question, const std::string& text, bool few) {
    passage_hit hit;
    hit.found.text = text;
    return has_evidence(focus_of(question, {hit}, words), {hit}, words, few);
  };
  auto question = "How do I clean the impeller of the pump?";
  CAF_CHECK(found(question, "Loosen three screws to clean the pump.", true));
  CAF_CHECK(!found("Does the boiler have a timer switch?", "The boiler stands in the cellar.", true));
  CAF_CHECK(!found("What is the salary of Maria Huber?", "Maria Huber wrote it.", true));
  CAF_CHECK(!found("How do I clean the impeller of the pump at sea?", "Loosen three screws to clean the pump.", false));
}
