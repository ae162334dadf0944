// The extractive writer on small hand-written pages, and on the PostgreSQL manual when it is installed.
#define CAF_SUITE writer

#include "tests/unit/research/page_shelf.hpp"

#include <cstdlib>
#include <iostream>

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

page_shelf& manual() {
  static page_shelf shelf{TROUPE_FIXTURES "/research/manual"};
  return shelf;
}

page_shelf& notes() {
  static page_shelf shelf{TROUPE_FIXTURES "/research/notes"};
  return shelf;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The report without its sources.
std::string body_of(const report& x) { return x.markdown.substr(0, x.markdown.find("\n## Sources")); }

std::string first_paragraph(const report& x) {
  auto from = x.markdown.find("\n\n") + 2;
  return x.markdown.substr(from, x.markdown.find('\n', from) - from);
}

/// What must hold of every report.
void check_report(page_shelf& shelf, const page_shelf::written& x) {
  CAF_CHECK(x.rejected.empty());
  std::set<std::string> said;
  for (auto& claim : x.answer.claims) {
    CAF_CHECK(!claim.citations.empty());
    CAF_CHECK(said.insert(claim.text).second);
    for (auto n : claim.citations)
      CAF_CHECK(n >= 1 && n <= x.answer.citations.size());
  }
  for (std::size_t i = 0; i < x.answer.citations.size(); ++i) {
    auto& c = x.answer.citations[i];
    CAF_CHECK_EQUAL(c.n, i + 1);
    CAF_CHECK(c.verified);
    auto page =
      std::find_if(shelf.pages().begin(), shelf.pages().end(), [&c](auto& p) { return p.content.id == c.document; });
    CAF_REQUIRE(page != shelf.pages().end());
    CAF_CHECK_EQUAL(page->content.text.substr(c.start, c.end - c.start), c.quote);
    CAF_CHECK(holds(x.answer.markdown, "[" + std::to_string(c.n) + "]"));
  }
  for (auto scrap : {"Prev", "Copyright", "See Section", "(see "})
    CAF_CHECK(!holds(body_of(x.answer), scrap));
}

} // namespace

CAF_TEST(a formula comes with what announces it and what explains it) {
  auto x = manual().write("How does the lamp keeper decide when to trim a lamp?");
  CAF_MESSAGE(x.answer.markdown);
  check_report(manual(), x);
  auto body = body_of(x.answer);
  CAF_CHECK(holds(body, "```\ntrim threshold = base hours + hours factor * size of the lamp\n```"));
  CAF_CHECK(body.find("is defined as") < body.find("```"));
  CAF_CHECK(body.find("```\n\nwhere the base hours are keeper_base_hours") != std::string::npos);
  CAF_CHECK(holds(body, "exceeds the trim threshold, the keeper trims the lamp"));
  CAF_CHECK(!holds(body, "Visitors"));
  CAF_CHECK(!holds(body, "Oil is bought"));
}

CAF_TEST(settings that the answer mentions are explained with their defaults and others are not ) {
  auto x = manual().write("How does the lamp keeper decide when to trim a lamp?");
  auto body = body_of(x.answer);
  CAF_CHECK(holds(body, "**keeper_base_hours (integer)**: Sets the number of hours"));
  CAF_CHECK(holds(body, "The default is 12 hours"));
  CAF_CHECK(holds(body, "**keeper_hours_factor (floating point)**"));
  CAF_CHECK(!holds(body, "bell_volume"));
}

CAF_TEST(a definition answers what something is in the first sentence) {
  auto x = manual().write("What is the fog bell?");
  CAF_MESSAGE(x.answer.markdown);
  check_report(manual(), x);
  CAF_CHECK(first_paragraph(x.answer).starts_with("The fog bell is a bell of bronze"));
  auto setting = manual().write("What is keeper_base_hours?");
  CAF_CHECK(first_paragraph(setting.answer).starts_with("**keeper_base_hours (integer)**: Sets the number of hours"));
}

CAF_TEST(steps stay together under what announces them) {
  auto x = manual().write("How do I ring the bell by hand?");
  CAF_MESSAGE(x.answer.markdown);
  check_report(manual(), x);
  auto body = body_of(x.answer);
  CAF_CHECK(holds(body, "follow these steps"));
  CAF_CHECK(body.find("Climb to the gallery") < body.find("Loosen the rope"));
  CAF_CHECK(body.find("Loosen the rope") < body.find("Pull the rope"));
}

