// Extraction quality and speed on the unpacked evaluation sets (data/README.md there says how each is scored).
//   eval_extraction FOLDER [--misses] [--half 0|1] [--write TEXTS]
// FOLDER holds `tests/evaldata.json` (segments that must and must not be in the text) or `test/test-pages` (expected
// articles, shingle F1). `--half`: only the pages whose name hashes to that half, to develop on one and confirm on the
// other. `--write`: what was extracted, a file for each page, into the folder TEXTS.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <simdjson.h>

#include "actors/scrape/extract/article_extractor.hpp"
#include "tests/eval/text_measures.hpp"

namespace fs = std::filesystem;
using namespace troupe;
using namespace troupe::eval;

namespace {

using clock_type = std::chrono::steady_clock;

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct score {
  double tp = 0;
  double fp = 0;
  double fn = 0;
  void print(const char* what) const {
    auto precision = tp + fp > 0 ? tp / (tp + fp) : 0;
    auto recall = tp + fn > 0 ? tp / (tp + fn) : 0;
    auto f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    std::cout << what << ": precision " << precision << " recall " << recall << " F1 " << f1 << '\n';
  }
};

struct stop_watch {
  std::chrono::duration<double> spent{0};
  std::size_t pages = 0;
  std::size_t bytes = 0;
  expected<extraction> run(const std::string& html, const std::string& address) {
    auto base = parse_url(address);
    auto start = clock_type::now();
    auto found = extract_article(html, "text/html", base ? *base : url{});
    spent += clock_type::now() - start;
    ++pages;
    bytes += html.size();
    return found;
  }
  void print() const {
    std::cout << pages << " pages, " << static_cast<double>(bytes) / 1e6 << " MB, "
              << static_cast<double>(pages) / spent.count() << " pages/s on one thread\n";
  }
};

struct options {
  fs::path folder;
  bool misses = false;
  int half = -1; ///< both
  fs::path write;

