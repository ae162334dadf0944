// The index at size, one thread, processor time: from page to searchable, memory, searches of all kinds, what passing
// over postings saves, filters through the graph, a snapshot written and read.
// bench_index PASSAGES CORPUS.jsonl...: pages are sentences of the corpora (BEIR's layout) at random, so that words are
// as common as they are and no two pages alike; queries are what follows them there.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include <unistd.h>

#include "actors/embed/chunker.hpp"
#include "actors/embed/hashed_model.hpp"
#include "actors/index/evaluation.hpp"
#include "actors/index/index_shard.hpp"

using namespace troupe;

namespace {

/// Of this thread, so that a busy machine does not count.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

template <class F>
auto timed(double& seconds, F&& f) {
  auto start = cpu_seconds();
  auto result = f();
  seconds += cpu_seconds() - start;
  return result;
}

double resident_mb() {
  std::ifstream in{"/proc/self/statm"};
  double pages = 0;
  in >> pages >> pages;
  return pages * 4096 / 1e6;
}

/// Sentences of all corpora, in order.
std::vector<std::string> read_sentences(int argc, char** argv) {
  std::vector<std::string> result;
  for (int i = 2; i < argc; ++i) {
    auto corpus = read_eval_items(argv[i]);
    if (!corpus) {
      std::fprintf(stderr, "%s\n", corpus.error().message.c_str());
      std::exit(1);
    }
    for (const auto& item : *corpus)
      for (std::size_t at = 0; at < item.text.size();) {
        auto end = std::min(item.text.find(". ", at), item.text.size());
        if (end - at > 20)
          result.push_back(item.text.substr(at, std::min<std::size_t>(end - at, 400)) + ".");
        at = end + 2;
      }
  }
  return result;
}

class bench {
public:
  bench(std::vector<std::string> sentences, std::size_t passages) : sentences_(std::move(sentences)) {
    empty_mb_ = resident_mb();
    build(passages);
    fit();
  }

  void run() {
    auto each = 1000 * (resident_mb() - empty_mb_) / static_cast<double>(shard_.passages());
    std::printf("memory  %.2f KB a passage of %.0f bytes, text and latent space included\n", each,
                static_cast<double>(bytes_) / static_cast<double>(shard_.passages()));
    for (std::size_t k : {std::size_t{10}, std::size_t{1000}, shard_.passages()})
      search_words(k);
    search("lexical", search_mode::lexical);
    search("vector", search_mode::vector);
    search("hybrid", search_mode::hybrid);
    snapshot();
    filters();
  }

private:
  document page() {
    document d;
    for (auto n = 10 + random_() % 40; n > 0; --n) {
      auto start = static_cast<std::uint32_t>(d.text.size());
      d.text += sentences_[random_() % sentences_.size()];
      d.blocks.push_back({block_kind::paragraph, 0, start, static_cast<std::uint32_t>(d.text.size())});
      d.text += "\n\n";
    }
    d.title = d.text.substr(0, std::min<std::size_t>(d.text.find(' ', 30), 60));
    return d;
  }

  void build(std::size_t passages) {
    double chunking = 0;
    double embedding_time = 0;
    double indexing = 0;
    std::size_t count = 0;
    for (; shard_.passages() < passages; ++count) {
      auto content = page();
      indexed_document d;
      d.title = content.title;
      d.language = "en";
      d.url = "https://host" + std::to_string(count % 100) + ".example/" + std::to_string(count);
      d.embedded.document = document_id{std::to_string(count)};
      d.embedded.model = std::string{model_->name()};
      d.embedded.passages = timed(chunking, [&] { return chunk(content); });
      d.embedded.embeddings = timed(embedding_time, [&] {
        std::vector<std::string> subjects;
        for (const auto& p : d.embedded.passages)
          subjects.push_back(passage_subject(d.title, p));
        return *model_->embed_documents(std::vector<std::string_view>{subjects.begin(), subjects.end()}, "en");
      });
      for (const auto& p : d.embedded.passages)
        bytes_ += p.text.size();
      timed(indexing, [&] { return shard_.add(d); });
    }
    auto n = static_cast<double>(shard_.passages());
    std::printf("built   %zu passages of %zu pages: chunk %.2f s, embed %.2f s, index %.2f s; %.1f us a passage\n",
                shard_.passages(), count, chunking, embedding_time, indexing,
                (chunking + embedding_time + indexing) * 1e6 / n);
  }

  void fit() {
    double seconds = 0;
    lsa_fit fitting;
    analyzer_set analyzers;
    term_list terms;
    auto space = timed(seconds, [&] {
      for (const auto& x : shard_.sample(lsa_options{}.most_passages)) {
        terms.clear();
        analyzers.of(x.language).analyze(x.text, terms);
        fitting.add(terms);
      }
      return fitting.fit();
    });
    if (!space) {
      std::fprintf(stderr, "%s\n", space.error().message.c_str());
      std::exit(1);
    }
    double placing = 0;
    timed(placing, [&] {
      shard_.adopt(std::make_shared<const lsa_space>(std::move(*space)));
      return shard_.place_more(shard_.passages());
    });
    std::printf("fitted  on %zu passages in %.2f s; places of all in %.2f s\n", fitting.passages(), seconds, placing);
  }

