// The shard's actor: it fills itself while it answers, and waits for nobody longer than it must.
#define CAF_SUITE index_actor

#include "actors/index/index_actor.hpp"

#include <deque>
#include <filesystem>

#include <unistd.h>

#include "actors/embed/hashed_model.hpp"
#include "actors/index/fitter_actor.hpp"
#include "actors/index/growth_schedule.hpp"

#include "tests/fixtures/room_fixture.hpp"

using namespace troupe;

using namespace std::chrono_literals;

namespace {

indexed_document stored(const std::string& id, const std::string& text, const std::string& collection = "all") {
  static auto model = make_hashed_model();
  indexed_document d;
  d.embedded.document = document_id{id};
  d.embedded.model = std::string{model->name()};
  d.embedded.passages.push_back({0, 0, static_cast<std::uint32_t>(text.size()), "", text});
  std::string_view view = text;
  d.embedded.embeddings = *model->embed_documents({&view, 1}, "en");
  d.url = "https://example.org/" + id;
  d.language = "en";
  d.collections.push_back(collection_name{collection});
  return d;
}

struct fixture : room_fixture {
  /// A store whose pages come when they are let go.
  void start() {
    reader = keep(mock("reader", [this](caf::event_based_actor* me) -> caf::behavior {
      return {[this, me](const load_index& x) -> caf::result<index_page> {
                asked_after.push_back(x.after_row);
                asked_brief.push_back(x.brief);
                auto promise = me->make_response_promise();
                pages.push_back(promise);
                return promise;
              },
              [this](const get_store_figures&) {
                store_figures x;
                x.documents = in_store;
                return x;
              },
              [me](const do_now& x) { x.what(me); }};
    }));
    auto embedder = keep(mock("embed", [this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const embed_query& x) -> caf::result<embedding> {
        ++queries;
        if (embed_fails)
          return to_caf({errc::unavailable, "told to fail", {}});
        return *make_hashed_model()->embed_query(x.text);
      }};
    }));
    fitter = keep(mock("fitter", [this](caf::event_based_actor* me) -> caf::behavior {
      return {[this, me](const fit_space& x) -> caf::result<fitted_space> {
                samples.push_back(x.sample);
                stops.push_back(x.stop);
                fits.push_back(me->make_response_promise());
                return fits.back();
              },
              [this, me](const commit_snapshot& x) -> caf::result<snapshot_committed> {
                if (slow_commits) {
                  ++commits;
                  slow.push_back(me->make_response_promise());
                  return slow.back();
                }
                if (commits++ < refused_commits)
                  return to_caf({errc::storage_failed, "told to fail", {}});
                if (auto done = x.what->commit(); !done)
                  return to_caf(done.error());
                return snapshot_committed{};
              },
              [me](const do_now& x) { x.what(me); }};
    }));
    shard = start_child([&](const child_context& ctx) {
      return spawn_index_shard(ctx, caf::actor_cast<store_reader_actor>(reader), caf::actor_cast<embed_actor>(embedder),
                               fitter, limits);
    });
  }
  /// With a file to write snapshots to, which goes with the test.
  void start_with_snapshots() {
    folder = std::filesystem::temp_directory_path() / ("index_actor-" + std::to_string(::getpid()));
    limits.snapshot = folder / "shard";
    start();
  }
  void start_again() {
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    consume_messages();
    pages.clear();
    asked_after.clear();
    asked_brief.clear();
    start();
  }
  ~fixture() {
    if (!folder.empty())
      std::filesystem::remove_all(folder);
  }
  void give_page(std::vector<indexed_document> documents, std::uint64_t last_row, bool done) {
    CAF_REQUIRE(!pages.empty());
    index_page page;
    page.documents = std::move(documents);
    page.last_row = last_row;
    page.done = done;
    within(reader, [this, page](auto*) {
      auto promise = pages.front();
      pages.pop_front();
      promise.deliver(page);
    });
  }
  auto find(const std::string& query, search_mode mode = search_mode::hybrid, std::uint32_t k = 10,
            std::chrono::seconds within = std::chrono::seconds{3600}) {
    auto result = ask<search_hits>(shard, search_passages{query, {}, mode, k, deadline::in(within)});
    consume_messages();
    return result;
  }
  auto index(std::vector<indexed_document> documents, std::vector<std::string> known = {},
             const std::string& collection = "mine") {
    index_documents x;
    x.documents = std::move(documents);
    for (auto& id : known)
      x.known.push_back(document_id{id});
    x.collections.push_back(collection_name{collection});
    x.until = deadline::in(std::chrono::hours{1});
    auto result = ask<index_ack>(shard, x);
    consume_messages();
    return result;
  }

  /// Answers the oldest question for a space with one fitted on its sample, or with an error.
  void answer_fit(errc how = errc::none) {
    CAF_REQUIRE(!fits.empty());
    expected<lsa_space> space = fail(how, "told to fail", {});
    if (how == errc::none) {
      lsa_fit fitting;
      analyzer_set analyzers;
      term_list terms;
      for (const auto& x : *samples.back()) {
        terms.clear();
        analyzers.of(x.language).analyze(x.text, terms);
        fitting.add(terms);
      }
      space = fitting.fit();
    }
    within(fitter, [this, space](auto*) {
      auto promise = fits.front();
      fits.pop_front();
      if (space)
        promise.deliver(fitted_space{std::make_shared<const lsa_space>(*space)});
      else
        promise.deliver(to_caf(space.error()));
    });
  }
  /// `count` more documents of a passage each.
  void grow(std::size_t count) {
    std::vector<indexed_document> more;
    for (std::size_t i = 0; i < count; ++i, ++grown)
      more.push_back(stored("g" + std::to_string(grown), "vacuum of table " + std::to_string(grown % 40) + " and index "
                                                           + std::to_string(grown % 7)));
    index(std::move(more));
  }
  void pass(std::chrono::milliseconds time) {
    advance_time(time);
    consume_messages();
  }

  std::size_t grown = 0;
  caf::actor fitter;
  std::vector<std::shared_ptr<const std::vector<latent_text>>> samples;
  std::deque<caf::response_promise> fits;
  std::vector<std::shared_ptr<const std::atomic<bool>>> stops;
  std::uint64_t in_store = 0;
  std::deque<caf::response_promise> pages;
  std::vector<std::uint64_t> asked_after;
  std::vector<bool> asked_brief;
  index_shard_limits limits;
  std::filesystem::path folder;
  int commits = 0;
  int refused_commits = 0;
  bool slow_commits = false;
  std::deque<caf::response_promise> slow;
  int queries = 0;
  bool embed_fails = false;
  caf::actor reader;
  caf::actor shard;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(index_actor_tests, fixture)