CAF_TEST(no sentence stands without the one it leans on) {
  for (auto question : {"How does the lamp keeper decide when to trim a lamp?", "What is the lamp keeper?",
                        "What is the fog bell?", "Which settings control the keeper?"}) {
    auto x = manual().write(question);
    std::istringstream lines{body_of(x.answer)};
    std::string line;
    while (std::getline(lines, line))
      for (auto start : {"This ", "It ", "These ", "They ", "Otherwise,"})
        CAF_CHECK(!line.starts_with(start));
  }
}

CAF_TEST(the code of a list item stands below it) {
  evidence_page page;
  page.content.text = "Run the script:\nrun --all\nThen rest.";
  page.content.id = document_id{std::string(64, 'a')};
  answer_draft draft;
  draft.sections.push_back(
    {"",
     false,
     {{part_form::list,
       {{"Run the script:", "run --all", "", {{0, 0, 15, "Run the script:"}, {0, 16, 25, "run --all"}}},
        {"Then rest.", "", "", {{0, 26, 36, "Then rest."}}}}}}});
  auto x = write_report({"How?", {}, {}}, draft, {page});
  CAF_CHECK(holds(x.markdown, "- Run the script [1][2]:\n\n   ```\n   run --all\n   ```\n- Then rest [3]."));
}

CAF_TEST(a quote from a file with pages names its page) {
  evidence_page page;
  page.content.text = "Owls hunt. They sleep by day.";
  page.content.id = document_id{std::string(64, 'a')};
  page.content.pages = {0, 11};
  answer_draft draft;
  draft.sections.push_back(
    {"", false, {{part_form::paragraph, {{"They sleep by day.", "", "", {{0, 11, 29, "They sleep by day."}}}}}}});
  auto x = write_report({"How?", {}, {}}, draft, {page});
  CAF_REQUIRE_EQUAL(x.citations.size(), 1u);
  CAF_CHECK_EQUAL(x.citations[0].page, 2u);
  CAF_CHECK(holds(x.markdown, "- [1] \"They sleep by day.\", p. 2\n"));
  page.content.pages.clear();
  auto without = write_report({"How?", {}, {}}, draft, {page});
  CAF_CHECK_EQUAL(without.citations[0].page, 0u);
}

CAF_TEST(a report holds nothing that a terminal obeys) {
  auto text = std::string{"The \x1b[31mdragon\x1b[0m sleeps\x07 below \xE2\x80\xAEthe\xC2\x9B hill."};
  evidence_page page;
  page.content.id = document_id{std::string(64, 'a')};
  page.content.text = text;
  page.url = "file:///dragon";
  page.title = text;
  answer_draft draft;
  auto end = static_cast<std::uint32_t>(text.size());
  draft.sections.push_back({"", false, {{part_form::paragraph, {{text, text, "", {{0, 0, end, text}}}}}}});
  auto x = write_report({"Where does the dragon sleep?", {}, {}}, draft, {page});
  for (auto bad : {"\x1b", "\x07", "\xE2\x80\xAE", "\xC2\x9B"})
    CAF_CHECK(!holds(x.markdown, bad));
  CAF_CHECK(holds(x.markdown, "sleeps below the hill"));
  CAF_REQUIRE_EQUAL(x.citations.size(), 1u);
  CAF_CHECK_EQUAL(x.citations[0].quote, text); // the data says what stands there
}

CAF_TEST(quotes keep the connective that a claim leaves out) {
  for (auto question : {"How does the lamp keeper decide when to trim a lamp?", "What is the fog bell?"})
    for (auto& x : manual().write(question).answer.citations)
      for (auto& page : manual().pages())
        if (page.content.id == x.document && x.start >= 2)
          CAF_CHECK(page.content.text.substr(x.start - 2, 2) != ", ");
}

