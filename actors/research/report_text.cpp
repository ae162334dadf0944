#include "actors/research/report_text.hpp"

#include <algorithm>

namespace troupe {

std::string_view without_sources(std::string_view markdown) {
  auto at = markdown.rfind("\n## Sources\n");
  return at == std::string_view::npos ? markdown : markdown.substr(0, at + 1);
}

namespace {

/// Length of the mark at the start of `s`, 0 when there is none.
std::size_t mark_length(std::string_view s, const report& answer) {
  std::size_t i = 1;
  std::uint32_t n = 0;
  while (i < s.size() && i < 8 && s[i] >= '0' && s[i] <= '9')
    n = n * 10 + static_cast<std::uint32_t>(s[i++] - '0');
  auto closed = i > 1 && i < s.size() && s[i] == ']';
  auto exists = std::any_of(answer.citations.begin(), answer.citations.end(), [n](auto& x) { return x.n == n; });
  return closed && exists ? i + 1 : 0;
}

} // namespace

std::string link_marks(std::string_view markdown, const report& answer) {
  std::string out;
  std::string_view fence;
  for (std::size_t i = 0; i < markdown.size(); ++i) {
    if (i == 0 || markdown[i - 1] == '\n') {
      auto line = markdown.substr(i, markdown.find('\n', i) - i);
      auto ticks = line.substr(0, std::min(line.find_first_not_of('`'), line.size()));
      auto opens = fence.empty() && ticks.size() >= 3;
      auto closes = !fence.empty() && line == fence;
      if (opens || closes)
        fence = opens ? ticks : std::string_view{};
    }
    if (markdown[i] == '\\' && i + 1 < markdown.size() && fence.empty()) {
      out.append(markdown.substr(i++, 2));
      continue;
    }
    auto length = markdown[i] == '[' && fence.empty() ? mark_length(markdown.substr(i), answer) : 0;
    if (length == 0) {
      out += markdown[i];
      continue;
    }
    auto mark = std::string{markdown.substr(i, length)};
    out += "[" + mark + "](#citation-" + mark.substr(1, length - 2) + ")";
    i += length - 1;
  }
  return out;
}

namespace {

/// Whether it begins with a control of writing direction (U+202A to U+202E, U+2066 to U+2069), which could show what
/// stands beside it in another order.
bool reorders(std::string_view s) {
  if (s.size() < 3 || s[0] != '\xE2')
    return false;
  return (s[1] == '\x80' && s[2] >= '\xAA' && s[2] <= '\xAE') || (s[1] == '\x81' && s[2] >= '\xA6' && s[2] <= '\xA9');
}

} // namespace

std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto u = static_cast<unsigned char>(text[i]);
    auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
    if ((u < 0x20 && u != '\n' && u != '\t') || u == 0x7f)
      continue;
    if (u == 0xC2 && next >= 0x80 && next < 0xA0) { // C1: U+0080 to U+009F
      ++i;
      continue;
    }
    if (reorders(text.substr(i, 3))) {
      i += 2;
      continue;
    }
    out += text[i];
  }
  return out;
}

std::string on_page(const citation& x) { return x.page == 0 ? std::string{} : ", p. " + std::to_string(x.page); }

} // namespace troupe
