// A real site, read from its files: a crawl takes the pages that answer and leaves the rest alone.
#define CAF_SUITE frontier_manual

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "actors/scrape/crawl_frontier.hpp"
#include "actors/scrape/extract/article_extractor.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

const std::filesystem::path manual = "/usr/share/doc/postgresql-doc-15/html";

std::set<std::string> pages_for(const char* question) {
  std::set<std::string> pages;
  crawl_frontier x{question, {"http://127.0.0.1:8080/index.html"}};
  while (auto page = x.next()) {
    auto address = parse_url(page->url);
    std::ostringstream text;
    text << std::ifstream{manual.string() + address->path}.rdbuf();
    auto found = extract_article(text.str(), "text/html", *address);
    x.done(page->url, text.str().size());
    if (found)
      x.add_links(page->url, page->depth, found->links);
    pages.insert(address->path.substr(1));
  }
  CAF_CHECK(x.exhausted());
  return pages;
}

} // namespace

CAF_TEST(questions about the PostgreSQL manual reach their pages within few) {
  if (!std::filesystem::exists(manual / "bookindex.html")) {
    std::cout << "skipped: questions about the PostgreSQL manual, postgresql-doc-15 is not installed\n";
    return;
  }
  struct expectation {
    const char* question;
    std::vector<const char*> pages;
    std::size_t most;
  };
  for (const auto& x : std::vector<expectation>{
         {"How does autovacuum decide when to vacuum a table?",
          {"routine-vacuuming.html", "runtime-config-autovacuum.html"},
          20},
         {"How do I back up a database?", {"backup.html", "backup-dump.html", "backup-file.html"}, 30},
         {"What isolation levels does PostgreSQL support?", {"transaction-iso.html"}, 40},
         {"How do I set up logical replication between two servers?",
          {"logical-replication.html", "logical-replication-quick-setup.html", "logical-replication-publication.html"},
          40},
         {"Which index type is best for full text search?", {"textsearch.html", "textsearch-indexes.html"}, 20}}) {
    auto pages = pages_for(x.question);
    CAF_MESSAGE(x.question << " " << pages.size() << " pages");
    CAF_CHECK(pages.size() <= x.most);
    for (const auto* page : x.pages)
      CAF_CHECK(pages.contains(page));
  }
}