  std::string query() {
    const auto& s = sentences_[random_() % sentences_.size()];
    return s.substr(0, s.find(' ', std::min<std::size_t>(50, s.size())));
  }

  void report(const char* name, std::vector<double> took, std::size_t hits) {
    std::sort(took.begin(), took.end());
    std::printf("search  %-16s p50 %.2f ms, p99 %.2f ms (%zu hits)\n", name, took[took.size() / 2] * 1000,
                took[took.size() * 99 / 100] * 1000, hits);
  }

  /// The lexical index alone; with as many as there are it can pass over nothing.
  void search_words(std::size_t k) {
    random_.seed(5);
    bm25_index words;
    slot at = 0;
    analyzer english;
    term_list terms;
    for (const auto& x : shard_.sample(shard_.passages())) {
      terms.clear();
      english.analyze(x.text, terms);
      words.add(at++, terms);
    }
    std::vector<double> took;
    std::size_t hits = 0;
    for (int i = 0; i < 300; ++i) {
      terms.clear();
      english.analyze(query(), terms);
      hits += timed(took.emplace_back(), [&] { return words.search(terms, k).size(); });
    }
    report(("words, best " + std::to_string(k)).c_str(), took, hits);
  }

  void search(const char* name, search_mode mode) {
    random_.seed(5);
    std::vector<double> took;
    std::size_t hits = 0;
    for (int i = 0; i < 1000; ++i) {
      auto asked = query();
      hits += timed(took.emplace_back(), [&] {
        auto vector = model_->embed_query(asked);
        return shard_.search({asked, {}, mode, 10, &*vector}).size();
      });
    }
    report(name, took, hits);
  }

  void snapshot() {
    auto file = std::filesystem::temp_directory_path() / ("bench_index-" + std::to_string(::getpid()));
    double writing = 0;
    double last = 0;
    timed(writing, [&] {
      shard_snapshot to{file};
      auto step = index_shard::snapshot_step::more;
      while (step == index_shard::snapshot_step::more) {
        last = 0;
        step = timed(last, [&] { return shard_.write_more(to, std::uint64_t{2} << 20U); });
      }
      return to.commit().has_value();
    });
    index_shard again;
    double reading = 0;
    auto size = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
    auto loaded = timed(reading, [&] { return again.load(file).has_value(); });
    std::filesystem::remove(file);
    std::printf("snapshot %.0f MB: written in %.2f s, the last step in %.0f ms; %s in %.2f s\n", size, writing,
                last * 1000, loaded ? "read" : "NOT READ", reading);
  }

  /// Recall of the graph against the exact scan, at three selectivities.
  void filters() {
    constexpr std::size_t dimensions = 128;
    vector_index graph{dimensions, {1000, 200}};
    vector_index exact{dimensions, {std::size_t{1} << 40U, 200}};
    auto space = shard_.space();
    analyzer english;
    term_list terms;
    slot at = 0;
    for (const auto& x : shard_.sample(shard_.passages())) {
      terms.clear();
      english.analyze(x.text, terms);
      auto place = space->place(terms);
      graph.add(at, place);
      exact.add(at++, place);
    }
    double building = 0;
    timed(building, [&] { return graph.extend_graph(at); });
    std::printf("graph   of %u places of %zu components in %.1f s\n", at, dimensions, building);
    for (unsigned percent : {100U, 50U, 10U, 1U}) {
      slot_set only;
      for (slot i = 0; i < at; ++i)
        if (random_() % 100 < percent)
          only.insert(i);
      double by_graph = 0;
      double by_scan = 0;
      std::size_t same = 0;
      std::size_t all = 0;
      for (int i = 0; i < 200; ++i) {
        terms.clear();
        english.analyze(query(), terms);
        auto wide = expand(space->place(terms));
        const auto* filter = percent == 100 ? nullptr : &only;
        auto a = timed(by_graph, [&] { return graph.search(wide, 10, filter); });
        auto b = timed(by_scan, [&] { return exact.search(wide, 10, filter); });
        all += b.size();
        for (const auto& x : a)
          same += std::any_of(b.begin(), b.end(), [&](const auto& y) { return y.at == x.at; }) ? 1 : 0;
      }
      std::printf("filter  %3u %%: recall@10 of the graph %.3f; %.2f ms, exact scan %.2f ms\n", percent,
                  static_cast<double>(same) / static_cast<double>(all), by_graph * 5, by_scan * 5);
    }
  }

  std::vector<std::string> sentences_;
  std::mt19937 random_{1};
  std::unique_ptr<embedding_model> model_ = make_hashed_model();
  index_shard shard_;
  double empty_mb_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_index PASSAGES CORPUS.jsonl...\n");
    return 2;
  }
  bench{read_sentences(argc, argv), static_cast<std::size_t>(std::atoll(argv[1]))}.run();
  return 0;
}