  [[nodiscard]] bool takes(std::string_view page) const {
    std::uint32_t hash = 2166136261u; // FNV-1a
    for (char c : page)
      hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return half < 0 || static_cast<int>((hash >> 16) & 1) == half;
  }
  void keep(const std::string& page, const std::string& text) const {
    if (!write.empty())
      std::ofstream{write / (page + ".txt")} << text;
  }
};

/// One name or several, as a by-line joins them; empty when none is noted.
std::string noted_author(const simdjson::dom::element& item) {
  std::string out;
  simdjson::dom::element noted;
  if (item["author"].get(noted) != simdjson::SUCCESS)
    return out;
  if (std::string_view one; noted.get_string().get(one) == simdjson::SUCCESS)
    return std::string{one};
  simdjson::dom::array several;
  if (noted.get(several) == simdjson::SUCCESS)
    for (auto name : several)
      if (std::string_view one; name.get_string().get(one) == simdjson::SUCCESS)
        out.append(out.empty() ? "" : ", ").append(one);
  return out;
}

int segments(const options& o) {
  auto& folder = o.folder;
  auto misses = o.misses;
  simdjson::dom::parser parser;
  auto data = parser.load((folder / "tests/evaldata.json").string());
  score total;
  int authors = 0;
  int named = 0;
  stop_watch watch;
  for (auto [address, item] : data.get_object()) {
    auto file = std::string{item["file"].get_string().value()};
    if (!o.takes(file))
      continue;
    auto path = folder / "tests/cache" / file;
    if (!fs::exists(path))
      path = folder / "tests/eval" / file;
    auto found = watch.run(read_file(path), std::string{address});
    o.keep(file, found ? found->content.text : std::string{});
    auto text = found ? normalised(found->content.text) : std::string{};
    for (auto wanted : item["with"]) {
      auto hit = text.find(normalised(wanted.get_string().value())) != text.npos;
      (hit ? total.tp : total.fn) += 1;
      if (!hit && misses)
        std::cout << "MISSING " << file << " (" << text.size() << "): " << wanted.get_string().value() << '\n';
    }
    if (auto author = noted_author(item); !author.empty()) {
      auto same = found && same_byline(author, found->content.byline);
      ++authors;
      named += same ? 1 : 0;
      if (!same && misses)
        std::cout << "AUTHOR " << file << " wanted [" << author << "] ours [" << (found ? found->content.byline : "")
                  << "]\n";
    }
    for (auto unwanted : item["without"])
      if (text.find(normalised(unwanted.get_string().value())) != text.npos) {
        total.fp += 1;
        if (misses)
          std::cout << "UNWANTED " << file << ": " << unwanted.get_string().value() << '\n';
      }
  }
  total.print("segments");
  std::cout << "byline: " << named << " of " << authors << " pages whose author is noted\n";
  watch.print();
  return 0;
}

int articles(const options& o) {
  auto& folder = o.folder;
  auto misses = o.misses;
  double sum = 0;
  struct counted {
    int exact = 0;
    int same = 0; ///< as a person reads it
    int of = 0;
  };
  std::map<std::string, counted> metadata;
  stop_watch watch;
  for (auto& entry : fs::directory_iterator{folder / "test/test-pages"}) {
    auto page = entry.path().filename().string();
    if (!o.takes(page))
      continue;
    auto found = watch.run(read_file(entry.path() / "source.html"), "http://fakehost/test/page.html");
    o.keep(page, found ? found->content.text : std::string{});
    auto expected_text = stripped(read_file(entry.path() / "expected.html"));
    auto a = shingles(found ? found->content.text : "");
    auto b = shingles(expected_text);
    double common = 0;
    double size_a = 0;
    double size_b = 0;
    for (auto& [key, n] : a) {
      size_a += n;
      if (auto at = b.find(key); at != b.end())
        common += std::min(n, at->second);
    }
    for (auto& [key, n] : b)
      size_b += n;
    auto f1 = size_a + size_b > 0 ? 2 * common / (size_a + size_b) : 1;
    sum += f1;
    if (misses && f1 < 0.95)
      std::cout << "LOW " << page << ' ' << f1 << " ours " << size_a << " expected " << size_b << '\n';
    simdjson::dom::parser parser;
    auto meta = parser.load((entry.path() / "expected-metadata.json").string());
    for (std::string key : {"title", "byline"}) {
      std::string_view wanted;
      if (meta[key].get_string().get(wanted) != simdjson::SUCCESS || !found)
        continue;
      auto& ours = key == "title" ? found->content.title : found->content.byline;
      auto& count = metadata[key];
      auto exact = normalised(wanted) == normalised(ours);
      auto same = exact || (key == "byline" && same_byline(wanted, ours));
      ++count.of;
      count.exact += exact ? 1 : 0;
      count.same += same ? 1 : 0;
      if (!same && misses)
        std::cout << "META " << page << ' ' << key << " wanted [" << wanted << "] ours [" << ours << "]\n";
    }
  }
  std::cout << "articles: mean shingle F1 " << sum / static_cast<double>(watch.pages) << '\n';
  for (auto& [key, counts] : metadata)
    std::cout << key << ": " << counts.same << " of " << counts.of << " (" << counts.exact << " to the letter)\n";
  watch.print();
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    std::string_view argument{argv[i]};
    if (argument == "--misses")
      o.misses = true;
    else if (argument == "--half" && i + 1 < argc)
      o.half = std::string_view{argv[++i]} == "0" ? 0 : 1;
    else if (argument == "--write" && i + 1 < argc)
      o.write = argv[++i];
    else
      o.folder = argument;
  }
  if (o.folder.empty()) {
    std::cerr << "usage: eval_extraction FOLDER [--misses] [--half 0|1] [--write TEXTS]\n";
    return 2;
  }
  if (fs::exists(o.folder / "tests/evaldata.json"))
    return segments(o);
  if (fs::exists(o.folder / "test/test-pages"))
    return articles(o);
  std::cerr << "eval_extraction: " << o.folder
            << " holds neither tests/evaldata.json nor test/test-pages. Unpack one of the "
            << "extraction archives and give its folder.\n";
  return 1;
}
