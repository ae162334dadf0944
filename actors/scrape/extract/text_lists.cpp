#include "actors/scrape/extract/text_lists.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t deepest = 64;    ///< lists in lists that are told apart
constexpr std::size_t most_lists = 16; ///< that are written in one another

/// Bytes and style of a marker at the start of `x`, without the space behind it.
std::size_t read_marker(std::string_view x, text_marker& out) {
  if (x.starts_with('-') || x.starts_with('*') || x.starts_with('+')) {
    out.style = x.front();
    return 1;
  }
  constexpr std::string_view dot = "\xE2\x80\xA2";
  if (x.starts_with(dot)) {
    out.style = 'o';
    return dot.size();
  }
  if (x.starts_with("#.")) {
    out.style = '#';
    out.number = 1;
    return 2;
  }
  std::size_t at = x.starts_with('(') ? 1 : 0;
  auto first = at;
  for (; at < x.size() && is_digit(x[at]) && at < first + 3; ++at)
    out.number = out.number * 10 + static_cast<std::uint32_t>(x[at] - '0');
  if (at == first || at >= x.size() || (x[at] != ')' && (first > 0 || x[at] != '.')))
    return 0;
  out.style = first > 0 ? '(' : x[at];
  return at + 1;
}

/// What one walk over the lines remembers: the last item of every list that may go on.
class item_finder {
public:
  explicit item_finder(const std::vector<std::string_view>& lines) : lines_(lines), found_(lines.size()) {}

  std::vector<bool> find() {
    std::string_view previous;
    auto opens = true;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      auto line = trim(lines_[i]);
      if (line.empty()) {
        opens = true;
        continue;
      }
      if (auto x = marker_of(lines_[i]); x.style == 0)
        pass(text_indentation(lines_[i]), opens);
      else
        note(x, i, opens || previous.ends_with(':') || is_text_rule(previous));
      previous = line;
      opens = false;
    }
    return std::move(found_);
  }

private:
  struct last_item {
    text_marker marker;
    std::size_t line = 0;
  };

  /// A paragraph that stands left of an item's text ends the item's list.
  void pass(std::size_t indent, bool opens) {
    while (opens && !open_.empty() && indent < open_.back().marker.content)
      open_.pop_back();
  }

  void note(const text_marker& x, std::size_t i, bool expected) {
    while (!open_.empty() && x.indent < open_.back().marker.indent && !x.level_with(open_.back().marker))
      open_.pop_back();
    if (x.style == 'o' || (expected && (!x.ordered() || x.style == '#')))
      found_[i] = true;
    if (open_.empty() || (!x.level_with(open_.back().marker) && open_.size() < deepest)) {
      open_.push_back({x, i});
      return;
    }
    auto& last = open_.back();
    if (x.style == last.marker.style && (!x.ordered() || x.style == '#' || x.number == last.marker.number + 1))
      found_[i] = found_[last.line] = true;
    last = {x, i};
  }

  const std::vector<std::string_view>& lines_;
  std::vector<bool> found_;
  std::vector<last_item> open_;
};

} // namespace

void open_text_lists::enter(const text_marker& x) {
  while (!lists_.empty() && x.indent < lists_.back().indent && !x.level_with(lists_.back()))
    close();
  if (lists_.empty() || (!x.level_with(lists_.back()) && lists_.size() < most_lists)) {
    out_.open_list(x.ordered(), x.number);
    lists_.push_back(x);
  } else {
    out_.close_item();
    if (x.style != lists_.back().style) {
      out_.close_list();
      out_.open_list(x.ordered(), x.number);
    }
    lists_.back() = x;
  }
  out_.open_item();
}

void open_text_lists::leave(std::size_t indent) {
  while (!lists_.empty() && (indent == 0 || indent < lists_.back().content))
    close();
}

void open_text_lists::close() {
  out_.close_item();
  out_.close_list();
  lists_.pop_back();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::size_t text_indentation(std::string_view line) {
  std::size_t width = 0;
  for (char c : line) {
    if (c == '\t')
      width += 8;
    else if (c == ' ')
      ++width;
    else
      break;
  }
  return width;
}

bool is_text_rule(std::string_view line) {
  line = trim(line);
  constexpr std::string_view marks = "=-~^*#\"'`+";
  return line.size() >= 3 && marks.find(line.front()) != marks.npos
         && std::all_of(line.begin(), line.end(), [&](char c) { return c == line.front(); });
}

text_marker marker_of(std::string_view line) {
  text_marker out;
  auto start = std::min(line.find_first_not_of(" \t"), line.size());
  auto size = read_marker(line.substr(start), out);
  auto rest = line.substr(start + size);
  auto text = std::min(rest.find_first_not_of(" \t"), rest.size());
  if (size == 0 || text == 0 || trim(rest).empty())
    return {};
  out.indent = text_indentation(line);
  out.content = out.indent + (out.style == 'o' ? 1 : size) + text_indentation(rest);
  out.bytes = start + size + text;
  return out;
}

std::vector<bool> item_lines(const std::vector<std::string_view>& lines) { return item_finder{lines}.find(); }

} // namespace troupe
