// Commits: events, documents, collections, reports; groups of which each member stands alone.
#define CAF_SUITE commits

#include <fstream>

#include "storage/blobs/file_blobs.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

report a_report() {
  report r;
  r.markdown = "# Answer\n\nYes [1].";
  r.claims = {{"Yes.", {1}}};
  r.citations = {{1, 1, document_id{std::string(64, 'a')}, "yes", 3, 6, true}};
  r.sources = {{1, "http://a/", "A", at(3), document_id{std::string(64, 'a')}}};
  r.coverage = {3, 9, 2, 1, 0.5};
  r.writer = "extractive";
  return r;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(commit_tests, store_fixture)

CAF_TEST(a page comes back as it was stored) {
  auto op = a_commit(running("r_1"));
  auto page = a_page("http://a/1", "The caf\xc3\xa9 opens at nine. It closes late.", 3, 4);
  op.pages = {page};
  op.collections = {collection_name{"r_1"}, collection_name{"manual"}};
  did<commit_ack>(op);

  auto back = take(read->get(get_document{page.content.id, {}}));
  CAF_CHECK(back == page.content);

  auto fetches = take(read->find({{"http://a/1", "http://a/none"}, true, {}})).items;
  CAF_REQUIRE_EQUAL(fetches.size(), 1u);
  page.fetch.document = page.content.id;
  page.fetch.title = page.content.title;
  page.fetch.passages = 3;
  CAF_CHECK(fetches[0] == page.fetch);
  CAF_CHECK(take(read->find({{"http://a/1"}, false, {}})).items[0].links.empty());

  auto index = take(read->load({0, 10, {}}));
  CAF_CHECK(index.done);
  CAF_REQUIRE_EQUAL(index.documents.size(), 1u);
  CAF_CHECK(index.documents[0].embedded == page.embedded);
  CAF_CHECK_EQUAL(index.documents[0].url, "http://a/1");
  CAF_CHECK_EQUAL(index.documents[0].title, page.content.title);
  CAF_CHECK(index.documents[0].fetched_at == at(4));
  CAF_CHECK(index.documents[0].collections == op.collections);

  auto brief = take(read->load({0, 10, {}, true})); // the same but for its content
  CAF_CHECK(brief.done && brief.last_row == index.last_row);
  CAF_REQUIRE_EQUAL(brief.documents.size(), 1u);
  CAF_CHECK(brief.documents[0].embedded == embedded_document{page.content.id, {}, {}, {}});
  CAF_CHECK_EQUAL(brief.documents[0].url, "http://a/1");
  CAF_CHECK(brief.documents[0].fetched_at == at(4));
  CAF_CHECK(brief.documents[0].collections == op.collections);

  auto figures = take(read->figures({}));
  CAF_CHECK_EQUAL(figures.documents, 1u);
  CAF_CHECK_EQUAL(figures.passages, 3u);
  CAF_REQUIRE_EQUAL(figures.collections.size(), 1u);
  CAF_CHECK_EQUAL(figures.collections[0].first, "manual");
  CAF_CHECK_EQUAL(figures.collections[0].second, 1u);
}

CAF_TEST(a stored document is not written again but joins) {
  auto first = a_commit(running("r_1"));
  first.pages = {a_page("http://a/1", "same words", 2, 1)};
  first.collections = {collection_name{"r_1"}};
  did<commit_ack>(first);
  auto second = a_commit(running("r_2"));
  second.pages = {a_page("http://b/2", "same words", 2, 9)};
  second.collections = {collection_name{"r_2"}};
  did<commit_ack>(second);
  auto third = a_commit(running("r_3"));
  third.known = {first.pages[0].content.id};
  third.collections = {collection_name{"r_3"}, collection_name{"r_1"}};
  did<commit_ack>(third);

  auto index = take(read->load({0, 10, {}}));
  CAF_REQUIRE_EQUAL(index.documents.size(), 1u);
  CAF_CHECK_EQUAL(index.documents[0].collections.size(), 3u);
  CAF_CHECK_EQUAL(index.documents[0].url, "http://b/2");
  CAF_CHECK_EQUAL(index.documents[0].embedded.passages.size(), 2u);
  CAF_CHECK(take(read->figures({})).documents == 1u);
  CAF_CHECK(take(read->figures({})).passages == 2u);
  third.known = {document_id{std::string(64, '0')}};
  CAF_CHECK(refused(third) == errc::not_found);
}

CAF_TEST(an address knows its newest snapshot) {
  auto op = a_commit(running("r_1"));
  op.pages = {a_page("http://a/1", "old words", 1, 1), a_page("http://a/1", "new words", 1, 5),
              a_page("http://a/1", "old words", 1, 3)};
  did<commit_ack>(op);
  auto newest = take(read->find({{"http://a/1"}, false, {}})).items;
  CAF_REQUIRE_EQUAL(newest.size(), 1u);
  CAF_CHECK(newest[0].document == op.pages[1].content.id);
  op.pages = {a_page("http://a/1", "old words", 1, 7)};
  did<commit_ack>(op);
  CAF_CHECK(take(read->find({{"http://a/1"}, false, {}})).items[0].document == op.pages[0].content.id);
}

namespace {

using ids = std::vector<document_id>;

/// What a shard would load: collections of each document by its id; "outdated" stands among them.
std::map<document_id, std::set<std::string>> loaded(reader& from) {
  std::map<document_id, std::set<std::string>> result;
  for (auto& d : take(from.load({0, 1000, {}})).documents) {
    auto& names = result[d.embedded.document];
    for (auto& name : d.collections)
      names.insert(name.value);
    if (d.outdated)
      names.insert("outdated");
  }
  return result;
}

commit_research into(const research_row& row, std::vector<stored_page> pages) {
  auto x = a_commit(row);
  x.pages = std::move(pages);
  x.collections = {collection_name{row.id.value}, collection_name{"shared"}};
  return x;
}

} // namespace

CAF_TEST(a newer version of an address takes the place of the older in a named collection) {
  auto one = a_page("http://a/", "The pump runs at 100.", 2, 0);
  auto two = a_page("http://a/", "The pump runs at 300.", 2, 10);
  auto first = did<commit_ack>(into(running("r_1"), {one}));
  CAF_CHECK(first.left.empty());
  CAF_CHECK(first.outdated.empty());
  auto second = did<commit_ack>(into(running("r_2"), {two}));
  CAF_CHECK(second.outdated == ids{one.content.id});
  CAF_CHECK((second.left == std::vector<membership>{{one.content.id, collection_name{"shared"}}}));
  using names = std::set<std::string>;
  auto index = loaded(*read);
  CAF_CHECK((index[one.content.id] == names{"r_1", "outdated"})); // evidence keeps what it cites
  CAF_CHECK((index[two.content.id] == names{"r_2", "shared"}));
  CAF_CHECK_EQUAL(take(read->get(get_document{one.content.id, {}})).text, one.content.text);
  CAF_CHECK(take(read->figures({})).collections == (std::vector<std::pair<std::string, std::uint64_t>>{{"shared", 1}}));

  one.fetch.fetched_at = at(20); // the page is what it was
  auto third = did<commit_ack>(into(running("r_3"), {one}));
  CAF_CHECK(third.outdated == ids{two.content.id});
  index = loaded(*read);
  CAF_CHECK((index[one.content.id] == names{"r_1", "r_3", "shared"}));
  CAF_CHECK((index[two.content.id] == names{"r_2", "outdated"}));
}

CAF_TEST(what another address still gives stays in its collection) {
  auto here = a_page("http://a/", "The same words.", 2, 0);
  auto there = a_page("http://b/", "The same words.", 2, 1);
  auto newer = a_page("http://a/", "Other words.", 2, 10);
  did<commit_ack>(into(running("r_1"), {here, there}));
  auto ack = did<commit_ack>(into(running("r_2"), {newer}));
  CAF_CHECK(ack.outdated.empty());
  CAF_CHECK(ack.left.empty());
  auto gone = did<commit_ack>(into(running("r_3"), {a_page("http://b/", "Words of its own.", 2, 20)}));
  CAF_CHECK(gone.outdated == ids{here.content.id});
  CAF_CHECK_EQUAL(gone.left.size(), 1u);
}

CAF_TEST(a version that others fetched makes room when it joins) {
  auto one = a_page("http://a/", "The pump runs at 100.", 2, 0);
  auto two = a_page("http://a/", "The pump runs at 300.", 2, 10);
  did<commit_ack>(into(running("r_1"), {one}));
  auto seen = into(running("r_2"), {two});
  seen.collections.pop_back();
  auto ack = did<commit_ack>(seen);
  CAF_CHECK(ack.outdated == ids{one.content.id});
  CAF_CHECK(ack.left.empty()); // the collection has what was read into it, until it is read again
  auto again = into(running("r_3"), {});
  again.known = {two.content.id};
  CAF_CHECK_EQUAL(did<commit_ack>(again).left.size(), 1u);
  CAF_CHECK(loaded(*read)[one.content.id] == (std::set<std::string>{"r_1", "outdated"}));
}

CAF_TEST(vectors of another model join the passages they fit) {
  auto op = a_commit(running("r_1"));
  op.pages = {a_page("http://a/1", "some words", 2)};
  did<commit_ack>(op);
  op.pages[0].embedded.model = "lsa-2";
  op.pages[0].embedded.embeddings[1].values = {1, 2, 3, 4};
  did<commit_ack>(op);
  auto embedded = take(read->load({0, 10, {}})).documents.at(0).embedded;
  CAF_CHECK(embedded == op.pages[0].embedded);
}

CAF_TEST(pages that lie are refused) {
  auto op = a_commit(running("r_1"));
  op.pages = {a_page("http://a/1", "some words")};
  op.pages[0].content.text += "!";
  CAF_CHECK(refused(op) == errc::invalid_argument);
  op.pages = {a_page("http://a/1", "some words")};
  op.pages[0].embedded.passages[0].end = 99;
  CAF_CHECK(refused(op) == errc::invalid_argument);
  op.pages = {a_page("http://a/1", "some words")};
  op.pages[0].embedded.embeddings.pop_back();
  CAF_CHECK(refused(op) == errc::invalid_argument);
  CAF_CHECK(take(read->figures({})).documents == 0u);
}

CAF_TEST(events are numbered without a gap and read in bounded pages) {
  auto op = a_commit(running("r_1"));
  for (int i = 0; i < 10; ++i)
    op.events.push_back(an_event(std::string(200'000, 'x')));
  CAF_CHECK(did<commit_ack>(op).last.value == 11u);
  std::uint64_t after = 0;
  for (int pages = 0; after < 11; ++pages) {
    CAF_REQUIRE(pages < 5);
    auto page = take(read->events({research_id{"r_1"}, event_seq{after}, 500, {}}));
    CAF_REQUIRE(!page.events.empty());
    CAF_CHECK(page.events.size() <= 6);
    CAF_CHECK(!page.final);
    for (const auto& x : page.events)
      CAF_CHECK_EQUAL(x.seq.value, ++after);
    CAF_CHECK_EQUAL(page.last.value, after);
  }
  CAF_CHECK(take(read->events({research_id{"r_1"}, event_seq{2}, 3, {}})).last.value == 5u);
  auto end = a_commit(row("r_1"));
  did<commit_ack>(ending(end));
  CAF_CHECK(take(read->events({research_id{"r_1"}, event_seq{11}, 3, {}})).final);
  CAF_CHECK(take(read->events({research_id{"r_1"}, event_seq{12}, 3, {}})).final);
  CAF_CHECK(!take(read->events({research_id{"r_1"}, event_seq{9}, 2, {}})).final);
  CAF_CHECK(read->events({research_id{"r_none"}, {}, 3, {}}).error().code == errc::not_found);
}

CAF_TEST(a log ends once) {
  auto op = a_commit(running("r_1"));
  auto bad = op;
  bad.status = research_status::done;
  CAF_CHECK(refused(bad) == errc::invalid_argument);
  bad = ending(op);
  bad.status = research_status::running;
  CAF_CHECK(refused(bad) == errc::invalid_argument);
  bad = ending(op);
  bad.status = research_status::partial;
  CAF_CHECK(refused(bad) == errc::invalid_argument);
  bad = ending(ending(op));
  CAF_CHECK(refused(bad) == errc::invalid_argument);
  did<commit_ack>(ending(op, 9));
  CAF_REQUIRE_EQUAL(wakes.size(), 1u);
  CAF_CHECK(wakes[0].final);
  CAF_CHECK(row("r_1").finished_at == at(9));
  CAF_CHECK(refused(ending(op)) == errc::fenced);
}

CAF_TEST(reports and failures come back) {
  auto op = a_commit(running("r_1"));
  CAF_CHECK(read->get(get_report{op.research, {}}).error().code == errc::conflict);
  CAF_CHECK(read->get(get_report{research_id{"r_none"}, {}}).error().code == errc::not_found);
  op.final_report = {a_report()};
  op.progress = {research_phase::write, 1, 2, 3, 4, 5};
  did<commit_ack>(op);
  CAF_CHECK(row("r_1").progress == op.progress);
  CAF_CHECK(take(read->get(get_report{op.research, {}})) == a_report());
  op.final_report.clear();
  op.status = research_status::failed;
  op.failure = {errc::dns_failed, "no such host", "Check the name."};
  op.events = {make_event(at(1), events::research_failed{op.failure})};
  did<commit_ack>(op);
  CAF_CHECK(row("r_1").failure == op.failure);
  CAF_CHECK(row("r_1").progress.phase == research_phase::ended);
}

CAF_TEST(each op of a group succeeds or fails alone) {
  auto good = a_commit(running("r_1"));
  auto stale = a_commit(running("r_2"));
  good.pages = {a_page("http://a/1", "good words")};
  good.events = {an_event("good")};
  stale.epoch = lease_epoch{7};
  stale.pages = {a_page("http://a/2", "stale words")};
  auto unknown = good;
  unknown.pages = {a_page("http://a/3", "half written")};
  unknown.known = {document_id{std::string(64, '0')}};
  unknown.events = {an_event("never")};
  auto more = good;
  more.pages.clear();
  more.events = {an_event("more"), an_event("and more")};
  auto answers = apply({an_accept("r_3"), stale, good, an_accept("r_3"), unknown, more});
  CAF_REQUIRE_EQUAL(answers.size(), 6u);
  CAF_CHECK(answers[0].has_value());
  CAF_CHECK(answers[1].error().code == errc::fenced);
  CAF_CHECK(std::get<commit_ack>(*answers[2]).last.value == 2u);
  CAF_CHECK(answers[3].error().code == errc::conflict);
  CAF_CHECK(answers[4].error().code == errc::not_found);
  CAF_CHECK(std::get<commit_ack>(*answers[5]).last.value == 4u);
  CAF_CHECK_EQUAL(wakes.size(), 2u); // one a log
  CAF_CHECK(take(read->figures({})).documents == 1u);
  CAF_CHECK(take(read->figures({})).passages == 2u);
  CAF_CHECK(log("r_1").size() == 4u);
}

CAF_TEST(loading pages through the documents) {
  auto op = a_commit(running("r_1"));
  for (int i = 0; i < 7; ++i)
    op.pages.push_back(a_page("http://a/" + std::to_string(i), "words of page " + std::to_string(i)));
  did<commit_ack>(op);
  std::filesystem::remove(folder.path / "blobs" / op.pages[2].content.id.value.substr(0, 2)
                          / op.pages[2].content.id.value.substr(2)); // left out, not in the way
  std::vector<std::string> urls;
  index_page page;
  for (int turns = 0; !page.done; ++turns) {
    CAF_REQUIRE(turns < 9);
    page = take(read->load({page.last_row, 3, {}}));
    for (const auto& x : page.documents)
      urls.push_back(x.url.substr(9));
  }
  CAF_CHECK(urls == (std::vector<std::string>{"0", "1", "3", "4", "5", "6"}));
  CAF_CHECK(read->get(get_document{op.pages[2].content.id, {}}).error().code == errc::not_found);
}

CAF_TEST(a snapshot that is gone is no known page and comes back with the next reading) {
  auto page = a_page("http://a/", "The pump runs at 300.");
  did<commit_ack>(into(running("r_1"), {page}));
  auto found = [&] { return take(read->find({{"http://a/"}, true, {}})).items.at(0); };
  CAF_CHECK(found().document == page.content.id);
  auto name = page.content.id.value;
  auto blob = folder.path / "blobs" / name.substr(0, 2) / name.substr(2);
  for (auto* harm : {"gone", "short"}) {
    if (std::string{harm} == "gone")
      std::filesystem::remove(blob);
    else
      std::filesystem::resize_file(blob, 3);
    CAF_CHECK(found().document == document_id{});
    CAF_CHECK_EQUAL(found().validator, ""); // else the site would say that nothing changed
    CAF_CHECK_EQUAL(found().links.size(), page.fetch.links.size());
    auto again = page;
    again.fetch.fetched_at = at(10);
    did<commit_ack>(into(running(std::string{"r_"} + harm), {again}));
    CAF_CHECK(found().document == page.content.id);
    CAF_CHECK_EQUAL(take(read->get(get_document{page.content.id, {}})).text, page.content.text);
  }
}

CAF_TEST(a torn blob is written again) {
  auto page = a_page("http://a/1", "whole words");
  auto place = folder.path / "blobs" / page.content.id.value.substr(0, 2);
  std::filesystem::create_directories(place);
  std::ofstream{place / page.content.id.value.substr(2)} << "whole";
  auto op = a_commit(running("r_1"));
  op.pages = {page};
  did<commit_ack>(op);
  CAF_CHECK(take(read->get(get_document{page.content.id, {}})).text == "whole words");
}

CAF_TEST(a research continues where it stood after a reopening) {
  auto mine = running("r_1", 0);
  auto op = a_commit(mine);
  op.pages = {a_page("http://a/1", "kept words")};
  op.events = {an_event("kept")};
  did<commit_ack>(op);
  auto before = row("r_1");
  reopen();
  CAF_CHECK(row("r_1") == before);
  CAF_CHECK(log("r_1").size() == 2u);
  CAF_CHECK(take(read->get(get_document{op.pages[0].content.id, {}})).text == "kept words");
  op.pages.clear();
  CAF_CHECK(did<commit_ack>(ending(op)).last.value == 4u);
}

CAF_TEST_FIXTURE_SCOPE_END()
