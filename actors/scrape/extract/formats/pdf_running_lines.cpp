// Running titles and page numbers of a PDF.
#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/pdf_layout.hpp"

namespace troupe {

namespace {

constexpr double margin = 0.12;            ///< of the page's height: what may be a head or a foot
constexpr double same_place = 6;           ///< points: lines this close stand at the same height
constexpr std::size_t longest_number = 40; ///< bytes of a line that tells the number of its page
constexpr std::size_t fewest = 3;          ///< pages that a running line stands on; 2 of a document of 2 or 3

bool in_margin(const pdf_line& x, const pdf_page& page) {
  auto middle = (x.top + x.bottom) / 2;
  return middle < page.height * margin || middle > page.height * (1 - margin);
}

/// "Page 12 of 40" and "Page 13 of 40" are one.
std::string shape_of(std::string_view text) {
  std::string out;
  for (char c : text)
    if (!is_digit(c))
      out += to_lower(c);
    else if (out.empty() || out.back() != '#')
      out += '#';
  return out;
}

/// Nothing but the number of the page: "12", "- 12 -", "Page 12", "12 / 40".
bool is_page_number(std::string_view text, std::size_t page) {
  if (text.size() > longest_number)
    return false;
  auto shape = shape_of(text);
  for (std::string_view extra : {"page", "seite", "of", "von", "/", "-", "|", "\xE2\x80\x93"})
    for (auto at = shape.find(extra); at != shape.npos; at = shape.find(extra))
      shape.erase(at, extra.size());
  std::erase(shape, ' ');
  auto digits = text.find_first_of("0123456789");
  auto own = std::to_string(page);
  return (shape == "#" || shape == "##") && text.substr(digits, own.size()) == own
         && (digits + own.size() == text.size() || !is_digit(text[digits + own.size()]));
}

struct place {
  std::string shape;
  long row = 0;
  bool operator==(const place&) const = default;
};
struct place_hash {
  std::size_t operator()(const place& x) const noexcept {
    return std::hash<std::string>{}(x.shape) ^ (std::hash<long>{}(x.row) * 31);
  }
};

place place_of(const pdf_line& x) { return {shape_of(x.text), std::lround(std::clamp(x.top, -1e6, 1e6) / same_place)}; }

} // namespace

void drop_running_lines(pdf_layout& x) {
  std::unordered_map<place, std::size_t, place_hash> pages_with;
  for (auto& page : x.pages) {
    std::unordered_set<place, place_hash> here;
    for (auto& line : page.lines)
      if (in_margin(line, page))
        here.insert(place_of(line));
    for (auto& key : here)
      ++pages_with[key];
  }
  auto needed = x.pages.size() <= fewest ? std::size_t{2} : fewest;
  auto repeats = [&](const pdf_line& line) {
    auto key = place_of(line);
    std::size_t count = 0;
    for (long nearby : {-1L, 0L, 1L})
      if (auto found = pages_with.find({key.shape, key.row + nearby}); found != pages_with.end())
        count += found->second;
    return count >= needed;
  };
  for (std::size_t i = 0; i < x.pages.size(); ++i) {
    auto& page = x.pages[i];
    auto begins = false; // a block whose first line goes begins with the next
    std::erase_if(page.lines, [&](pdf_line& line) {
      line.begins_block = line.begins_block || begins;
      auto runs = in_margin(line, page) && (repeats(line) || (x.pages.size() > 1 && is_page_number(line.text, i + 1)));
      begins = runs && line.begins_block;
      return runs;
    });
  }
}

} // namespace troupe