CAF_TEST(it fills itself page by page and answers meanwhile) {
  in_store = 4;
  start();
  auto early = find("vacuum");
  CAF_REQUIRE_EQUAL(early->answers.size(), 1u);
  CAF_CHECK(early->answers[0].hits.empty());
  CAF_CHECK_EQUAL(early->answers[0].coverage, 0.0);
  give_page({stored("a", "vacuum one"), stored("b", "other two")}, 7, false);
  auto half = find("vacuum");
  CAF_REQUIRE_EQUAL(half->answers.size(), 1u);
  CAF_CHECK_EQUAL(half->answers[0].coverage, 0.5);
  CAF_REQUIRE(!half->answers[0].hits.empty());
  CAF_CHECK_EQUAL(half->answers[0].hits[0].document.value, "a");
  give_page({stored("c", "vacuum three")}, 9, true);
  CAF_CHECK(pages.empty());
  CAF_CHECK_EQUAL(asked_after, (std::vector<std::uint64_t>{0, 7}));
  auto whole = find("vacuum", search_mode::lexical);
  CAF_CHECK_EQUAL(whole->answers.at(0).hits.size(), 2u);
  CAF_CHECK_EQUAL(whole->answers.at(0).coverage, 1.0);
  CAF_CHECK_EQUAL(figures->status(), "3 passages of 3 documents");
}

CAF_TEST(a search that wants all waits for the fill) {
  in_store = 2;
  start();
  search_passages all{"vacuum", {}, search_mode::hybrid, 10, deadline::in(std::chrono::hours{1}), true};
  auto waits = ask<search_hits>(shard, all);
  give_page({stored("a", "vacuum one")}, 1, false);
  CAF_CHECK(waits->open());
  give_page({stored("b", "vacuum two")}, 2, true);
  CAF_REQUIRE_EQUAL(waits->answers.size(), 1u);
  CAF_CHECK_EQUAL(waits->answers[0].hits.size(), 2u);
  CAF_CHECK_EQUAL(waits->answers[0].coverage, 1.0);
  CAF_CHECK_EQUAL(waits->answers[0].documents, 2u);
  auto later = ask<search_hits>(shard, all);
  consume_messages();
  CAF_CHECK_EQUAL(later->answers.size(), 1u);
}

