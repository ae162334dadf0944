// The shape of questions, what they are searched by, and which sentences define a thing.
#define CAF_SUITE question

#include "actors/research/question.hpp"
#include "actors/research/other_words.hpp"

#include "actors/research/answer_form.hpp"
#include "actors/research/definition.hpp"
#include "actors/research/focus.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string joined(const name_words& ws) {
  std::string out;
  for (auto& w : ws)
    (out.empty() ? out : out += ' ') += w;
  return out;
}

} // namespace

CAF_TEST(a question that asks what something is names it) {
  struct question_case {
    const char* question;
    const char* name;
    bool defines;
  };
  for (auto& x : std::initializer_list<question_case>{{"What is a checkpoint?", "checkpoint", true},
                                                      {"What does the ANALYZE command do?", "analyze", true},
                                                      {"What is a kernel module?", "kernel module", true},
                                                      {"How does garbage collection work?", "garbage collection", true},
                                                      {"What is the purpose of the WAL?", "wal", true},
                                                      {"What are metaclasses?", "metaclass", true},
                                                      {"write-ahead logging", "write ahead logging", true},
                                                      {"What is the maximum size of a table?", "table", false},
                                                      {"What is the cat called?", "", false},
                                                      {"What happens at night?", "", false},
                                                      {"Wie schnell ist er?", "", false},
                                                      {"", "", false}}) {
    CAF_MESSAGE(x.question);
    auto shape = shape_of(x.question);
    CAF_CHECK_EQUAL(joined(shape.name), x.name);
    CAF_CHECK_EQUAL(shape.defines, x.defines);
  }
}

CAF_TEST(what a question wants shows in its words) {
  CAF_CHECK_EQUAL(joined(shape_of("What is the maximum size of a table?").property), "maximum size");
  CAF_CHECK(shape_of("What is the maximum size of a table?").value);
  CAF_CHECK(shape_of("How many columns can a table have?").value);
  CAF_CHECK(shape_of("Which port does it listen on?").value);
  CAF_CHECK_EQUAL(joined(shape_of("Which port does it listen on?").sort), "port");
  CAF_CHECK_EQUAL(joined(shape_of("On which day is the shop busy?").sort), "day");
  CAF_CHECK_EQUAL(joined(shape_of("How fast does it run?").sort), "fast");
  CAF_CHECK_EQUAL(joined(shape_of("Which index types are available?").listed), "index type");
  CAF_CHECK(!shape_of("Which index types are available?").value);
  CAF_CHECK(shape_of("When was it released?").date);
  CAF_CHECK(!shape_of("When is it possible?").date);
  auto compared = shape_of("What is the difference between VACUUM and VACUUM FULL?").compared;
  CAF_REQUIRE_EQUAL(compared.size(), 2u);
  CAF_CHECK_EQUAL(joined(compared[1]), "vacuum full");
  CAF_CHECK(!shape_of("What is the difference between VACUUM and VACUUM FULL?").defines);
}

CAF_TEST(the kind of a question is told by its first words) {
  struct kind_case {
    const char* question;
    const char* kind;
  };
  for (auto& x : std::initializer_list<kind_case>{{"What is a savepoint?", "what"},
                                                  {"What's a savepoint?", "what"},
                                                  {"Who\xe2\x80\x99s the keeper?", "who"},
                                                  {"In the year of the flood", "topic"},
                                                  {"How do I trim a lamp?", "how_to"},
                                                  {"What are the steps to trim a lamp?", "how_to"},
                                                  {"Steps for trimming a lamp", "how_to"},
                                                  {"What is the way home?", "what"},
                                                  {"How many lamps are there?", "how_many"},
                                                  {"What's the difference between salt and pepper?", "compare"},
                                                  {"salt vs pepper", "compare"},
                                                  {"When does it open?", "when"},
                                                  {"Wann wird es gebaut?", "topic"},
                                                  {"'s", "topic"},
                                                  {"", "topic"}}) {
    CAF_MESSAGE(x.question);
    CAF_CHECK_EQUAL(std::string{to_string(kind_of(x.question))}, x.kind);
  }
  CAF_CHECK(shape_of("At what temperature do I bake it?").value);
  CAF_CHECK_EQUAL(joined(shape_of("What's a savepoint?").name), "savepoint");
  CAF_CHECK_EQUAL(joined(shape_of("What is the difference between the salt and a lamp?").compared[0]), "salt");
}