CAF_TEST(what is not in the pages is not answered) {
  for (auto question :
       {"What is the capital of France?", "How do I bake sourdough bread?", "Who invented the telephone?"}) {
    auto x = manual().write(question);
    CAF_CHECK(x.answer.claims.empty());
    CAF_CHECK(x.answer.citations.empty());
    CAF_CHECK(holds(x.answer.markdown, "Nothing in the 3 pages answers this."));
    CAF_CHECK(!holds(x.answer.markdown, "## Sources"));
  }
}

CAF_TEST(a row of a table answers with the names of its columns) {
  for (auto question : {"What is the price of the Alpha?", "How much does the Alpha weigh?"}) {
    auto x = notes().write(question);
    check_report(notes(), x);
    CAF_CHECK_EQUAL(first_paragraph(x.answer), "**Alpha**: Weight: 12 kg; Price: 400 EUR [1][2]");
    CAF_REQUIRE_EQUAL(x.answer.citations.size(), 2u);
    CAF_CHECK_EQUAL(x.answer.citations[0].quote, "Alpha\t12 kg\t400 EUR");
    CAF_CHECK_EQUAL(x.answer.citations[1].quote, "Model\tWeight\tPrice");
  }
}

CAF_TEST(sources that disagree stand beside each other) {
  auto x = notes().write("How long are harbour logs kept?");
  check_report(notes(), x);
  auto body = body_of(x.answer);
  auto between = body.find("*The sources disagree. Elsewhere:*");
  CAF_REQUIRE(between != std::string::npos);
  auto first = std::min(body.find("30 days"), body.find("90 days"));
  auto second = std::max(body.find("30 days"), body.find("90 days"));
  CAF_CHECK(first < between && between < second && second != std::string::npos);
  CAF_CHECK_EQUAL(x.answer.sources.size(), 2u);
}

CAF_TEST(a sentence brings the next one that completes it) {
  auto x = notes().write("Are harbour logs encrypted?");
  check_report(notes(), x);
  CAF_CHECK_EQUAL(first_paragraph(x.answer), "Harbour logs are kept for 30 days [1]. They are encrypted [2].");
}

CAF_TEST(steps of plain text are numbered below what announces them) {
  auto x = notes().write("How do I install the winch driver?");
  check_report(notes(), x);
  CAF_CHECK(holds(body_of(x.answer),
                  "Install steps [1]:\n\n1. Download the winch driver [2].\n2. Unpack the driver with "
                  "tar [3].\n3. Run ./setup as root [4].\n"));
}

CAF_TEST(steps are told from the first with what belongs to them) {
  for (auto question : {"How do I raise the Ostra?", "Who is called when the Ostra is raised by the pilot?"}) {
    auto body = body_of(notes().write(question).answer);
    CAF_MESSAGE(body);
    if (holds(body, "Pull the lever"))
      CAF_CHECK(holds(
        body, "1. Open the panel [1][2]:\n\n   ```\n   key --turn left\n   ```\n2. Call the pilot. Summer: channel "
              "7; Winter: channel 9 [3][4][5]\n3. Pull the lever [6].\n"));
  }
  CAF_CHECK(holds(body_of(notes().write("How do I raise the Ostra?").answer), "3. Pull the lever [6]."));
}

CAF_TEST(what to do comes before what comes of it) {
  auto x = notes().write("How do I lower the Ostra?");
  check_report(notes(), x);
  CAF_CHECK(
    first_paragraph(x.answer).starts_with("Press the red button [1]. Lowering the Ostra takes about 40 seconds [2]."));
}

CAF_TEST(what to do comes before what comes of it where no heading names it) {
  auto x = notes().write("How do I silence the horn?");
  check_report(notes(), x);
  CAF_CHECK(holds(body_of(x.answer), "Turn the small brass key [1]. Silencing the horn takes two seconds [2]."));
}

CAF_TEST(a later step brings those before it) {
  auto body = body_of(notes().write("When is the lever pulled on the Ostra?").answer);
  CAF_MESSAGE(body);
  CAF_CHECK(holds(body, "1. Open the panel [1][2]:") && holds(body, "3. Pull the lever [6]."));
}

CAF_TEST(a name is found in the sentence after the one with the thing) {
  auto x = notes().write("Who built the Ostra?");
  check_report(notes(), x);
  CAF_CHECK(holds(body_of(x.answer),
                  "Ostra is the crane at the north pier [1]. It was built by Ida Kolbe in the spring of 1932 [2]."));
}

