// Extraction quality and speed on the unpacked evaluation sets (data/README.md there says how each is scored).
//   eval_extraction FOLDER [--misses] [--half 0|1] [--write TEXTS]
// FOLDER holds `tests/evaldata.json` (segments that must and must not be in the text) or `test/test-pages` (expected
// articles, shingle F1). `--half`: only the pages whose name hashes to that half, to develop on one and confirm on the
// other. `--write`: what was extracted, a file for each page, into the folder TEXTS.
#include <algorithm>
#include <array>
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

int segments(const options& o) {
  auto& folder = o.folder;
  auto misses = o.misses;
  simdjson::dom::parser parser;
  auto data = parser.load((folder / "tests/evaldata.json").string());
  score total;
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

/// Bytes at the start of `x` that no word holds: white space, punctuation and symbols, of Unicode's Latin-1,
/// general-punctuation, CJK-punctuation and full-width blocks too (what `\\w` leaves out, nearly).
std::size_t between_words(std::string_view x) {
  auto c = static_cast<unsigned char>(x[0]);
  if (c < 0x80)
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ? 0 : 1;
  auto d = x.size() > 1 ? static_cast<unsigned char>(x[1]) : 0u;
  if (c == 0xC2)
    return 2;
  if (c == 0xE2 && d >= 0x80 && d <= 0xAF)
    return 3;
  if (c == 0xE3 && d == 0x80)
    return 3;
  return c == 0xEF && (d == 0xBC || d == 0xBB) ? 3 : 0;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < text.size();) {
    auto gap = between_words(text.substr(i));
    if (gap == 0) {
      auto c = text[i++];
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      continue;
    }
    i += gap;
    if (!word.empty())
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

/// Does the tag at the start of `x` stand inside a word or line, so that taking it off leaves no space?
bool inline_tag(std::string_view x) {
  x.remove_prefix(std::min<std::size_t>(x.starts_with("</") ? 2 : 1, x.size()));
  auto name = x.substr(0, x.find_first_of(" \t\r\n/>"));
  constexpr std::array names{"a",    "abbr", "b", "cite", "code",  "del",  "em",     "font", "i",   "ins", "kbd",
                             "mark", "q",    "s", "samp", "small", "span", "strong", "sub",  "sup", "u",   "var"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Text of an expected article: its tags taken off.
std::string stripped(const std::string& html) {
  std::string out;
  bool inside = false;
  bool inline_one = false;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<') {
      inside = true;
      inline_one = inline_tag(std::string_view{html}.substr(i));
    }
    if (!inside)
      out += html[i];
    if (html[i] == '>') {
      inside = false;
      out += inline_one ? "" : " ";
    }
  }
  for (auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
         {"&nbsp;", " "}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}})
    for (std::size_t at = 0; (at = out.find(from, at)) != out.npos; at += to.size())
      out.replace(at, from.size(), to);
  return out;
}

int articles(const options& o) {
  auto& folder = o.folder;
  auto misses = o.misses;
  double sum = 0;
  std::map<std::string, std::pair<int, int>> metadata; // right, of
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
      ++metadata[key].second;
      if (normalised(wanted) == normalised(ours))
        ++metadata[key].first;
      else if (misses)
        std::cout << "META " << page << ' ' << key << " wanted [" << wanted << "] ours [" << ours << "]\n";
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
