// The path from fetched bytes to a searchable and durable passage, stage by stage: one thread, processor time, and what
// each stage allocates. bench_stages FOLDER [ROUNDS]: HTML pages below FOLDER (default: the PostgreSQL manual), median
// of so many rounds (5).
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <new>
#include <sstream>

#include <unistd.h>

#include "actors/embed/chunker.hpp"
#include "actors/embed/hashed_model.hpp"
#include "actors/index/index_shard.hpp"
#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "storage/store.hpp"

namespace {

std::uint64_t allocations = 0; // of the one thread there is
std::uint64_t allocated = 0;

} // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  allocated += size;
  if (auto* at = std::malloc(size))
    return at;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* at) noexcept { std::free(at); }
[[gnu::noinline]] void operator delete(void* at, std::size_t) noexcept { std::free(at); }

using namespace troupe;

namespace {

constexpr std::size_t commit_pages = 16; // a session's batch

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct cost {
  double seconds = 0;
  std::uint64_t allocations = 0;
  std::uint64_t allocated = 0;

  template <class F>
  auto of(F&& f) {
    auto count = ::allocations;
    auto bytes = ::allocated;
    auto start = cpu_seconds();
    auto result = f();
    seconds += cpu_seconds() - start;
    allocations += ::allocations - count;
    allocated += ::allocated - bytes;
    return result;
  }
};

enum stage : std::size_t { decoding, parsing, extracting, chunking, embedding_, storing, indexing, stages };
constexpr std::array<const char*, stages> names{
  "decode the charset", "parse", "extract, without the two above", "chunk", "embed", "store durably", "index"};
using costs = std::array<cost, stages>;

struct page {
  std::string address;
  std::string html;
};

std::vector<page> read_pages(const std::filesystem::path& folder) {
  std::vector<page> result;
  for (const auto& x : std::filesystem::recursive_directory_iterator{folder})
    if (x.path().extension() == ".html") {
      std::ifstream in{x.path(), std::ios::binary};
      std::ostringstream bytes;
      bytes << in.rdbuf();
      result.push_back({"https://example.org/" + x.path().filename().string(), bytes.str()});
    }
  return result;
}

template <class T>
T take(expected<T> x) {
  if (x)
    return std::move(*x);
  std::fprintf(stderr, "bench_stages: %s. %s\n", x.error().message.c_str(), x.error().advice.c_str());
  std::exit(1);
}

/// A store in a folder of its own, with a research that pages are committed to.
class durable_store {
public:
  durable_store() {
    std::filesystem::remove_all(folder_);
    write_ = take(take(storage::open_sqlite({folder_, storage::durability::full, 10'000'000}))->open_writer());
    accept_research x;
    x.id = research_id{"r_1"};
    x.request.question = "How long does a page take?";
    x.at = std::chrono::system_clock::now();
    apply({x});
    auto claimed = apply({claim_research{node_id{"bench"}, 1, std::chrono::hours{1}, x.at, {}}});
    row_ = std::get<claimed_research>(claimed.at(0)).rows.at(0);
  }
  durable_store(const durable_store&) = delete;
  ~durable_store() { std::filesystem::remove_all(folder_); }

  bool commit(std::vector<stored_page> pages) {
    commit_research x;
    x.research = row_.id;
    x.epoch = row_.epoch;
    x.collections = {collection_name{row_.id.value}};
    x.pages = std::move(pages);
    apply({std::move(x)});
    return true;
  }

private:
  std::vector<storage::write_answer> apply(std::vector<storage::write_op> ops) {
    std::vector<storage::write_answer> result;
    for (auto& x : write_->apply(ops, wakes_))
      result.push_back(take(std::move(x)));
    wakes_.clear();
    return result;
  }