CAF_TEST(a fill that takes too long is not waited for) {
  in_store = 2;
  start();
  search_passages all{"vacuum", {}, search_mode::lexical, 10, deadline::in(std::chrono::hours{1}), true};
  auto waits = ask<search_hits>(shard, all);
  give_page({stored("a", "vacuum one")}, 1, false);
  advance_time(std::chrono::seconds{14});
  consume_messages();
  CAF_CHECK(waits->open());
  advance_time(std::chrono::seconds{2});
  consume_messages();
  CAF_REQUIRE_EQUAL(waits->answers.size(), 1u);
  CAF_CHECK_EQUAL(waits->answers[0].hits.size(), 1u);
  CAF_CHECK_EQUAL(waits->answers[0].coverage, 0.5);
  CAF_CHECK_EQUAL(waits->answers[0].documents, 1u);
  give_page({}, 2, true); // nobody is answered twice
}

CAF_TEST(new documents are searchable at once and stay single) {
  in_store = 2;
  start();
  auto ack = index({stored("a", "vacuum one", "mine")});
  CAF_REQUIRE_EQUAL(ack->answers.size(), 1u);
  CAF_CHECK_EQUAL(ack->answers[0].passages, 1u);
  CAF_CHECK_EQUAL(find("vacuum", search_mode::lexical)->answers.at(0).hits.size(), 1u);
  give_page({stored("a", "vacuum one", "named"), stored("b", "vacuum two")}, 2, true);
  auto all = find("vacuum", search_mode::lexical);
  CAF_CHECK_EQUAL(all->answers.at(0).hits.size(), 2u);
  search_passages in_both{
    "vacuum", {collection_name{"named"}}, search_mode::lexical, 10, deadline::in(std::chrono::hours{1})};
  auto named = ask<search_hits>(shard, in_both);
  consume_messages();
  CAF_CHECK_EQUAL(named->answers.at(0).hits.size(), 1u);
}

CAF_TEST(who reads on is answered with copies last) {
  start();
  give_page({stored("a", "vacuum of the tables"), stored("copy", "vacuum of the tables"),
             stored("b", "vacuum of other tables than these")},
            3, true);
  search_passages x{"vacuum tables", {}, search_mode::hybrid, 10, deadline::in(std::chrono::hours{1})};
  auto last = [&] {
    auto found = ask<search_hits>(shard, x);
    consume_messages();
    return found->answers.at(0).hits.at(2).document.value;
  };
  CAF_CHECK_EQUAL(last(), "b");
  x.varied = true;
  CAF_CHECK_EQUAL(last(), "copy");
}

CAF_TEST(known documents wait for the fill to bring them) {
  in_store = 2;
  start();
  auto waits = index({}, {"a", "b"});
  CAF_CHECK(waits->open());
  give_page({stored("a", "vacuum one")}, 1, false);
  CAF_CHECK(waits->open());
  give_page({stored("b", "vacuum two")}, 2, false);
  CAF_REQUIRE_EQUAL(waits->answers.size(), 1u);
  search_passages mine{
    "vacuum", {collection_name{"mine"}}, search_mode::lexical, 10, deadline::in(std::chrono::hours{1})};
  auto hits = ask<search_hits>(shard, mine);
  consume_messages();
  CAF_CHECK_EQUAL(hits->answers.at(0).hits.size(), 2u);
  auto gone = index({}, {"nobody"});
  CAF_CHECK(gone->open());
  give_page({}, 2, true);
  CAF_CHECK_EQUAL(gone->answers.size(), 1u); // all has been loaded: there is no such document
}

CAF_TEST(a document stored but never indexed is fetched from behind the last row) {
  start();
  give_page({stored("a", "vacuum one")}, 5, true);
  auto waits = index({}, {"late"});
  CAF_CHECK(waits->open());
  CAF_CHECK_EQUAL(find("vacuum")->answers.at(0).coverage, 1.0);
  CAF_CHECK_EQUAL(asked_after.back(), 5u);
  give_page({stored("late", "vacuum late")}, 6, true);
  CAF_REQUIRE_EQUAL(waits->answers.size(), 1u);
  CAF_CHECK_EQUAL(waits->answers[0].passages, 2u);
}

