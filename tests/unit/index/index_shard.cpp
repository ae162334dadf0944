// A shard: identity, collections as filters, both legs, deletion; seeded operations against a naive model.
#define CAF_SUITE index_shard

#include "actors/index/index_shard.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "actors/embed/hashed_model.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

using names = std::vector<collection_name>;

struct fixture {
  std::unique_ptr<embedding_model> model = make_hashed_model();
  index_shard shard;

  indexed_document make(const std::string& id, std::vector<std::string> texts, const names& collections = {},
                        const std::string& language = "en") {
    indexed_document d;
    d.embedded.document = document_id{id};
    d.embedded.model = std::string{model->name()};
    d.url = "https://example.org/" + id;
    d.title = "Page " + id;
    d.language = language;
    d.collections = collections;
    std::uint32_t at = 0;
    for (const auto& text : texts) {
      passage p{static_cast<std::uint32_t>(d.embedded.passages.size()), at, 0, "Section", text};
      p.end = at += static_cast<std::uint32_t>(text.size());
      ++at;
      auto subject = passage_subject(d.title, p);
      std::string_view view = subject;
      d.embedded.embeddings.push_back(model->embed_documents({&view, 1}, language)->front());
      d.embedded.passages.push_back(p);
    }
    return d;
  }

  /// A space fitted on what the shard holds; null when that is too little.
  std::shared_ptr<const lsa_space> fit() {
    lsa_options options;
    options.dimensions = 3;
    lsa_fit fitting{options};
    analyzer_set analyzers;
    term_list terms;
    for (const auto& x : shard.sample(1000)) {
      terms.clear();
      analyzers.of(x.language).analyze(x.text, terms);
      fitting.add(terms);
    }
    auto space = fitting.fit();
    return space ? std::make_shared<const lsa_space>(std::move(*space)) : nullptr;
  }

  std::vector<passage_hit> find(const std::string& query, const names& collections = {},
                                search_mode mode = search_mode::hybrid, std::size_t k = 10) {
    auto vector = *model->embed_query(query);
    return shard.search({query, collections, mode, k, &vector});
  }
};

names in(const char* name) { return {collection_name{name}}; }

} // namespace

CAF_TEST_FIXTURE_SCOPE(index_shard_tests, fixture)

CAF_TEST(a hit tells all about its passage) {
  shard.add(make("a", {"Vacuum reclaims storage.", "Indexes speed up queries."}));
  shard.add(make("b", {"Guitars are made of wood."}));
  for (auto mode : {search_mode::hybrid, search_mode::lexical, search_mode::vector}) {
    auto hits = find("how do indexes help queries", {}, mode);
    CAF_REQUIRE(!hits.empty());
    CAF_CHECK_EQUAL(hits[0].document.value, "a");
    CAF_CHECK_EQUAL(hits[0].found.ordinal, 1u);
    CAF_CHECK_EQUAL(hits[0].found.text, "Indexes speed up queries.");
    CAF_CHECK_EQUAL(hits[0].found.start, 25u);
    CAF_CHECK_EQUAL(hits[0].found.end, 50u);
    CAF_CHECK_EQUAL(hits[0].found.heading, "Section");
    CAF_CHECK_EQUAL(hits[0].url, "https://example.org/a");
    CAF_CHECK_EQUAL(hits[0].title, "Page a");
    CAF_CHECK(hits[0].score > 0 && hits[0].score <= 1);
    CAF_CHECK_EQUAL(hits[0].lexical > 0, mode != search_mode::vector);
    CAF_CHECK_EQUAL(hits[0].vector > 0, mode != search_mode::lexical);
  }
}

CAF_TEST(a phrase must stand in the passage whatever else it is about) {
  shard.add(make("a", {"The archive keeps what the write ahead log says.", "Ahead of the log they write an archive."}));
  shard.add(make("b", {"Writing ahead, logs are kept."}));
  shard.add(make("c", {"Vorabschreiben der Protokolle"}, {}, "de"));
  auto found = [&](std::vector<std::string> phrases, search_mode mode, const std::string& query = "write ahead log") {
    passage_filter filter;
    filter.phrases = std::move(phrases);
    auto vector = *model->embed_query(query);
    std::multiset<std::string> result;
    for (const auto& x : shard.search({query, {}, mode, 10, &vector, nullptr, &filter}))
      result.insert(x.document.value + std::to_string(x.found.ordinal));
    return result;
  };
  using names = std::multiset<std::string>;
  for (auto mode : {search_mode::hybrid, search_mode::lexical, search_mode::vector}) {
    CAF_CHECK(found({"write ahead log"}, mode) == (names{"a0", "b0"}));
    CAF_CHECK(found({"write ahead log", "archive"}, mode) == (names{"a0"}));
    CAF_CHECK(found({"log ahead"}, mode) == (names{}));
    CAF_CHECK(found({"section the archive"}, mode) == (names{})); // a heading is not the text's beginning
    CAF_CHECK(found({"of the"}, mode, "log").size() >= 3u);       // says nothing, so it asks nothing
    CAF_CHECK(found({"protokoll"}, mode, "protokolle") == (names{"c0"}));
  }
  CAF_CHECK(found({"page b"}, search_mode::lexical) == (names{"b0"})); // a title may hold it
}