  std::filesystem::path folder_ =
    std::filesystem::temp_directory_path() / ("bench-stages-" + std::to_string(::getpid()));
  std::unique_ptr<storage::writer> write_;
  std::vector<events_committed> wakes_;
  research_row row_;
};

struct round_result {
  costs spent;
  std::size_t pages = 0;
  std::size_t passages = 0;
};

class path {
public:
  round_result run(const std::vector<page>& pages) {
    for (const auto& x : pages)
      read(x);
    commit();
    return std::move(result_);
  }

private:
  void read(const page& x) {
    auto& spent = result_.spent;
    auto text = spent[decoding].of([&] { return decode_text(x.html, "text/html", true).text; });
    auto nodes = spent[parsing].of([&] { return html_tree::parse(std::move(text)).size(); });
    if (nodes == 0)
      std::abort();
    auto base = parse_url(x.address);
    auto found = spent[extracting].of([&] { return extract_article(x.html, "text/html", base ? *base : url{}); });
    if (!found)
      return;
    ++result_.pages;
    stored_page stored;
    stored.fetch.url = stored.fetch.final_url = x.address;
    stored.fetch.fetched_at = std::chrono::system_clock::now();
    stored.fetch.status = 200;
    stored.fetch.media_type = "text/html";
    stored.fetch.links = std::move(found->links);
    stored.content = std::move(found->content);
    auto& embedded = stored.embedded;
    embedded.document = stored.content.id;
    embedded.model = std::string{model_->name()};
    embedded.passages = spent[chunking].of([&] { return chunk(stored.content); });
    embedded.embeddings = spent[embedding_].of([&] { return embed(stored.content, embedded.passages); });
    result_.passages += embedded.passages.size();
    indexed_document indexed{embedded, x.address, stored.content.title, stored.content.language, {}, {}, {}};
    spent[indexing].of([&] { return shard_.add(indexed); });
    waiting_.push_back(std::move(stored));
    if (waiting_.size() == commit_pages)
      commit();
  }

  std::vector<embedding> embed(const document& content, const std::vector<passage>& passages) {
    std::vector<std::string> subjects;
    for (const auto& p : passages)
      subjects.push_back(passage_subject(content.title, p));
    return take(
      model_->embed_documents(std::vector<std::string_view>{subjects.begin(), subjects.end()}, content.language));
  }

  void commit() {
    result_.spent[storing].of([&] { return store_.commit(std::exchange(waiting_, {})); });
  }

  round_result result_;
  std::unique_ptr<embedding_model> model_ = make_hashed_model();
  durable_store store_;
  index_shard shard_;
  std::vector<stored_page> waiting_;
};

void print(const char* name, const cost& x, double total, double pages, double megabytes) {
  std::printf("| %-32s | %8.0f | %8.0f | %7.1f | %5.1f %% | %9.0f | %8.1f |\n", name, 1e6 * x.seconds / pages,
              pages / x.seconds, megabytes / x.seconds, 100 * x.seconds / total,
              static_cast<double>(x.allocations) / pages, static_cast<double>(x.allocated) / pages / 1024);
}

/// The round whose `of` is the median.
cost median(std::vector<round_result>& rounds, const std::function<cost(const round_result&)>& of) {
  std::vector<cost> all;
  for (const auto& r : rounds)
    all.push_back(of(r));
  std::sort(all.begin(), all.end(), [](const cost& a, const cost& b) { return a.seconds < b.seconds; });
  return all[all.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
  std::filesystem::path folder = argc > 1 ? argv[1] : "/usr/share/doc/postgresql-doc-15/html";
  if (!std::filesystem::is_directory(folder)) {
    std::fprintf(stderr, "bench_stages: there is no folder %s. Install postgresql-doc-15, or name another.\n",
                 folder.c_str());
    return 1;
  }
  auto pages = read_pages(folder);
  double megabytes = 0;
  for (const auto& x : pages)
    megabytes += static_cast<double>(x.html.size()) / 1e6;
  std::vector<round_result> rounds;
  for (int left = argc > 2 ? std::atoi(argv[2]) : 5; left > 0; --left) {
    rounds.push_back(path{}.run(pages));
    // Extraction decodes and parses for itself; that is counted by itself.
    auto& x = rounds.back().spent;
    x[extracting].seconds -= x[decoding].seconds + x[parsing].seconds;
    x[extracting].allocations -= x[decoding].allocations + x[parsing].allocations;
    x[extracting].allocated -= x[decoding].allocated + x[parsing].allocated;
  }
  auto n = static_cast<double>(rounds.at(0).pages);
  auto whole = median(rounds, [](const round_result& r) {
    cost sum;
    for (const auto& x : r.spent) {
      sum.seconds += x.seconds;
      sum.allocations += x.allocations;
      sum.allocated += x.allocated;
    }
    return sum;
  });
  std::printf("%zu pages of %zu, %.1f MB, %zu passages; median of %zu rounds, one thread, processor time\n\n",
              rounds.at(0).pages, pages.size(), megabytes, rounds.at(0).passages, rounds.size());
  std::printf("| stage | us a page | pages/s | MB/s | share | allocations a page | KiB a page "
              "|\n|---|---|---|---|---|---|---|\n");
  for (std::size_t s = 0; s < stages; ++s)
    print(names[s], median(rounds, [s](const round_result& r) { return r.spent[s]; }), whole.seconds, n, megabytes);
  print("all", whole, whole.seconds, n, megabytes);
  return 0;
}