CAF_TEST(what a commit outdated does not come back with a page read before it) {
  in_store = 3;
  start();
  give_page({stored("b", "other words", "shared")}, 3, false);
  index_documents x; // the page that is on its way was read before this
  x.documents = {stored("new", "vacuum at 300", "shared")};
  x.outdated = {document_id{"old"}, document_id{"b"}};
  x.left = {{document_id{"old"}, collection_name{"shared"}}, {document_id{"b"}, collection_name{"shared"}}};
  x.until = deadline::in(std::chrono::hours{1});
  auto acked = ask<index_ack>(shard, x);
  consume_messages();
  CAF_CHECK_EQUAL(acked->answers.size(), 1u);
  CAF_CHECK(find("other words")->answers.at(0).hits.empty());
  give_page({stored("old", "vacuum at 100", "shared")}, 7, true);
  auto hits = find("vacuum")->answers.at(0).hits;
  CAF_REQUIRE_EQUAL(hits.size(), 1u);
  CAF_CHECK_EQUAL(hits[0].document.value, "new");
  auto named = ask<search_hits>(
    shard, search_passages{"vacuum", {collection_name{"shared"}}, search_mode::lexical, 10, deadline::in(1h)});
  consume_messages();
  CAF_CHECK_EQUAL(named->answers.at(0).hits.size(), 1u);
  index({stored("old", "vacuum at 100", "shared")}); // its address gives it again
  CAF_CHECK_EQUAL(find("vacuum")->answers.at(0).hits.size(), 2u);
}

CAF_TEST(what comes again during the fill is not taken away by it) {
  in_store = 2;
  start();
  index_documents gone;
  gone.outdated = {document_id{"a"}};
  gone.left = {{document_id{"a"}, collection_name{"all"}}};
  gone.until = deadline::in(std::chrono::hours{1});
  ask<index_ack>(shard, gone);
  consume_messages();
  index({stored("a", "vacuum again")});
  auto late = stored("a", "vacuum again");
  late.outdated = true; // as it was when the page was read
  give_page({late}, 2, true);
  CAF_CHECK_EQUAL(find("vacuum")->answers.at(0).hits.size(), 1u);
}

CAF_TEST(a store that fails is asked again later and later) {
  start();
  auto refuse = [&] {
    within(reader, [this](auto*) {
      auto promise = pages.front();
      pages.pop_front();
      promise.deliver(to_caf({errc::storage_failed, "told to fail", {}}));
    });
  };
  refuse();
  CAF_CHECK(pages.empty());
  advance_time(std::chrono::milliseconds{200});
  consume_messages();
  CAF_REQUIRE_EQUAL(pages.size(), 1u);
  refuse();
  advance_time(std::chrono::milliseconds{200});
  consume_messages();
  CAF_CHECK(pages.empty());
  advance_time(std::chrono::milliseconds{200});
  consume_messages();
  CAF_REQUIRE_EQUAL(pages.size(), 1u);
  give_page({stored("a", "vacuum one")}, 1, true);
  CAF_CHECK_EQUAL(find("vacuum")->answers.at(0).coverage, 1.0);
}

CAF_TEST(a store that repeats itself does not keep us for ever) {
  start();
  give_page({stored("a", "vacuum one")}, 1, false);
  give_page({stored("a", "vacuum one")}, 1, false);
  CAF_CHECK(pages.empty());
}

CAF_TEST(without query vectors words alone serve) {
  start();
  give_page({stored("a", "vacuum one")}, 1, true);
  embed_fails = true;
  auto hybrid = find("vacuum");
  CAF_CHECK_EQUAL(hybrid->answers.at(0).hits.size(), 1u);
  CAF_CHECK(find("vacuum", search_mode::vector)->failed(errc::unavailable));
  CAF_CHECK_EQUAL(queries, 2);
  find("vacuum", search_mode::lexical);
  CAF_CHECK_EQUAL(queries, 2);
}

CAF_TEST(bad and late searches are refused) {
  start();
  give_page({stored("a", "vacuum one")}, 1, true);
  CAF_CHECK(find("vacuum", search_mode::hybrid, 0)->failed(errc::invalid_argument));
  CAF_CHECK(find("vacuum", search_mode::hybrid, 1001)->failed(errc::invalid_argument));
  CAF_CHECK(find("vacuum", search_mode::hybrid, 10, std::chrono::seconds{-1})->failed(errc::deadline_exceeded));
}

CAF_TEST(a stopped shard leaves nobody waiting) {
  start();
  auto waits = index({}, {"a"});
  CAF_CHECK(waits->open());
  auto searches = ask<search_hits>(
    shard, search_passages{"vacuum", {}, search_mode::lexical, 10, deadline::in(std::chrono::hours{1}), true});
  consume_messages();
  CAF_CHECK(searches->open());
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(waits->failed(errc::unavailable));
  CAF_CHECK(searches->failed(errc::unavailable));
}