CAF_TEST(the columns of a table count as words of its rows) {
  CAF_CHECK_EQUAL(first_paragraph(notes().write("Who is the keeper of door 23?").answer),
                  "**23**: Leads to: engine; Keeper: Petra [1][2]");
  CAF_CHECK(holds(body_of(notes().write("Ostra doors").answer),
                  "- **17**: Leads to: cabin; Keeper: Tomas [1][2]\n- **23**: Leads to: engine; Keeper: Petra [3][2]"));
}

CAF_TEST(several of a kind are answered by the entries below their heading) {
  auto x = notes().write("Which colours are there?");
  check_report(notes(), x);
  CAF_CHECK(holds(
    body_of(x.answer),
    "- **amber**: The colour of fog, seen for two miles [1].\n- **green**: The colour of a berth that is free [2]."));
}

CAF_TEST(what only comes nearest is called that) {
  auto nearest = "*No passage says this outright. What comes nearest:*";
  auto x = notes().write("Wie schnell läuft der Nebelmotor?");
  check_report(notes(), x);
  CAF_CHECK_EQUAL(first_paragraph(x.answer), nearest);
  CAF_CHECK(holds(body_of(x.answer), "Der Nebelmotor läuft mit 400 Umdrehungen pro Minute [1]."));
  CAF_CHECK_EQUAL(first_paragraph(notes().write("How do I encrypt harbour logs?").answer), nearest); // tells no way to
  CAF_CHECK(!holds(body_of(notes().write("How long are harbour logs kept?").answer), nearest));
  CAF_CHECK(!holds(body_of(manual().write("How does the lamp keeper decide when to trim a lamp?").answer), nearest));
}

CAF_TEST(a figure is wanted where one was asked for) {
  for (auto question : {"How many visitors does the harbour have?", "When was the harbour built?",
                        "Who wrote the harbour logs?", "What is a harbour winch?"}) {
    CAF_MESSAGE(question);
    CAF_CHECK(notes().write(question).answer.claims.empty());
  }
}

CAF_TEST(markup of pages stays text) {
  auto x = manual().write("What rings the bell in odd browsers?");
  CAF_MESSAGE(x.answer.markdown);
  check_report(manual(), x);
  CAF_CHECK(holds(x.answer.markdown, "\\<script>alert(1)\\</script>"));
  CAF_CHECK(holds(x.answer.markdown, "\\[some\\](javascript:alert) \\*odd\\*"));
}

CAF_TEST(the same evidence gives the same report) {
  auto question = "How does the lamp keeper decide when to trim a lamp?";
  CAF_CHECK(manual().write(question).answer == manual().write(question).answer);
}

CAF_TEST(the vacuum threshold out of the PostgreSQL manual) {
  auto* given = std::getenv("TROUPE_PG_DOC");
  std::filesystem::path folder = given != nullptr ? given : "/usr/share/doc/postgresql-doc-15/html";
  if (!std::filesystem::exists(folder / "routine-vacuuming.html")) {
    std::cout << "skipped: no PostgreSQL manual in " << folder << " (TROUPE_PG_DOC names another place)\n";
    return;
  }
  page_shelf shelf{folder,
                   {"routine-vacuuming.html", "runtime-config-autovacuum.html", "sql-createtable.html",
                    "sql-vacuum.html", "monitoring-stats.html", "indexes-partial.html", "mvcc-intro.html"}};
  auto x = shelf.write("How does autovacuum decide when to vacuum a table?");
  CAF_MESSAGE(x.answer.markdown);
  check_report(shelf, x);
  auto body = body_of(x.answer);
  CAF_CHECK(holds(body, "vacuum threshold = vacuum base threshold + vacuum scale factor * number of tuples"));
  CAF_CHECK(holds(body, "vacuum insert threshold = vacuum base insert threshold"));
  CAF_CHECK(holds(body, "**autovacuum_vacuum_threshold (integer)**"));
  CAF_CHECK(holds(body, "**autovacuum_vacuum_scale_factor (floating point)**"));
  CAF_CHECK(holds(body, "The default is 50 tuples"));
  auto nothing = shelf.write("Does PostgreSQL support quantum entanglement?");
  CAF_CHECK(nothing.answer.citations.empty());
}