CAF_TEST(vectors that only score what others find get no graph) {
  shard_options options;
  options.vectors.exact = 2;
  for (bool hashed : {true, false}) {
    options.weigh_components = hashed;
    index_shard x{options};
    for (const auto* id : {"a", "b", "c"})
      x.add(make(id, {std::string{"vacuum "} + id}));
    CAF_CHECK_EQUAL(x.vectors(), 3u);
    CAF_CHECK_EQUAL(x.backlog(), hashed ? 0u : 3u);
  }
}

CAF_TEST(collections filter and grow) {
  shard.add(make("a", {"vacuum one"}, in("x")));
  shard.add(make("b", {"vacuum two"}, in("y")));
  CAF_CHECK_EQUAL(find("vacuum").size(), 2u);
  CAF_CHECK_EQUAL(find("vacuum", in("x")).size(), 1u);
  auto in_y = find("vacuum", in("y"));
  CAF_REQUIRE_EQUAL(in_y.size(), 1u);
  CAF_CHECK_EQUAL(in_y[0].document.value, "b");
  CAF_CHECK(find("vacuum", in("nobody")).empty());
  std::vector<document_id> known{document_id{"a"}, document_id{"zz"}};
  auto missing = shard.join(known, in("y"));
  CAF_REQUIRE_EQUAL(missing.size(), 1u);
  CAF_CHECK_EQUAL(missing[0].value, "zz");
  CAF_CHECK_EQUAL(find("vacuum", in("y")).size(), 2u);
  CAF_CHECK_EQUAL(find("vacuum", {collection_name{"x"}, collection_name{"y"}}).size(), 2u);
}

CAF_TEST(what is outdated is found in its collections only) {
  auto old = make("old", {"The pump runs at 100."}, {collection_name{"r_1"}, collection_name{"shared"}});
  shard.add(old);
  shard.add(make("new", {"The pump runs at 300."}, in("shared")));
  shard.set_outdated(document_id{"old"}, true);
  shard.leave(document_id{"old"}, collection_name{"shared"});
  for (auto mode : {search_mode::hybrid, search_mode::lexical, search_mode::vector}) {
    auto everywhere = find("pump runs", {}, mode);
    CAF_REQUIRE_EQUAL(everywhere.size(), 1u);
    CAF_CHECK_EQUAL(everywhere[0].document.value, "new");
    CAF_CHECK_EQUAL(find("pump runs", in("shared"), mode).size(), 1u);
    auto cited = find("pump runs", in("r_1"), mode);
    CAF_REQUIRE_EQUAL(cited.size(), 1u);
    CAF_CHECK_EQUAL(cited[0].document.value, "old");
  }
  CAF_CHECK_EQUAL(shard.documents_in({}), 1u);
  CAF_CHECK_EQUAL(shard.documents(), 2u);
  shard.add(old); // told of again, it stays as it is
  CAF_CHECK_EQUAL(find("pump runs").size(), 1u);
  shard.set_outdated(document_id{"old"}, false);
  CAF_CHECK_EQUAL(find("pump runs").size(), 2u);
  shard.set_outdated(document_id{"old"}, true);
  shard.remove(document_id{"old"});
  CAF_CHECK_EQUAL(shard.documents_in({}), 1u);
  old.outdated = true;
  shard.add(old);
  CAF_CHECK_EQUAL(find("pump runs").size(), 1u);
  shard.leave(document_id{"none"}, collection_name{"shared"});
}

CAF_TEST(a document is indexed once) {
  CAF_CHECK(shard.add(make("a", {"vacuum"}, in("x"))));
  auto again = make("a", {"vacuum"}, in("y"));
  again.url = "https://example.org/moved";
  again.fetched_at = timestamp{} + std::chrono::hours{1};
  CAF_CHECK(!shard.add(again));
  CAF_CHECK_EQUAL(shard.passages(), 1u);
  auto hits = find("vacuum", in("y"));
  CAF_REQUIRE_EQUAL(hits.size(), 1u);
  CAF_CHECK_EQUAL(hits[0].url, "https://example.org/moved");
}

