// Dead letters: written with their event, listed, requeued, discarded.
#define CAF_SUITE dead_letters

#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

dead_letter a_letter(const std::string& id, const std::string& subject, std::int64_t when = 0) {
  dead_letter x;
  x.id = id;
  x.queue = "extract";
  x.subject = subject;
  x.attempts = 3;
  x.why = {errc::poisoned, "it ended three extractors", "Look at the page."};
  x.at = at(when);
  return x;
}

struct fixture : store_fixture {
  std::vector<dead_letter> letters() { return take(read->list(list_dead_letters{"", 50, {}})).items; }

  /// A commit of `row` that gives a page up.
  commit_research giving_up(const research_row& row, const dead_letter& letter) {
    auto x = a_commit(row);
    x.events = {an_event(letter.subject)};
    x.dead = {letter};
    x.dead[0].research = row.id;
    return x;
  }
  /// A research `request` with a letter for `subject`, running.
  research_row with_letter(accept_research ask, const std::string& letter, const std::string& subject) {
    did<accepted_research>(ask);
    auto rows = did<claimed_research>(a_claim(1)).rows;
    did<commit_ack>(giving_up(rows.at(0), a_letter(letter, subject)));
    return rows[0];
  }
  settle_dead_letter requeue(const std::string& id, const std::string& as, std::int64_t when = 50) {
    return {id, true, research_id{as}, at(when), {}};
  }
  /// A research set aside as a whole.
  void crashed_twice(accept_research ask) {
    did<accepted_research>(ask);
    did<claimed_research>(a_claim(1, 0));
    did<claimed_research>(a_claim(1, 15));
    did<claimed_research>(a_claim(1, 30));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(dead_letter_tests, fixture)

CAF_TEST(a page that was given up comes with its event) {
  auto mine = running("r_1");
  auto letter = a_letter("d_1", "http://a/page", 7);
  did<commit_ack>(giving_up(mine, letter));
  letter.research = mine.id;
  CAF_CHECK(letters() == std::vector{letter});
  CAF_CHECK_EQUAL(log("r_1").size(), 2u);
}

CAF_TEST(nothing of a refused commit stays) {
  auto old = running("r_1", 0);
  auto fresh = did<claimed_research>(a_claim(1, 15)).rows.at(0);
  CAF_CHECK(refused(giving_up(old, a_letter("d_1", "http://a/page"))) == errc::fenced);
  auto unknown = giving_up(fresh, a_letter("d_2", "http://a/page"));
  unknown.known = {document_id{sha256_hex("never stored")}};
  CAF_CHECK(refused(unknown) == errc::not_found);
  auto twice = giving_up(fresh, a_letter("d_3", "http://a/page"));
  twice.dead.push_back(a_letter("d_3", "http://a/other")); // the same id: the database refuses the second
  CAF_CHECK(refused(twice) != errc::none);
  CAF_CHECK(letters().empty());
  CAF_CHECK_EQUAL(log("r_1").size(), 1u);
}

CAF_TEST(one that fails half - way takes nobody with it) {
  auto mine = running("r_1");
  auto half = giving_up(mine, a_letter("d_1", "http://a/page"));
  half.pages = {a_page("http://a/page", "half a commit")};
  half.collections = {collection_name{"r_1"}};
  half.dead.push_back(a_letter("d_1", "http://a/other"));
  auto good = giving_up(mine, a_letter("d_2", "http://a/last"));
  auto answers = apply({an_accept("r_2"), good, half, an_accept("r_3"), ending(good), half, a_claim(1)});
  CAF_CHECK(answers[0].has_value());
  CAF_CHECK(answers[1].has_value());
  CAF_CHECK(!answers[2].has_value());
  CAF_CHECK(answers[3].has_value());
  CAF_CHECK(answers[4].has_value());
  CAF_CHECK(answers[5].error().code == errc::fenced);
  CAF_CHECK(std::get<claimed_research>(take(answers[6])).backlog == 1u);
  CAF_REQUIRE_EQUAL(letters().size(), 1u);
  CAF_CHECK(letters()[0].id == "d_2");
  CAF_CHECK_EQUAL(log("r_1").size(), 4u);
  CAF_CHECK_EQUAL(wakes.size(), 3u);
  CAF_CHECK_EQUAL(take(read->figures({})).documents, 0u);
  CAF_CHECK_EQUAL(take(read->figures({})).queued, 1u);
}

CAF_TEST(a page given up again has one letter) {
  auto mine = running("r_1");
  did<commit_ack>(giving_up(mine, a_letter("d_1", "http://a/page")));
  did<commit_ack>(giving_up(mine, a_letter("d_2", "http://a/page", 9)));
  did<commit_ack>(giving_up(mine, a_letter("d_3", "http://a/other")));
  auto other_queue = a_letter("d_4", "http://a/page");
  other_queue.queue = "embed";
  did<commit_ack>(giving_up(mine, other_queue));
  std::vector<std::string> ids;
  for (const auto& x : letters())
    ids.push_back(x.id);
  CAF_CHECK(ids == (std::vector<std::string>{"d_4", "d_3", "d_2"}));
}

CAF_TEST(a requeued research is a new one that asks the same) {
  auto ask = an_accept("r_1", 0, priority_class::batch);
  ask.request.urls = {"http://a/"};
  ask.request.timeout_s = 33;
  ask.request.collections = {collection_name{"manual"}};
  ask.request.not_before = at(-5);
  ask.granted = {{"/srv/notes"}, true};
  ask.idempotency_key = "key";
  ask.request_digest = "digest";
  crashed_twice(ask);
  auto id = letters().at(0).id;
  auto settled = did<settled_dead_letter>(requeue(id, "r_2", 40));
  CAF_CHECK_EQUAL(settled.letter.id, id);
  CAF_REQUIRE_EQUAL(settled.accepted.size(), 1u);
  auto fresh = row("r_2");
  CAF_CHECK(settled.accepted[0] == fresh);
  auto wanted = ask.request;
  wanted.not_before = {};
  CAF_CHECK(fresh.request == wanted);
  CAF_CHECK(fresh.granted == ask.granted);
  CAF_CHECK(fresh.status == research_status::queued);
  CAF_CHECK_EQUAL(fresh.crashes, 0u);
  CAF_CHECK_EQUAL(fresh.attempt, 0u);
  CAF_CHECK(fresh.created_at == at(40));
  auto begun = log("r_2");
  CAF_REQUIRE_EQUAL(begun.size(), 1u);
  CAF_CHECK_EQUAL(begun[0].type, "research.queued");
  CAF_CHECK(row("r_1").status == research_status::failed);
  CAF_CHECK(letters().empty());
  CAF_CHECK(refused(requeue(id, "r_3")) == errc::not_found);
  CAF_CHECK(did<claimed_research>(a_claim(5, 60)).rows.at(0).id.value == "r_2");
}

CAF_TEST(a requeued page is read into the evidence of its research) {
  auto ask = an_accept("r_1");
  ask.request.urls = {"http://a/start"};
  ask.request.paths = {"/srv/notes"};
  ask.request.collections = {collection_name{"read beside"}};
  ask.granted = {{"/srv/notes"}, false};
  with_letter(ask, "d_1", "http://a/page");
  auto settled = did<settled_dead_letter>(requeue("d_1", "r_2"));
  const auto& got = settled.accepted.at(0).request;
  CAF_CHECK(got.kind == research_kind::ingest);
  CAF_CHECK(got.collections == std::vector{collection_name{"r_1"}});
  CAF_CHECK(got.urls == std::vector<std::string>{"http://a/page"});
  CAF_CHECK(got.paths.empty());
  CAF_CHECK(got.question.empty());
  CAF_CHECK_EQUAL(got.depth, 0u);
  CAF_CHECK(row("r_2").request == got);
  CAF_CHECK(row("r_2").granted == ask.granted);
  CAF_CHECK(row("r_1").status == research_status::running); // it goes on without that page
}

CAF_TEST(a requeued page of an ingest goes where the ingest went) {
  auto ask = an_accept("r_1");
  ask.request.kind = research_kind::ingest;
  ask.request.collections = {collection_name{"manual"}, collection_name{"notes"}};
  with_letter(ask, "d_1", "file:///srv/notes/a.pdf");
  auto got = did<settled_dead_letter>(requeue("d_1", "r_2")).accepted.at(0).request;
  CAF_CHECK(got.kind == research_kind::ingest);
  CAF_CHECK(got.collections == ask.request.collections);
  CAF_CHECK(got.paths == std::vector<std::string>{"/srv/notes/a.pdf"});
  CAF_CHECK(got.urls.empty());
}

CAF_TEST(evidence stays evidence though its first page came later) {
  with_letter(an_accept("r_1"), "d_1", "http://a/page");
  did<settled_dead_letter>(requeue("d_1", "r_2"));
  auto mine = did<claimed_research>(a_claim(1, 50)).rows;
  auto page = a_commit(mine.back());
  page.pages = {a_page("http://a/page", "at last")};
  page.collections = {collection_name{"r_2"}, collection_name{"r_1"}};
  did<commit_ack>(page);
  CAF_CHECK(take(read->figures({})).collections.empty()); // only named ones are shown
}

CAF_TEST(a full ledger keeps the letter) {
  options.ledger_limit = 1;
  reopen();
  with_letter(an_accept("r_1"), "d_1", "http://a/page");
  did<accepted_research>(an_accept("r_2"));
  CAF_CHECK(refused(requeue("d_1", "r_3")) == errc::overloaded);
  CAF_CHECK_EQUAL(letters().size(), 1u);
  CAF_CHECK(!read->get(get_research{research_id{"r_3"}, {}}));
  did<claimed_research>(a_claim(1));
  CAF_CHECK(did<settled_dead_letter>(requeue("d_1", "r_3")).accepted.size() == 1u);
}

CAF_TEST(an id that is taken keeps the letter) {
  with_letter(an_accept("r_1"), "d_1", "http://a/page");
  CAF_CHECK(refused(requeue("d_1", "r_1")) == errc::conflict);
  CAF_CHECK(refused(requeue("d_1", "")) == errc::conflict);
  CAF_CHECK_EQUAL(letters().size(), 1u);
}

CAF_TEST(a discarded letter is gone and nothing is asked again) {
  with_letter(an_accept("r_1"), "d_1", "http://a/page");
  auto settled = did<settled_dead_letter>(settle_dead_letter{"d_1", false, {}, at(9), {}});
  CAF_CHECK_EQUAL(settled.letter.subject, "http://a/page");
  CAF_CHECK(settled.letter.why == a_letter("", "").why);
  CAF_CHECK(settled.accepted.empty());
  CAF_CHECK(letters().empty());
  CAF_CHECK_EQUAL(take(read->list(list_research{"", "", 50, {}})).items.size(), 1u);
  CAF_CHECK(refused(settle_dead_letter{"d_1", false, {}, at(9), {}}) == errc::not_found);
}

CAF_TEST(letters are newest first and paged) {
  auto mine = running("r_1");
  for (int i = 1; i <= 5; ++i)
    did<commit_ack>(giving_up(mine, a_letter("d_" + std::to_string(i), "http://a/" + std::to_string(i))));
  auto page = take(read->list(list_dead_letters{"", 2, {}}));
  CAF_REQUIRE_EQUAL(page.items.size(), 2u);
  CAF_CHECK_EQUAL(page.items[0].id, "d_5");
  CAF_CHECK_EQUAL(page.next, "d_4");
  page = take(read->list(list_dead_letters{page.next, 3, {}}));
  CAF_REQUIRE_EQUAL(page.items.size(), 3u);
  CAF_CHECK_EQUAL(page.items[2].id, "d_1");
  CAF_CHECK(page.next.empty());
  CAF_CHECK_EQUAL(take(read->list(list_dead_letters{"", 0, {}})).items.size(), 1u); // at least one
}

CAF_TEST(a page of the log is bounded by its bytes) {
  auto mine = running("r_1");
  auto x = a_commit(mine);
  for (int i = 0; i < 6; ++i)
    x.events.push_back({at(0), "page.skipped", std::string(1000, 'x')});
  did<commit_ack>(x);
  auto page = take(read->events({mine.id, event_seq{1}, 500, {}, 2500}));
  CAF_CHECK_EQUAL(page.events.size(), 2u);
  CAF_CHECK_EQUAL(page.last.value, 3u);
  CAF_CHECK(!page.final);
  CAF_CHECK_EQUAL(take(read->events({mine.id, event_seq{1}, 500, {}, 3000})).events.size(), 3u);
  CAF_CHECK_EQUAL(take(read->events({mine.id, event_seq{1}, 500, {}, 1})).events.size(), 1u);
  CAF_CHECK_EQUAL(take(read->events({mine.id, event_seq{1}, 500, {}})).events.size(), 6u);
  did<commit_ack>(ending(a_commit(mine)));
  CAF_CHECK(!take(read->events({mine.id, event_seq{1}, 500, {}, 1})).final);
  CAF_CHECK(take(read->events({mine.id, event_seq{7}, 500, {}, 1})).final);
}

CAF_TEST_FIXTURE_SCOPE_END()