CAF_TEST(short forms of the words that ask are no terms) {
  analyzer words;
  for (auto* question : {"What's the title of the book?", "What\xe2\x80\x99s the title of the book?",
                         "Why didn't the title of the book change?", "The title of the book can\xe2\x80\x99t change"}) {
    CAF_MESSAGE(question);
    auto terms = focus_of(question, {}, words).terms;
    CAF_CHECK(terms.contains("titl") && terms.contains("book"));
    for (auto& [t, w] : terms)
      CAF_CHECK(t == "titl" || t == "book" || t == "chang");
  }
}

CAF_TEST(a time tells when) {
  analyzer words;
  auto focus = focus_of("When does the office open?", {}, words);
  for (auto* s : {"It opens at 9:30.", "The office opens on Mondays and Tuesday.", "The office opens in September.",
                  "It opens on 3 May.", "It opened in 1986.", "It opens when the bell rings."})
    CAF_CHECK(answer_form(focus, s) >= 0.5);
  for (auto* s : {"The office opens slowly.", "The ratio is 3: 4.", "The office opens 12 doors.", "It may open:"})
    CAF_CHECK(answer_form(focus, s) < 0.5);
}

CAF_TEST(a question is searched by its thing and by other words too) {
  auto queries = search_queries("What is a checkpoint?");
  CAF_REQUIRE_EQUAL(queries.size(), 3u);
  CAF_CHECK_EQUAL(queries[0].text, "What is a checkpoint?");
  CAF_CHECK_EQUAL(queries[1].text, "checkpoint");
  CAF_CHECK(queries[2].text == "checkpoint glossary" && queries[2].most > 0);
  auto wider = search_queries("How do I kill a query?");
  CAF_REQUIRE_EQUAL(wider.size(), 2u);
  CAF_CHECK(wider[1].text.find("How do I kill a query?") == 0 && wider[1].text.find(" cancel") != std::string::npos);
  CAF_CHECK_EQUAL(search_queries("When does it rain?").size(), 1u);
  auto sides = search_queries("What is the difference between salt and pepper?");
  CAF_REQUIRE_EQUAL(sides.size(), 2u);
  CAF_CHECK_EQUAL(sides[1].text, "salt pepper");
}

CAF_TEST(sentences that define a thing are told from those that mention it) {
  name_words checkpoint{"checkpoint"};
  CAF_CHECK(defining_form(checkpoint, "A checkpoint is a point in the log.") >= 1);
  CAF_CHECK(defining_form(checkpoint, "Checkpoints are points in the log.") >= 0.9);
  CAF_CHECK(defining_form(checkpoint, "In a database, a checkpoint is a point in the log.") >= 0.7);
  CAF_CHECK(defining_form(checkpoint, "checkpoint \xe2\x80\x94 force a flush of the log") >= 0.7);
  CAF_CHECK(defining_form(checkpoint, "Such a point is called a checkpoint by most people.") >= 0.5);
  CAF_CHECK(defining_form(checkpoint, "The server writes a checkpoint every minute.") < 0.5);
  CAF_CHECK(defining_form(checkpoint, "A checkpoint does not block readers.") < 0.5);
  CAF_CHECK(defining_form(checkpoint, "Checkpoints are triggered by time.") < 0.5);
  CAF_CHECK(defining_form({"mvcc"}, "Multiversion control (MVCC) is a way to keep versions.") >= 1);
  CAF_CHECK_EQUAL(defining_form({}, "Anything is a thing."), 0);
}

CAF_TEST(a heading names a thing whatever its number) {
  CAF_CHECK(is_headed({"toast"}, "73.2. TOAST"));
  CAF_CHECK(is_headed({"analyze"}, "The ANALYZE Command") == false);
  CAF_CHECK(is_headed({"analyze"}, "ANALYZE Command"));
  CAF_CHECK(is_headed({"git", "stash"}, "git-stash(1)"));
  CAF_CHECK(is_headed({"common", "table", "expression"}, "7.8. WITH Queries (Common Table Expressions)"));
  CAF_CHECK(!is_headed({"toast"}, "TOAST and tea"));
  CAF_CHECK(!is_headed({}, "Anything"));
}