CAF_TEST(a space is fitted in a pause once there is enough and again when that has doubled) {
  start();
  give_page({}, 0, true);
  grow(latent_pace.least - 1);
  pass(1s);
  CAF_CHECK(fits.empty());
  grow(1);
  pass(latent_pace.pause - 1ms);
  CAF_CHECK(fits.empty());
  pass(1ms);
  CAF_REQUIRE_EQUAL(fits.size(), 1u);
  CAF_CHECK_EQUAL(samples[0]->size(), latent_pace.least);
  CAF_CHECK(!find("vacuum of table 7")->answers.at(0).hits.empty()); // as before, meanwhile
  grow(2 * latent_pace.least);                                       // one at a time
  pass(60s);
  CAF_CHECK_EQUAL(fits.size(), 1u);
  CAF_CHECK(figures->status().find("latent") == std::string::npos);
  answer_fit();
  CAF_CHECK(figures->status().find("latent space of 300") != std::string::npos);
  CAF_CHECK(!find("vacuum of table 7")->answers.at(0).hits.empty());
  pass(latent_pace.pause); // and it has doubled already
  CAF_REQUIRE_EQUAL(fits.size(), 1u);
  CAF_CHECK_EQUAL(samples[1]->size(), 3 * latent_pace.least);
  answer_fit();
  grow(2 * latent_pace.least);
  pass(60s);
  CAF_CHECK(fits.empty());
  grow(latent_pace.least);
  pass(latent_pace.pause);
  CAF_CHECK_EQUAL(fits.size(), 1u);
}

CAF_TEST(documents that go on coming put a fit off for a while only) {
  start();
  give_page({}, 0, true);
  grow(latent_pace.least);
  auto steps = latent_pace.patience / latent_pace.pause * 2;
  for (auto i = 0; i < steps - 1 && fits.empty(); ++i) {
    grow(1);
    pass(latent_pace.pause / 2);
  }
  CAF_CHECK(fits.empty());
  for (auto i = 0; i < 4; ++i) {
    grow(1);
    pass(latent_pace.pause / 2);
  }
  CAF_CHECK_EQUAL(fits.size(), 1u);
}

CAF_TEST(a fit that fails is tried again later and one of nothing is not ) {
  start();
  give_page({}, 0, true);
  grow(latent_pace.least);
  pass(latent_pace.pause);
  answer_fit(errc::unavailable);
  pass(4900ms);
  CAF_CHECK(fits.empty());
  pass(100ms);
  CAF_REQUIRE_EQUAL(fits.size(), 1u);
  answer_fit(errc::unavailable);
  pass(9900ms);
  CAF_CHECK(fits.empty());
  pass(100ms);
  CAF_REQUIRE_EQUAL(fits.size(), 1u);
  answer_fit(errc::invalid_argument);
  pass(3600s);
  CAF_CHECK(fits.empty());
  grow(latent_pace.least);
  pass(latent_pace.pause);
  CAF_CHECK_EQUAL(fits.size(), 1u);
}

CAF_TEST(nothing is fitted while the shard fills itself) {
  start();
  std::vector<indexed_document> page;
  for (std::size_t i = 0; i < latent_pace.least; ++i)
    page.push_back(stored("p" + std::to_string(i), "vacuum number " + std::to_string(i)));
  give_page(page, 7, false);
  pass(5s);
  CAF_CHECK(fits.empty());
  give_page({}, 8, true);
  pass(latent_pace.pause - 1ms);
  CAF_CHECK(fits.empty());
  pass(1ms);
  CAF_CHECK_EQUAL(fits.size(), 1u);
}

CAF_TEST(a shard that ends stops its fit) {
  start();
  give_page({}, 0, true);
  grow(latent_pace.least);
  pass(latent_pace.pause);
  CAF_REQUIRE_EQUAL(stops.size(), 1u);
  CAF_CHECK(!*stops[0]);
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(*stops[0]);
}

