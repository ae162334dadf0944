// Sites, languages and dates as filters of a search: what they let through, and that they lose nothing of it.
#define CAF_SUITE document_filter

#include "actors/index/document_filter.hpp"

#include <random>
#include <set>

#include "actors/embed/hashed_model.hpp"
#include "actors/index/index_shard.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::int32_t day(const char* x) { return *parse_day(x); }

struct fixture {
  std::unique_ptr<embedding_model> model = make_hashed_model();
  index_shard shard;
  std::uint32_t made = 0;

  indexed_document document(const std::string& url, const std::string& language, const std::string& published) {
    indexed_document d;
    auto n = std::to_string(made++);
    d.embedded.document = document_id{n};
    d.embedded.model = std::string{model->name()};
    d.url = url;
    d.title = "Page " + n;
    d.language = language;
    d.published = published;
    d.fetched_at = timestamp{std::chrono::days{day("2026-06-15")}} + std::chrono::hours{23};
    passage p{0, 0, 0, "", "vacuum reclaims storage of table number " + n};
    p.end = static_cast<std::uint32_t>(p.text.size());
    auto subject = passage_subject(d.title, p);
    std::string_view view = subject;
    d.embedded.embeddings.push_back(model->embed_documents({&view, 1}, language)->front());
    d.embedded.passages.push_back(p);
    return d;
  }
  std::set<std::string> found(const passage_filter& only, std::span<const collection_name> collections = {}) {
    auto vector = *model->embed_query("vacuum storage");
    std::set<std::string> result;
    for (auto& hit : shard.search({"vacuum storage", collections, search_mode::hybrid, 1000, &vector, nullptr, &only}))
      result.insert(hit.document.value);
    CAF_CHECK_EQUAL(result.size(), shard.documents_in(collections, only));
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(document_filter_tests, fixture)

CAF_TEST(hosts are read out of addresses) {
  CAF_CHECK_EQUAL(host_of("https://Docs.Example.org/a?b"), "docs.example.org");
  CAF_CHECK_EQUAL(host_of("http://u:p@example.org:8080"), "example.org");
  CAF_CHECK_EQUAL(host_of("http://[2001:db8::1]:80/x"), "[2001:db8::1]");
  CAF_CHECK_EQUAL(host_of("http://[2001:db8::1]/x"), "[2001:db8::1]");
  CAF_CHECK_EQUAL(host_of("file:///etc/hosts"), "");
  CAF_CHECK_EQUAL(host_of("upload"), "");
}

CAF_TEST(dates are calendar dates) {
  CAF_CHECK_EQUAL(day("1970-01-02"), 1);
  CAF_CHECK_EQUAL(day("2024-02-29"), 19782);
  for (auto wrong :
       {"2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "2024-01-01T", "2024/01/01", "", "20x4-01-01"})
    CAF_CHECK(!parse_day(wrong));
}

CAF_TEST(a site has what is below it and nothing else) {
  shard.add(document("https://example.org/a", "en", ""));      // 0
  shard.add(document("https://docs.example.org/b", "en", "")); // 1
  shard.add(document("https://badexample.org/c", "en", ""));   // 2
  shard.add(document("file:///srv/example.org/d", "en", ""));  // 3
  passage_filter only;
  only.sites = {"Example.org"};
  CAF_CHECK(found(only) == (std::set<std::string>{"0", "1"}));
  only.sites = {"docs.example.org", "badexample.org"};
  CAF_CHECK(found(only) == (std::set<std::string>{"1", "2"}));
  only.sites = {"org"};
  CAF_CHECK_EQUAL(found(only).size(), 3u);
  only.sites = {"nowhere.net"};
  CAF_CHECK(found(only).empty());
  only.sites = {""};
  CAF_CHECK(found(only).empty());
}

CAF_TEST(languages go without their region and dates by publication or retrieval) {
  shard.add(document("https://a.org/", "en-GB", "2025-12-31")); // 0
  shard.add(document("https://b.org/", "de", "2026-01-01"));    // 1
  shard.add(document("https://c.org/", "", ""));                // 2, fetched 2026-06-15
  passage_filter only;
  only.languages = {"EN-us"};
  CAF_CHECK(found(only) == (std::set<std::string>{"0"}));
  only = {};
  only.from_day = day("2026-01-01");
  CAF_CHECK(found(only) == (std::set<std::string>{"1", "2"}));
  only.before_day = day("2026-06-15");
  CAF_CHECK(found(only) == (std::set<std::string>{"1"}));
  only.before_day = day("2026-06-16");
  CAF_CHECK(found(only) == (std::set<std::string>{"1", "2"}));
  only.languages = {"de"};
  CAF_CHECK(found(only) == (std::set<std::string>{"1"}));
}

CAF_TEST(what is outdated or removed comes through no filter) {
  auto old = document("https://a.org/1", "en", "");
  old.collections = {collection_name{"kept"}};
  shard.add(old);
  shard.add(document("https://a.org/2", "en", ""));
  shard.add(document("https://a.org/3", "en", ""));
  shard.set_outdated(document_id{"0"}, true);
  shard.remove(document_id{"1"});
  passage_filter only;
  only.sites = {"a.org"};
  CAF_CHECK(found(only) == (std::set<std::string>{"2"}));
  std::vector kept{collection_name{"kept"}};
  CAF_CHECK(found(only, kept) == (std::set<std::string>{"0"}));
  // The newest address of a document is the one that counts.
  auto moved = old;
  moved.url = "https://b.org/1";
  moved.fetched_at += std::chrono::hours{1};
  shard.add(moved);
  CAF_CHECK(found(only, kept).empty());
}

CAF_TEST(a day of retrieval is none of publication) {
  document_filter facts;
  facts.set(0, document("https://example.org/", "en", "2024-02-29"));
  facts.set(3, document("https://example.org/", "en", ""));
  CAF_CHECK(facts.published(0) == day("2024-02-29"));
  for (auto unknown : {1U, 3U, 4U})
    CAF_CHECK(!facts.published(unknown).has_value());
  facts.set(0, document("https://example.org/", "en", ""));
  CAF_CHECK(!facts.published(0).has_value());
}

CAF_TEST(filters agree with a look at every document) {
  std::mt19937_64 random{11};
  auto pick = [&](std::initializer_list<const char*> xs) { return std::string{*(xs.begin() + random() % xs.size())}; };
  std::vector<indexed_document> all;
  for (int i = 0; i < 200; ++i) {
    auto d = document("https://" + pick({"a.org", "x.a.org", "b.net", "y.b.net"}) + "/",
                      pick({"en", "de", "fr-CA", ""}), pick({"2024-01-01", "2025-01-01", "2026-01-01", ""}));
    d.collections = {collection_name{pick({"one", "two"})}};
    shard.add(d);
    all.push_back(d);
  }
  for (int i = 0; i < 60; ++i) {
    passage_filter only;
    if (random() % 2)
      only.sites = {pick({"a.org", "x.a.org", "b.net", "net"})};
    if (random() % 2)
      only.languages = {pick({"en", "fr"}), pick({"de", "en"})};
    if (random() % 2)
      only.from_day = day(pick({"2024-06-01", "2026-01-01"}).c_str());
    if (random() % 2)
      only.before_day = day(pick({"2025-01-01", "2026-06-16"}).c_str());
    std::vector<collection_name> collections;
    if (random() % 2)
      collections.emplace_back(pick({"one", "two"}));
    std::set<std::string> expected;
    for (const auto& d : all) {
      auto host = host_of(d.url);
      auto on = only.sites.empty() || host == only.sites[0] || host.ends_with("." + only.sites[0]);
      auto spoken = d.language.substr(0, 2);
      auto understood = only.languages.empty() || spoken == only.languages[0] || spoken == only.languages[1];
      auto then = day(d.published.empty() ? "2026-06-15" : d.published.c_str());
      auto here = collections.empty() || d.collections[0] == collections[0];
      if (on && understood && then >= only.from_day && then < only.before_day && here)
        expected.insert(d.embedded.document.value);
    }
    CAF_CHECK(found(only, collections) == expected);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
