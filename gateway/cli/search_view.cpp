#include "gateway/cli/search_view.hpp"

#include <array>
#include <cstdio>
#include <sstream>

namespace troupe::cli {

namespace {

constexpr std::size_t most_lines = 6;

std::string heading_of(const json_view& hit) {
  auto title = printable(hit.text("title"));
  auto heading = printable(hit.text("heading"));
  if (title.empty())
    return heading.empty() ? "(untitled)" : heading;
  if (heading.starts_with(title + " > ")) // the headings above a passage begin with the page's own
    heading.erase(0, title.size() + 3);
  return heading.empty() || heading == title ? title : title + " › " + heading;
}

} // namespace

std::vector<std::string> wrapped(std::string_view text, unsigned width) {
  std::vector<std::string> out;
  std::istringstream words{printable(text)};
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      out.push_back(line);
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty())
    out.push_back(line);
  return out;
}

std::string draw_hits(const std::vector<json_view>& hits, const terminal& where) {
  std::string out;
  std::size_t n = 0;
  for (const auto& hit : hits) {
    std::array<char, 32> score{};
    std::snprintf(score.data(), score.size(), "%.3f", hit.number("score"));
    auto number = std::to_string(++n) + ". ";
    std::string indent(number.size(), ' ');
    auto name = shortened(heading_of(hit), where.width - static_cast<unsigned>(number.size()) - 8);
    out += (n > 1 ? "\n" : "") + number + (where.colour ? "\x1b[1m" + name + "\x1b[0m" : name) + "  " + score.data()
           + "\n" + indent + printable(hit.text("url")) + "\n";
    auto lines = wrapped(hit.text("text"), where.width - static_cast<unsigned>(indent.size()));
    auto cut = lines.size() > most_lines;
    lines.resize(std::min(lines.size(), most_lines));
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += indent + lines[i] + (cut && i + 1 == lines.size() ? " …" : "") + "\n";
  }
  return out;
}

} // namespace troupe::cli
