#include "actors/scrape/extract/formats/pdf_layout.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/html_entities.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_pages = 20'000;
constexpr double plain_line = 12; ///< points between lines whose places are not known

/// Letters that printers join (U+FB00 to U+FB04). NFKC would do more than is wanted: it makes x² an x2.
std::string without_ligatures(std::string x) {
  static constexpr std::array<std::string_view, 5> letters{"ff", "fi", "fl", "ffi", "ffl"};
  constexpr std::string_view head = "\xEF\xAC";
  if (x.find(head) == x.npos)
    return x;
  std::string out;
  for (std::size_t i = 0; i < x.size();) {
    auto last = x.compare(i, 2, head) == 0 && i + 2 < x.size() ? static_cast<unsigned char>(x[i + 2]) - 0x80u : 5u;
    if (last < letters.size())
      out += letters[last];
    else
      out += x[i];
    i += last < letters.size() ? 3 : 1;
  }
  return out;
}

std::string text_of(std::string_view escaped) {
  std::string decoded;
  append_decoded(decoded, escaped, false);
  auto text = repair_utf8(decoded);
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); });
  return without_ligatures(collapse(text));
}

double number_of(std::string_view tag, std::string_view name) {
  auto at = tag.find(name);
  if (at == tag.npos)
    return 0;
  at += name.size();
  double x = 0;
  auto [end, bad] = std::from_chars(tag.data() + at, tag.data() + tag.size(), x);
  return bad == std::errc{} && std::isfinite(x) ? x : 0;
}

std::string_view between(std::string_view x, std::string_view from, std::string_view to) {
  auto start = x.find(from);
  if (start == x.npos)
    return {};
  start += from.size();
  auto end = x.find(to, start);
  return end == x.npos ? std::string_view{} : x.substr(start, end - start);
}

/// Every element begins on a line of its own; only words have text.
class layout_reader {
public:
  void line(std::string_view x) {
    x = trim(x);
    if (x.starts_with("<page ") && out.pages.size() < most_pages) {
      out.pages.push_back({number_of(x, "height=\""), {}});
      begins_block_ = true;
    } else if (x.starts_with("<block ")) {
      begins_block_ = true;
    } else if (x.starts_with("<line ") && !out.pages.empty()) {
      open_ = {{},
               number_of(x, "xMin=\""),
               number_of(x, "yMin=\""),
               number_of(x, "xMax=\""),
               number_of(x, "yMax=\""),
               begins_block_};
    } else if (x.starts_with("<word")) {
      auto word = text_of(between(x, ">", "</word>"));
      if (!word.empty())
        open_.text += (open_.text.empty() ? "" : " ") + word;
    } else if (x.starts_with("</line>") && !out.pages.empty() && !open_.text.empty()) {
      out.pages.back().lines.push_back(std::move(open_));
      open_ = {};
      begins_block_ = false;
    }
  }

  pdf_layout out;

private:
  pdf_line open_;
  bool begins_block_ = true;
};

} // namespace

pdf_layout read_pdf_layout(std::string_view xhtml) {
  layout_reader reader;
  auto body = std::min(xhtml.find("<body>"), xhtml.size());
  auto head = xhtml.substr(0, body);
  reader.out.title = text_of(clip(between(head, "<title>", "</title>"), 1000));
  reader.out.author = text_of(clip(between(head, "<meta name=\"Author\" content=\"", "\"/>"), 1000));
  for (auto rest = xhtml.substr(body); !rest.empty();) {
    auto end = std::min(rest.find('\n'), rest.size());
    reader.line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::move(reader.out);
}

pdf_layout read_pdf_plain(std::string_view text) {
  pdf_layout out;
  while (!text.empty() && out.pages.size() < most_pages) {
    auto end = std::min(text.find('\f'), text.size());
    auto page = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto& to = out.pages.emplace_back();
    auto begins = true;
    while (!page.empty()) {
      auto line_end = std::min(page.find('\n'), page.size());
      auto words = without_ligatures(collapse(repair_utf8(page.substr(0, line_end))));
      page.remove_prefix(std::min(line_end + 1, page.size()));
      std::erase(words, '\0');
      if (!words.empty())
        to.lines.push_back({words, 0, to.height, 500, to.height + plain_line, begins});
      begins = words.empty();
      to.height += plain_line;
    }
  }
  return out;
}

} // namespace troupe
