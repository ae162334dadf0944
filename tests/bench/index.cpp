// Cost of a page from snapshot to searchable: chunk, embed, index; then searches. One thread, CPU time.
// bench_index CORPUS.jsonl [PASSAGES]: documents of a BEIR corpus, grouped into pages of about 6 KB, repeated with
// distinct words until PASSAGES (default 20,000) are indexed.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "actors/embed/chunker.hpp"
#include "actors/embed/hashed_model.hpp"
#include "actors/index/evaluation.hpp"
#include "actors/index/index_shard.hpp"

using namespace troupe;

namespace {

/// CPU time of this thread, so that a busy machine does not count.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct stopwatch {
  double seconds = 0;
  template <class F>
  auto time(F&& f) {
    auto start = cpu_seconds();
    auto result = f();
    seconds += cpu_seconds() - start;
    return result;
  }
};

std::vector<document> make_pages(const std::vector<eval_item>& corpus) {
  std::vector<document> pages(1);
  for (const auto& item : corpus) {
    auto& page = pages.back();
    page.title = item.title;
    auto start = static_cast<std::uint32_t>(page.text.size());
    page.text += item.text + "\n\n";
    page.blocks.push_back({block_kind::paragraph, 0, start, static_cast<std::uint32_t>(page.text.size() - 2)});
    if (page.text.size() > 6000)
      pages.emplace_back();
  }
  return pages;
}

double resident_mb() {
  std::ifstream in{"/proc/self/statm"};
  double pages = 0;
  in >> pages >> pages;
  return pages * 4096 / 1e6;
}

void search(index_shard& shard, embedding_model& model, const std::vector<eval_item>& corpus, search_mode mode,
            const char* name) {
  stopwatch watch;
  constexpr std::size_t rounds = 300;
  std::size_t hits = 0;
  for (std::size_t i = 0; i < rounds; ++i) {
    // Queries of the length people type: the first words of a document.
    auto query = corpus[i * 7 % corpus.size()].text.substr(0, 60);
    hits += watch.time([&] {
      auto vector = model.embed_query(query);
      return shard.search({query, {}, mode, 10, &*vector}).size();
    });
  }
  std::printf("search %-8s %8.0f queries/s, %.2f ms each (%zu hits)\n", name, rounds / watch.seconds,
              watch.seconds * 1000 / rounds, hits);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_index CORPUS.jsonl [PASSAGES]\n");
    return 2;
  }
  auto corpus = read_eval_items(argv[1]);
  if (!corpus) {
    std::fprintf(stderr, "%s\n", corpus.error().message.c_str());
    return 1;
  }
  std::size_t wanted = argc > 2 ? static_cast<std::size_t>(std::atoll(argv[2])) : 20000;
  auto pages = make_pages(*corpus);
  auto model = make_hashed_model();
  index_shard shard;
  stopwatch chunking;
  stopwatch embedding_time;
  stopwatch indexing;
  std::size_t count = 0;
  for (; shard.passages() < wanted; ++count) {
    auto page = pages[count % pages.size()];
    page.text += "Copy" + std::to_string(count / pages.size()) + " number" + std::to_string(count) + ".";
    indexed_document d;
    d.title = page.title;
    d.language = "en";
    d.embedded.document = document_id{std::to_string(count)};
    d.embedded.model = std::string{model->name()};
    d.embedded.passages = chunking.time([&] { return chunk(page); });
    d.embedded.embeddings = embedding_time.time([&] {
      std::vector<std::string> subjects;
      for (const auto& p : d.embedded.passages)
        subjects.push_back(passage_subject(d.title, p));
      return *model->embed_documents(std::vector<std::string_view>{subjects.begin(), subjects.end()}, "en");
    });
    indexing.time([&] { return shard.add(d); });
  }
  auto pages_indexed = static_cast<double>(count);
  std::printf("%zu pages, %zu passages, %.0f MB resident\n", count, shard.passages(), resident_mb());
  std::printf("chunk %.0f us, embed %.0f us, index %.0f us a page: %.0f pages/s on one thread\n",
              chunking.seconds * 1e6 / pages_indexed, embedding_time.seconds * 1e6 / pages_indexed,
              indexing.seconds * 1e6 / pages_indexed,
              pages_indexed / (chunking.seconds + embedding_time.seconds + indexing.seconds));
  search(shard, *model, *corpus, search_mode::lexical, "lexical");
  search(shard, *model, *corpus, search_mode::vector, "vector");
  search(shard, *model, *corpus, search_mode::hybrid, "hybrid");
  if (shard.backlog() > 0) {
    stopwatch graph;
    auto before = shard.backlog();
    graph.time([&] { return shard.extend_graph(before); });
    std::printf("graph  %.0f vectors/s\n", static_cast<double>(before) / graph.seconds);
    search(shard, *model, *corpus, search_mode::vector, "vector");
    search(shard, *model, *corpus, search_mode::hybrid, "hybrid");
    std::printf("%.0f MB resident\n", resident_mb());
  }
  return 0;
}