CAF_TEST(vectors of another model are kept out and words still work) {
  auto d = make("a", {"vacuum"});
  d.embedded.model = "other-1";
  shard.add(d);
  CAF_CHECK_EQUAL(shard.vectors(), 0u);
  CAF_CHECK_EQUAL(find("vacuum").size(), 1u);
  CAF_CHECK(find("vacuum", {}, search_mode::vector).empty());
  CAF_CHECK_EQUAL(shard.search({"vacuum", {}, search_mode::hybrid, 10, nullptr}).size(), 1u);
}

CAF_TEST(a query is read in the languages of the documents) {
  shard.add(make("en", {"The house is old."}));
  shard.add(make("de", {"Die H\xc3\xa4user sind alt."}, {}, "de"));
  auto hits = find("Haus", {}, search_mode::lexical);
  CAF_REQUIRE_EQUAL(hits.size(), 1u);
  CAF_CHECK_EQUAL(hits[0].document.value, "de");
  CAF_CHECK_EQUAL(find("houses", {}, search_mode::lexical).size(), 1u);
}

CAF_TEST(nonsense finds nothing unless vectors alone are asked) {
  for (int i = 0; i < 40; ++i)
    shard.add(
      make("d" + std::to_string(i), {"Vacuum number " + std::to_string(i * 37) + " reclaims storage of tables."}));
  CAF_CHECK(find("zxqv blorp wug").empty());
  CAF_CHECK(!find("zxqv blorp wug", {}, search_mode::vector).empty());
  CAF_CHECK(!find("zxqv storage wug").empty());
  CAF_CHECK(!find("vacuums reclaiming storages").empty());
}

CAF_TEST(a term that two languages agree on counts once) {
  auto score = [this](const char* language) {
    shard = index_shard{};
    shard.add(make("a", {"vacuum"}));
    shard.add(make("b", {"Gitarre"}, {}, language));
    auto hits = find("vacuum", {}, search_mode::lexical);
    return hits.size() == 1 ? hits[0].lexical : 0;
  };
  auto one_language = score("en");
  CAF_CHECK(one_language > 0);
  CAF_CHECK_EQUAL(score("de"), one_language);
}

CAF_TEST(what the legs count for goes by how many different terms a query has) {
  shard_options options;
  options.fusion = {{1, 0, 0}, {0, 0, 1}};
  index_shard by_length{options};
  for (const auto* language : {"en", "de"})
    for (const auto* text : {"vacuum of tables", "vacuum vacuum", "old tables and the vacuum that reclaims them"})
      by_length.add(make(language + std::string{text}, {text}, {}, language));
  auto agrees = [&](const std::string& query, const leg_weights& expected) {
    auto vector = *model->embed_query(query);
    fusion_choice always{expected, expected};
    auto found = by_length.search({query, {}, search_mode::hybrid, 10, &vector});
    auto wanted = by_length.search({query, {}, search_mode::hybrid, 10, &vector, &always});
    return !found.empty() && std::equal(found.begin(), found.end(), wanted.begin(), wanted.end(), [](auto& a, auto& b) {
      return a.document == b.document && a.score == b.score;
    });
  };
  std::string repeated = "vacuum";
  std::string wordy = "vacuum";
  for (int i = 0; i < 20; ++i) {
    repeated += " tables";
    wordy += " tables" + std::to_string(i);
  }
  CAF_CHECK(agrees("vacuum", {1, 0, 0}));
  CAF_CHECK(agrees("of the vacuum and that of the tables", {1, 0, 0})); // German has other stop words, not more words
  CAF_CHECK(agrees(repeated, {1, 0, 0}));
  CAF_CHECK(agrees(wordy, {0, 0, 1}));
}

CAF_TEST(k is kept and an empty shard answers nothing) {
  CAF_CHECK(find("anything").empty());
  for (int i = 0; i < 30; ++i)
    shard.add(make(std::to_string(i), {"vacuum " + std::to_string(i)}));
  CAF_CHECK_EQUAL(find("vacuum", {}, search_mode::hybrid, 7).size(), 7u);
  CAF_CHECK(find("vacuum", {}, search_mode::hybrid, 0).empty());
}

