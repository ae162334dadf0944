// A shard written to a file and read again: the same answers, or none of it.
#define CAF_SUITE shard_snapshot

#include <fstream>
#include <random>

#include <unistd.h>

#include "actors/embed/hashed_model.hpp"
#include "actors/index/index_shard.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

using step = index_shard::snapshot_step;

/// Weights are sums, so they may differ by their roundings.
bool same(const passage_hit& x, const passage_hit& y) {
  auto close = [](double a, double b) { return std::abs(a - b) < 1e-5; };
  return x.document == y.document && x.found == y.found && x.url == y.url && x.title == y.title
         && x.fetched_at == y.fetched_at && close(x.score, y.score) && close(x.lexical, y.lexical)
         && close(x.vector, y.vector);
}

struct fixture {
  std::unique_ptr<embedding_model> model = make_hashed_model();
  std::filesystem::path folder =
    std::filesystem::temp_directory_path() / ("shard_snapshot-" + std::to_string(::getpid()));
  std::filesystem::path file = folder / "a" / "shard";
  std::mt19937 random{5};

  fixture() { std::filesystem::remove_all(folder); }
  ~fixture() { std::filesystem::remove_all(folder); }

  indexed_document make(const std::string& id) {
    std::mt19937 own{static_cast<std::mt19937::result_type>(std::stoul(id))}; // the same whenever it is made
    indexed_document d;
    d.embedded.document = document_id{id};
    d.embedded.model = std::string{model->name()};
    d.url = "https://example.org/" + id;
    d.title = "Page " + id;
    d.language = own() % 4 == 0 ? "de" : "en";
    d.fetched_at = timestamp{std::chrono::seconds{1'000'000}};
    d.collections = {collection_name{own() % 2 == 0 ? "even" : "odd"}};
    std::uint32_t at = 0;
    for (auto left = 1 + own() % 3; left > 0; --left) {
      std::string text;
      for (auto words = 3 + own() % 20; words > 0; --words)
        text += "word" + std::to_string(own() % 90) + " ";
      passage p{static_cast<std::uint32_t>(d.embedded.passages.size()), at, 0, "Section " + std::to_string(own() % 2),
                text};
      p.end = at += static_cast<std::uint32_t>(text.size());
      auto subject = passage_subject(d.title, p);
      std::string_view view = subject;
      d.embedded.embeddings.push_back(model->embed_documents({&view, 1}, d.language)->front());
      d.embedded.passages.push_back(p);
    }
    return d;
  }

  void fill(index_shard& x, unsigned from, unsigned before) {
    for (auto i = from; i < before; ++i)
      x.add(make(std::to_string(i)));
  }
  static void fit(index_shard& x) {
    lsa_options options;
    options.dimensions = 8;
    lsa_fit fitting{options};
    analyzer_set analyzers;
    term_list terms;
    for (const auto& passage : x.sample(1000)) {
      terms.clear();
      analyzers.of(passage.language).analyze(passage.text, terms);
      fitting.add(terms);
    }
    x.adopt(std::make_shared<const lsa_space>(std::move(*fitting.fit())));
    x.place_more(x.passages());
  }
  void write(const index_shard& x, std::uint64_t a_step = 1 << 20) const {
    shard_snapshot to{file};
    while (x.write_more(to, a_step) == step::more) {
    }
    CAF_REQUIRE(to.commit());
  }

