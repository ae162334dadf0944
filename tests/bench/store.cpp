// The embedded store's writes, without actors: accepts a second by group size, pages a second by durability.
//   bench_store [folder]      a folder on the disk to be measured; default: the temporary folder
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include "storage/packing.hpp"
#include "storage/store.hpp"

using namespace troupe;
using namespace troupe::storage;

namespace {

using clock_type = std::chrono::steady_clock;

[[noreturn]] void give_up(const error& x) {
  std::fprintf(stderr, "bench_store: %s. %s\n", x.message.c_str(), x.advice.c_str());
  std::exit(1);
}

template <class T>
T take(expected<T> x) {
  if (!x)
    give_up(x.error());
  return std::move(*x);
}

double seconds_since(clock_type::time_point start) {
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

/// This process's processor time so far: what stays comparable on a busy machine.
double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct bench {
  std::filesystem::path folder;
  durability durable;
  std::unique_ptr<writer> write;
  std::vector<events_committed> wakes;
  std::mt19937_64 random{42};
  int next = 0;
  static inline int folders = 0;

  bench(const std::filesystem::path& root, durability d, const std::string& name)
    : folder(root / (name + std::to_string(folders++))), durable(d) {
    write = take(take(open_sqlite({folder, d, 10'000'000}))->open_writer());
  }

  accept_research an_accept() {
    accept_research x;
    x.id = research_id{"r_" + std::to_string(10'000'000 + next++)};
    x.request.question = "How does autovacuum decide when to vacuum a table?";
    x.request.urls = {"https://www.postgresql.org/docs/current/routine-vacuuming.html"};
    x.at = std::chrono::system_clock::now();
    return x;
  }

  /// A page as the crawl of a manual gives them: 8 KB of text, 8 passages, 512-byte vectors, 40 links.
  stored_page a_page() {
    stored_page x;
    auto& text = x.content.text;
    while (text.size() < 8000)
      text += "word" + std::to_string(random() % 5000) + (random() % 12 == 0 ? ".\n" : " ");
    x.content.id = document_id{sha256_hex(text)};
    x.content.title = "A page";
    x.fetch.url = x.fetch.final_url = "http://example.org/page/" + std::to_string(next++);
    x.fetch.fetched_at = std::chrono::system_clock::now();
    x.fetch.media_type = "text/html";
    for (int i = 0; i < 40; ++i)
      x.fetch.links.push_back({"http://example.org/page/" + std::to_string(random() % 100'000), "an anchor text",
                               "some words that stand around the anchor of this link", false, true});
    x.embedded.model = "hashed-ngram-1";
    for (std::uint32_t i = 0; i < 8; ++i) {
      x.content.blocks.push_back({block_kind::paragraph, 0, i * 1000, (i + 1) * 1000});
      x.embedded.passages.push_back({i, i * 1000, (i + 1) * 1000, "Chapter > Section", {}});
      auto& e = x.embedded.embeddings.emplace_back();
      e.scale = 0.01f;
      for (int j = 0; j < 512; ++j)
        e.values.push_back(static_cast<std::int8_t>(random()));
    }
    return x;
  }

  std::vector<expected<write_answer>> apply(const std::vector<write_op>& ops) {
    wakes.clear();
    auto answers = write->apply(ops, wakes);
    for (auto& x : answers)
      if (!x)
        give_up(x.error());
    write->tend(false);
    return answers;
  }

  void accepts(std::size_t group, double for_seconds) {
    auto start = clock_type::now();
    auto cpu = cpu_seconds();
    std::size_t done = 0;
    for (; seconds_since(start) < for_seconds; done += group) {
      std::vector<write_op> ops;
      for (std::size_t i = 0; i < group; ++i)
        ops.emplace_back(an_accept());
      apply(ops);
    }
    auto n = static_cast<double>(done);
    std::printf("  accepts, groups of %-4zu   %9.0f/s   %4.0f us of processor each\n", group, n / seconds_since(start),
                1e6 * (cpu_seconds() - cpu) / n);
  }

  /// `ops` commits of `each` pages in a group, with one event a page.
  void pages(std::size_t ops_in_group, std::size_t each, std::size_t groups) {
    apply({an_accept()});
    auto claimed = std::get<claimed_research>(
      *apply({claim_research{node_id{"bench"}, 1000, std::chrono::hours{1}, std::chrono::system_clock::now(), {}}})[0]);
    const auto& row = claimed.rows.back();
    double spent = 0;
    double cpu = 0;
    double worst = 0;
    for (std::size_t g = 0; g < groups; ++g) {
      std::vector<write_op> ops;
      for (std::size_t o = 0; o < ops_in_group; ++o) {
        commit_research x;
        x.research = row.id;
        x.epoch = row.epoch;
        x.collections = {collection_name{row.id.value}};
        for (std::size_t i = 0; i < each; ++i) {
          x.pages.push_back(a_page());
          x.events.push_back({x.pages.back().fetch.fetched_at, "page.fetched", std::string(220, 'e')});
        }
        ops.emplace_back(std::move(x));
      }
      auto start = clock_type::now();
      auto before = cpu_seconds();
      apply(ops);
      auto took = seconds_since(start);
      cpu += cpu_seconds() - before;
      spent += took;
      worst = std::max(worst, took);
    }
    auto total = static_cast<double>(ops_in_group * each * groups);
    std::printf(
      "  pages, %2zu commits of %2zu   %9.0f/s   %4.0f us of processor each, %6.1f ms a group, worst %6.1f ms\n",
      ops_in_group, each, total / spent, 1e6 * cpu / total, 1000 * spent / static_cast<double>(groups), 1000 * worst);
  }
};

} // namespace

int main(int argc, char** argv) {
  std::filesystem::path root = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  root /= "bench-store";
  std::filesystem::remove_all(root);
  for (auto durable : {durability::full, durability::normal}) {
    const auto* name = durable == durability::full ? "full" : "normal";
    std::printf("durability %s\n", name);
    for (std::size_t group : {1, 16, 32, 256})
      bench{root, durable, name}.accepts(group, 2.0);
    bench{root, durable, name}.pages(1, 1, 200);
    bench{root, durable, name}.pages(8, 4, 30);
    bench{root, durable, name}.pages(4, 16, 15);
  }
  // Only now: files made soon after many were removed cost ext4 several times as much.
  std::filesystem::remove_all(root);
}