CAF_TEST(a latent space finds what shares no word and is used when all have their place) {
  for (int i = 0; i < 12; ++i) {
    auto n = std::to_string(i);
    shard.add(make("cars" + n, {"The engine and the gearbox of the automobile number " + n,
                                "An automobile is a motorcar with an engine"}));
    shard.add(
      make("birds" + n, {"The robin and the wren sing at dawn in garden " + n, "A wren builds its nest at dawn"}));
  }
  shard.add(make("old", {"A gearbox was repaired"}));
  auto has = [](const std::vector<passage_hit>& hits, const char* id) {
    return std::any_of(hits.begin(), hits.end(), [&](auto& h) { return h.document.value == id; });
  };
  auto before = [&](const std::vector<passage_hit>& hits, const char* id, const char* other) {
    auto place = [&](const char* x) {
      return std::find_if(hits.begin(), hits.end(), [&](auto& h) { return h.document.value == x; }) - hits.begin();
    };
    return place(id) < place(other);
  };
  auto space = fit();
  CAF_REQUIRE(space);
  shard.adopt(space);
  CAF_CHECK_EQUAL(shard.unplaced(), shard.passages());
  CAF_CHECK_EQUAL(shard.place_more(20), shard.passages() - 20);
  CAF_CHECK(!shard.space());
  shard.add(make("late", {"A gearbox was replaced"}));
  shard.remove(document_id{"cars3"});
  CAF_CHECK_EQUAL(shard.place_more(1000), 0u);
  CAF_CHECK(shard.space() == space);
  auto hits = find("motorcar", {}, search_mode::hybrid, 1000);
  CAF_CHECK(has(hits, "old") && has(hits, "late") && !has(hits, "cars3"));
  for (int i = 0; i < 12; ++i)
    CAF_CHECK(before(hits, "old", ("birds" + std::to_string(i)).c_str()));
  shard.add(make("newest", {"A gearbox was sold"})); // placed at once
  CAF_CHECK(has(find("motorcar", {}, search_mode::vector, 1000), "newest"));
  CAF_CHECK(!find("motorcar", {}, search_mode::lexical, 1000).empty());
  auto next = fit();
  shard.adopt(next);
  CAF_CHECK(shard.space() == space); // until the others have their place in the next
  shard.place_more(1000);
  CAF_CHECK(shard.space() == next);
}

CAF_TEST(a sample is spread evenly) {
  for (int i = 0; i < 50; ++i)
    shard.add(make("d" + std::to_string(i), {"text " + std::to_string(i), "more " + std::to_string(i)}));
  shard.remove(document_id{"d0"});
  CAF_CHECK_EQUAL(shard.sample(1000).size(), 98u);
  auto some = shard.sample(7);
  CAF_REQUIRE_EQUAL(some.size(), 7u);
  CAF_CHECK_EQUAL(some[0].text, "Page d1\nSection\ntext 1");
  CAF_CHECK_EQUAL(some[6].text, "Page d43\nSection\ntext 43");
  CAF_CHECK_EQUAL(some[6].language, "en");
  CAF_CHECK(index_shard{}.sample(7).empty());
}

CAF_TEST(seeded operations agree with a naive model) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAF_MESSAGE("seed " << seed);
    std::mt19937 random{seed};
    auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    shard = index_shard{};
    std::map<std::string, std::pair<std::size_t, std::set<std::string>>> model_state; // passages, collections
    for (int step = 0; step < 400; ++step) {
      auto id = "d" + std::to_string(pick(60));
      auto name = "c" + std::to_string(pick(6));
      auto known = model_state.find(id);
      if (pick(40) == 0)
        if (auto space = fit())
          shard.adopt(space);
      shard.place_more(pick(8));
      switch (pick(4)) {
      case 0: {
        std::vector<std::string> texts(1 + pick(4), "common words and number " + id);
        CAF_REQUIRE_EQUAL(shard.add(make(id, texts, in(name.c_str()))), known == model_state.end());
        if (known == model_state.end())
          known = model_state.emplace(id, std::make_pair(texts.size(), std::set<std::string>{})).first;
        known->second.second.insert(name);
        break;
      }
      case 1: {
        std::vector<document_id> ids{document_id{id}};
        CAF_REQUIRE_EQUAL(shard.join(ids, in(name.c_str())).empty(), known != model_state.end());
        if (known != model_state.end())
          known->second.second.insert(name);
        break;
      }
      case 2:
        if (pick(3) == 0) {
          CAF_REQUIRE_EQUAL(shard.remove(document_id{id}), known != model_state.end());
          if (known != model_state.end())
            model_state.erase(known);
        }
        break;
      default: {
        std::size_t expected = 0;
        for (const auto& [document, state] : model_state)
          expected += state.second.count(name) != 0 ? state.first : 0;
        auto mode = static_cast<search_mode>(pick(3));
        auto hits = find("common words", in(name.c_str()), mode, 1000);
        CAF_REQUIRE_EQUAL(hits.size(), expected);
        for (const auto& h : hits)
          CAF_REQUIRE(model_state.at(h.document.value).second.count(name) == 1);
      }
      }
      CAF_REQUIRE_EQUAL(shard.documents(), model_state.size());
    }
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