CAF_TEST(a snapshot is written in a pause and asks only for news of what is in it) {
  start_with_snapshots();
  give_page({}, 0, true);
  grow(snapshot_pace.least);
  pass(latent_pace.pause);
  CAF_REQUIRE_EQUAL(fits.size(), 1u);
  pass(snapshot_pace.pause);
  CAF_CHECK_EQUAL(commits, 0); // not while a space is on its way
  answer_fit();
  CAF_CHECK_EQUAL(commits, 1);
  CAF_CHECK(std::filesystem::exists(limits.snapshot));
  grow(snapshot_pace.least / 5);
  pass(60s);
  CAF_CHECK_EQUAL(commits, 1); // it has hardly grown
  auto before = find("vacuum of table 7")->answers.at(0);

  start_again();
  CAF_CHECK_EQUAL(asked_brief.size(), 1u);
  CAF_CHECK(asked_brief.at(0));
  CAF_CHECK(find("vacuum")->answers.at(0).hits.empty());
  std::vector<indexed_document> known;
  for (std::size_t i = 0; i < snapshot_pace.least; ++i) {
    known.push_back(stored("g" + std::to_string(i), ""));
    known.back().embedded.passages.clear();
    known.back().embedded.embeddings.clear();
  }
  give_page(known, 2000, false);
  CAF_CHECK(asked_brief.at(1));
  auto late = stored("late", "the quagga is gone");
  auto brief = late;
  brief.embedded.passages.clear();
  give_page({brief}, 2001, true);
  CAF_REQUIRE_EQUAL(asked_brief.size(), 3u); // it is not in the snapshot: the page is asked for whole
  CAF_CHECK(!asked_brief.at(2));
  CAF_CHECK_EQUAL(asked_after.at(2), 2000u);
  give_page({late}, 2001, true);
  auto hits = find("quagga", search_mode::lexical)->answers.at(0);
  CAF_CHECK_EQUAL(hits.hits.size(), 1u);
  CAF_CHECK_EQUAL(hits.coverage, 1.0);
  CAF_CHECK_EQUAL(find("vacuum of table 7")->answers.at(0).hits.size(), before.hits.size());
  CAF_CHECK(figures->status().find("latent space of 2000") != std::string::npos);
  pass(60s);
  CAF_CHECK(fits.empty()); // its space came with it
}

CAF_TEST(no snapshot begins before the last is in place) {
  start_with_snapshots();
  slow_commits = true;
  give_page({}, 0, true);
  grow(snapshot_pace.least);
  pass(latent_pace.pause);
  answer_fit(errc::invalid_argument);
  pass(snapshot_pace.pause);
  CAF_REQUIRE_EQUAL(commits, 1);
  grow(snapshot_pace.least / 2);
  pass(60s);
  CAF_CHECK_EQUAL(commits, 1);
  within(fitter, [this](auto*) { slow.front().deliver(snapshot_committed{}); });
  pass(60s);
  CAF_CHECK_EQUAL(commits, 2); // it had grown enough for another
}

CAF_TEST(a snapshot that can not be written is tried again later) {
  start_with_snapshots();
  refused_commits = 1;
  give_page({}, 0, true);
  grow(snapshot_pace.least);
  pass(snapshot_pace.pause);
  CAF_CHECK_EQUAL(commits, 0);
  answer_fit(errc::invalid_argument);
  CAF_CHECK_EQUAL(commits, 1);
  CAF_CHECK_EQUAL(figures->status(), "told to fail");
  CAF_CHECK(!std::filesystem::exists(limits.snapshot));
  pass(4s);
  CAF_CHECK_EQUAL(commits, 1);
  pass(1s);
  CAF_CHECK_EQUAL(commits, 2);
  CAF_CHECK(std::filesystem::exists(limits.snapshot));
}

CAF_TEST(the fitter fits what it is given) {
  auto real = start_child([](const child_context& ctx) { return spawn_fitter(ctx); });
  auto sample = std::make_shared<std::vector<latent_text>>();
  auto stop = std::make_shared<std::atomic<bool>>(false);
  auto none = ask<fitted_space>(real, fit_space{sample, stop});
  consume_messages();
  CAF_CHECK(none->failed(errc::invalid_argument));
  CAF_CHECK_EQUAL(figures->status(), "ready");
  for (int i = 0; i < 40; ++i)
    sample->push_back({"vacuum of table " + std::to_string(i % 10), "en"});
  auto some = ask<fitted_space>(real, fit_space{sample, stop});
  consume_messages();
  CAF_REQUIRE_EQUAL(some->answers.size(), 1u);
  CAF_CHECK_EQUAL(some->answers[0].space->fitted_on(), 40u);
  CAF_CHECK(figures->status().starts_with("fitted 40 passages and "));
  *stop = true;
  auto unwanted = ask<fitted_space>(real, fit_space{sample, stop});
  consume_messages();
  CAF_CHECK_EQUAL(unwanted->errors.size(), 1u);
  CAF_CHECK(unwanted->answers.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