  /// What both find, for many questions.
  void compare(index_shard& a, index_shard& b) {
    CAF_REQUIRE_EQUAL(a.documents(), b.documents());
    CAF_REQUIRE_EQUAL(a.passages(), b.passages());
    CAF_REQUIRE_EQUAL(a.vectors(), b.vectors());
    for (int i = 0; i < 60; ++i) {
      std::string query = "word" + std::to_string(random() % 90) + " word" + std::to_string(random() % 90);
      auto vector = *model->embed_query(query);
      std::vector<collection_name> within;
      if (i % 2 == 0)
        within = {collection_name{"even"}};
      for (auto mode : {search_mode::hybrid, search_mode::lexical, search_mode::vector}) {
        auto x = a.search({query, within, mode, 20, &vector});
        auto y = b.search({query, within, mode, 20, &vector});
        CAF_REQUIRE(!x.empty());
        CAF_REQUIRE_EQUAL(x.size(), y.size());
        for (std::size_t n = 0; n < x.size(); ++n)
          CAF_REQUIRE(same(x[n], y[n]));
      }
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(shard_snapshot_tests, fixture)

CAF_TEST(what is read again answers as what was written once the store confirms it) {
  for (bool latent : {false, true}) {
    index_shard shard;
    fill(shard, 0, 60);
    if (latent)
      fit(shard);
    fill(shard, 60, 80);
    for (unsigned i : {0U, 3U, 50U, 79U})
      shard.remove(document_id{std::to_string(i)});
    write(shard, latent ? 1000 : 1 << 20);
    index_shard again;
    CAF_REQUIRE(again.load(file));
    CAF_CHECK_EQUAL(again.unconfirmed(), 76u);
    auto vector = *model->embed_query("word1 word2");
    CAF_CHECK(again.search({"word1 word2", {}, search_mode::hybrid, 10, &vector}).empty()); // nobody vouches for it
    for (unsigned i = 0; i < 80; ++i) {
      if (i == 0 || i == 3 || i == 50 || i == 79)
        continue;
      auto known = make(std::to_string(i));
      known.embedded.passages.clear();
      known.embedded.embeddings.clear();
      CAF_CHECK(!again.add(known));
    }
    CAF_CHECK_EQUAL(again.unconfirmed(), 0u);
    compare(shard, again);
    // And goes on as one that never was away.
    fill(shard, 79, 100);
    fill(again, 79, 100);
    shard.remove(document_id{"7"});
    again.remove(document_id{"7"});
    compare(shard, again);
  }
}

CAF_TEST(what the store does not confirm goes) {
  index_shard shard;
  fill(shard, 0, 10);
  write(shard);
  index_shard again;
  CAF_REQUIRE(again.load(file));
  auto outdated = make("1");
  outdated.outdated = true;
  again.add(make("4"));
  again.add(outdated);
  again.remove_unconfirmed();
  CAF_CHECK_EQUAL(again.documents(), 2u);
  index_shard two;
  two.add(outdated);
  two.add(make("4"));
  CAF_CHECK_EQUAL(again.documents_in({}), 1u);
  CAF_CHECK_EQUAL(again.passages(), two.passages());
  auto hits = again.search({"word1 word2 word3 word4 word5 word6 word7 word8 word9", {}, search_mode::lexical, 20});
  for (const auto& x : hits)
    CAF_CHECK_EQUAL(x.document.value, "4");
}

CAF_TEST(documents that come and go while it is written are in it and out of it) {
  index_shard shard;
  fill(shard, 0, 40);
  fit(shard);
  shard_snapshot to{file};
  unsigned next = 40;
  int steps = 0;
  for (; shard.write_more(to, 2000) == step::more; ++steps) {
    if (next < 60) {
      fill(shard, next, next + 2);
      next += 2;
    }
    shard.remove(document_id{std::to_string(steps)});
  }
  CAF_REQUIRE(steps > 10);
  CAF_CHECK(!std::filesystem::exists(file)); // not before it is whole
  CAF_REQUIRE(to.commit());
  index_shard again;
  CAF_REQUIRE(again.load(file));
  for (unsigned i = 0; i < 60; ++i)
    if (shard.contains(document_id{std::to_string(i)})) {
      CAF_REQUIRE(again.contains(document_id{std::to_string(i)}));
      again.add(make(std::to_string(i)));
    }
  compare(shard, again);
}

CAF_TEST(a space that changes on the way makes it stale) {
  index_shard shard;
  fill(shard, 0, 40);
  {
    shard_snapshot to{file};
    CAF_CHECK(shard.write_more(to, 100) == step::more);
    fit(shard);
    CAF_CHECK(shard.write_more(to, 100) == step::stale);
  }
  CAF_CHECK(!std::filesystem::exists(file));
  CAF_CHECK(std::filesystem::is_empty(file.parent_path())); // nothing half-made is left
}

CAF_TEST(a damaged or foreign snapshot is refused whole) {
  index_shard shard;
  fill(shard, 0, 12);
  fit(shard);
  write(shard);
  std::string good;
  {
    std::ifstream in{file, std::ios::binary};
    good.assign(std::istreambuf_iterator<char>{in}, {});
  }
  auto loads = [&](const std::string& bytes, shard_options options = {}) {
    std::ofstream{file, std::ios::binary} << bytes;
    index_shard x{std::move(options)};
    auto done = x.load(file);
    if (!done) {
      CAF_CHECK(done.error().code == errc::unreadable);
      CAF_CHECK_EQUAL(x.documents() + x.passages() + x.vectors(), 0u);
    }
    return done.has_value();
  };
  CAF_CHECK(loads(good));
  for (std::size_t i = 0; i < 400; ++i) {
    auto bad = good;
    bad[random() % bad.size()] ^= static_cast<char>(1U << (random() % 8));
    CAF_REQUIRE(!loads(bad));
    CAF_REQUIRE(!loads(good.substr(0, random() % good.size())));
  }
  for (std::size_t missing = 1; missing < 40; ++missing) // the end says that it is one
    CAF_REQUIRE(!loads(good.substr(0, good.size() - missing)));
  CAF_CHECK(!loads(good + "x"));
  CAF_CHECK(!loads(""));
  shard_options other;
  other.model = "another";
  CAF_CHECK(!loads(good, other));
  std::filesystem::remove(file);
  index_shard none;
  CAF_CHECK(none.load(file).error().code == errc::not_found);
}

CAF_TEST(a file that can not be written is told of) {
  std::filesystem::create_directories(file); // a folder where the file should be
  index_shard shard;
  fill(shard, 0, 2);
  shard_snapshot to{file};
  CAF_CHECK(shard.write_more(to, 1 << 20) == step::ended);
  auto done = to.commit();
  CAF_REQUIRE(!done);
  CAF_CHECK(done.error().code == errc::storage_failed);
}

CAF_TEST_FIXTURE_SCOPE_END()
