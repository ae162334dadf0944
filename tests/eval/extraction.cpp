// Extraction quality and speed on the unpacked evaluation sets (data/README.md there says how each is scored).
//   eval_extraction FOLDER [--misses]
// FOLDER holds `tests/evaldata.json` (segments that must and must not be in the text) or `test/test-pages` (expected
// articles, shingle F1).
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

namespace fs = std::filesystem;
using namespace troupe;

namespace {

using clock_type = std::chrono::steady_clock;

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// White space (with the no-break and other Unicode spaces that `\s` means) as one space.
std::string normalised(std::string_view x) {
  std::string out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto rest = x.substr(i);
    std::size_t width = 0;
    if (std::string_view{" \t\n\r\f\v\x1C\x1D\x1E\x1F"}.find(x[i]) != std::string_view::npos)
      width = 1;
    else if (rest.starts_with("\xC2\xA0") || rest.starts_with("\xC2\x85"))
      width = 2;
    else if (rest.starts_with("\xE3\x80\x80") || rest.starts_with("\xE2\x80\xAF") || rest.starts_with("\xE2\x80\xA8")
             || rest.starts_with("\xE2\x80\xA9")
             || (rest.starts_with("\xE2\x80") && rest.size() > 2 && static_cast<unsigned char>(rest[2]) <= 0x8A))
      width = 3;
    if (width == 0) {
      out += x[i];
      continue;
    }
    i += width - 1;
    if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
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

int segments(const fs::path& folder, bool misses) {
  simdjson::dom::parser parser;
  auto data = parser.load((folder / "tests/evaldata.json").string());
  score total;
  stop_watch watch;
  for (auto [address, item] : data.get_object()) {
    auto file = std::string{item["file"].get_string().value()};
    auto path = folder / "tests/cache" / file;
    if (!fs::exists(path))
      path = folder / "tests/eval" / file;
    auto found = watch.run(read_file(path), std::string{address});
    auto text = found ? normalised(found->content.text) : std::string{};
    for (auto wanted : item["with"]) {
      auto hit = text.find(normalised(wanted.get_string().value())) != text.npos;
      (hit ? total.tp : total.fn) += 1;
      if (!hit && misses)
        std::cout << "MISSING " << file << " (" << text.size() << "): " << wanted.get_string().value() << '\n';
    }
    for (auto unwanted : item["without"])
      if (text.find(normalised(unwanted.get_string().value())) != text.npos) {
        total.fp += 1;
        if (misses)
          std::cout << "UNWANTED " << file << ": " << unwanted.get_string().value() << '\n';
      }
  }
  total.print("segments");
  watch.print();
  return 0;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text) {
    auto part = static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    if (part)
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    else if (!word.empty())
      words.push_back(std::move(word)), word.clear();
  }
  if (!word.empty())
    words.push_back(std::move(word));
  return words;
}

/// Runs of four words with how often they occur.
std::map<std::string, int> shingles(std::string_view text) {
  auto words = words_of(text);
  std::map<std::string, int> out;
  constexpr std::size_t n = 4;
  if (words.size() < n && !words.empty())
    words.resize(n);
  for (std::size_t i = 0; i + n <= words.size(); ++i)
    ++out[words[i] + ' ' + words[i + 1] + ' ' + words[i + 2] + ' ' + words[i + 3]];
  return out;
}

/// Text of an expected article: its tags taken off.
std::string stripped(const std::string& html) {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<')
      inside = true;
    if (!inside)
      out += html[i];
    if (html[i] == '>')
      inside = false, out += ' ';
  }
  for (auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
         {"&nbsp;", " "}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}})
    for (std::size_t at = 0; (at = out.find(from, at)) != out.npos; at += to.size())
      out.replace(at, from.size(), to);
  return out;
}

int articles(const fs::path& folder, bool misses) {
  double sum = 0;
  std::map<std::string, std::pair<int, int>> metadata; // right, of
  stop_watch watch;
  for (auto& entry : fs::directory_iterator{folder / "test/test-pages"}) {
    auto found = watch.run(read_file(entry.path() / "source.html"), "http://fakehost/test/page.html");
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
    if (misses && f1 < 0.85)
      std::cout << "LOW " << entry.path().filename().string() << ' ' << f1 << " ours " << size_a << " expected "
                << size_b << '\n';
    simdjson::dom::parser parser;
    auto meta = parser.load((entry.path() / "expected-metadata.json").string());
    for (std::string key : {"title", "byline"}) {
      std::string_view wanted;
      if (meta[key].get_string().get(wanted) != simdjson::SUCCESS || !found)
        continue;
      auto& ours = key == "title" ? found->content.title : found->content.byline;
      ++metadata[key].second;
      if (normalised(wanted) == normalised(ours))
        ++metadata[key].first;
      else if (misses)
        std::cout << "META " << entry.path().filename().string() << ' ' << key << " wanted [" << wanted << "] ours ["
                  << ours << "]\n";
    }
  }
  std::cout << "articles: mean shingle F1 " << sum / static_cast<double>(watch.pages) << '\n';
  for (auto& [key, counts] : metadata)
    std::cout << key << ": " << counts.first << " of " << counts.second << " exact\n";
  watch.print();
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: eval_extraction FOLDER [--misses]\n";
    return 2;
  }
  fs::path folder{argv[1]};
  auto misses = argc > 2 && std::string_view{argv[2]} == "--misses";
  if (fs::exists(folder / "tests/evaldata.json"))
    return segments(folder, misses);
  if (fs::exists(folder / "test/test-pages"))
    return articles(folder, misses);
  std::cerr << "eval_extraction: " << folder
            << " holds neither tests/evaldata.json nor test/test-pages. Unpack one of the "
            << "extraction archives and give its folder.\n";
  return 1;
}
