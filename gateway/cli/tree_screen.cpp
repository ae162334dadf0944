#include "gateway/cli/tree_screen.hpp"

#include <algorithm>

#include "gateway/cli/tree_lines.hpp"

namespace troupe::cli {

void tree_screen::show(const std::vector<board_row>& rows, std::chrono::steady_clock::time_point now) {
  auto at = place(); // while the lines still point to what they show
  rows_ = rows;
  now_ = now;
  arrange(at);
}

void tree_screen::arrange(std::size_t before) {
  lines_.clear();
  for (auto& x : tree_lines(rows_, by_busy_, filter_))
    lines_.push_back({std::move(x.lead), std::move(x.name), &rows_[x.row]});
  if (lines_.empty())
    return;
  auto still = std::any_of(lines_.begin(), lines_.end(), [&](auto& x) { return x.row->info.path == selected_; });
  if (!still) // it has ended, or the filter hides it: what stands in its place
    selected_ = lines_[std::min(before, lines_.size() - 1)].row->info.path;
}

std::size_t tree_screen::place() const {
  for (std::size_t i = 0; i < lines_.size(); ++i)
    if (lines_[i].row->info.path == selected_)
      return i;
  return 0;
}

void tree_screen::move(std::ptrdiff_t by) {
  if (lines_.empty())
    return;
  auto to = static_cast<std::ptrdiff_t>(place()) + by;
  auto last = static_cast<std::ptrdiff_t>(lines_.size()) - 1;
  selected_ = lines_[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, last))].row->info.path;
}

screen_wish tree_screen::press(key_press pressed) {
  words_.clear();
  switch (mode_) {
  case mode::filtering:
    press_filtering(pressed);
    return {};
  case mode::asking:
    return press_asking(pressed);
  case mode::looking:
    break;
  }
  return press_looking(pressed);
}

screen_wish tree_screen::press_looking(key_press pressed) {
  auto page = static_cast<std::ptrdiff_t>(page_);
  auto all = static_cast<std::ptrdiff_t>(lines_.size());
  auto is = [&](key what, char letter) { return pressed.what == what || pressed == key_press{key::text, letter}; };
  if (pressed == key_press{key::text, 'q'})
    return {screen_wish::kind::quit, {}};
  if (is(key::up, 'k'))
    move(-1);
  else if (is(key::down, 'j'))
    move(1);
  else if (pressed.what == key::page_up || pressed.what == key::page_down)
    move(pressed.what == key::page_up ? -page : page);
  else if (is(key::home, 'g') || is(key::end, 'G'))
    move(is(key::home, 'g') ? -all : all);
  else if (pressed == key_press{key::text, 'r'} && selected_.find('/') != std::string::npos)
    mode_ = mode::asking;
  else if (pressed == key_press{key::text, 'r'})
    words_ = "the root can't be restarted: drain the node instead (troupe drain)";
  else if (pressed == key_press{key::text, '/'})
    mode_ = mode::filtering;
  else if (pressed == key_press{key::text, 's'})
    by_busy_ = !by_busy_;
  else if (pressed.what == key::escape)
    filter_.clear();
  arrange(place());
  return {};
}

/// A restart loses what the actor has in hand, so it is asked about once.
screen_wish tree_screen::press_asking(key_press pressed) {
  mode_ = mode::looking;
  if (pressed == key_press{key::text, 'y'})
    return {screen_wish::kind::restart, selected_};
  return {};
}

void tree_screen::press_filtering(key_press pressed) {
  if (pressed.what == key::text && filter_.size() < 100)
    filter_ += pressed.letter;
  else if (pressed.what == key::backspace && !filter_.empty())
    filter_.pop_back();
  else if (pressed.what == key::escape)
    filter_.clear();
  if (pressed.what == key::enter || pressed.what == key::escape)
    mode_ = mode::looking;
  arrange(place());
}

std::string tree_screen::title(timestamp now) const {
  if (rows_.empty())
    return "troupe · waiting for the tree";
  const auto& root = rows_.front().info;
  auto text = printable(root.path) + " · " + counted(rows_.size(), "actor") + " · up " + up_text(root, now);
  auto bad = std::count_if(rows_.begin(), rows_.end(), [](auto& x) { return x.info.state != actor_state::running; });
  if (bad > 0)
    text += " · " + std::to_string(bad) + " not running";
  text += by_busy_ ? " · busiest first" : "";
  return text + (filter_.empty() ? "" : " · filter: " + filter_);
}

std::string tree_screen::foot() const {
  switch (mode_) {
  case mode::filtering:
    return "filter: " + filter_ + "_  (Enter keeps it, Esc drops it)";
  case mode::asking:
    return "Restart " + printable(selected_) + "? What it has in hand is lost. y / n";
  case mode::looking:
    break;
  }
  return words_.empty() ? "q quit  j/k select  r restart  / filter  s " + std::string{by_busy_ ? "by name" : "by busy"}
                        : printable(words_);
}

std::string tree_screen::row_text(const line& x, const screen_size& size, unsigned name_width, timestamp now) const {
  const auto& info = x.row->info;
  auto name = padded(shortened(x.lead + printable(x.name), name_width), name_width);
  auto state = padded(to_string(info.state), figure_columns::state);
  auto figures = figures_text(*x.row, now_, now);
  auto used = name_width + 1 + columns(state) + columns(figures) + 2;
  auto words = printable(info.status);
  if (!info.last_error.empty())
    words += (words.empty() ? "" : " · ") + std::string{"last error: "} + printable(info.last_error);
  auto rest = size.columns > used ? shortened(words, size.columns - used) : std::string{};
  if (info.path == selected_) // one colour for the whole line
    return "\x1b[7m" + padded(shortened(name + " " + state + figures + "  " + rest, size.columns), size.columns)
           + "\x1b[0m";
  auto painted = colour_ ? state_colour(info.state) + state + "\x1b[0m" : state;
  return used > size.columns ? shortened(name + " " + state + figures, size.columns)
                             : name + " " + painted + figures + "  " + rest;
}

std::string tree_screen::draw(screen_size size, timestamp now) {
  constexpr unsigned around = 3; // title, header, foot
  page_ = size.rows > around ? size.rows - around : 1;
  auto at = place();
  top_ = std::min(top_, at);
  if (at >= top_ + page_)
    top_ = at - page_ + 1;
  top_ = std::min(top_, lines_.size() > page_ ? lines_.size() - page_ : 0); // a window that has grown shows more
  unsigned name_width = 16;
  for (const auto& x : lines_)
    name_width = std::max(name_width, columns(x.lead) + columns(printable(x.name)));
  name_width = std::min(name_width, std::max(16u, size.columns * 2 / 5));

  constexpr const char* next = "\x1b[K\r\n";
  auto out = "\x1b[H" + shortened(title(now), size.columns) + next;
  out += "\x1b[1m" + shortened(padded("ACTOR", name_width) + " " + figures_header(), size.columns) + "\x1b[0m" + next;
  for (std::size_t i = top_; i < std::min(lines_.size(), top_ + page_); ++i)
    out += row_text(lines_[i], size, name_width, now) + next;
  for (auto i = lines_.size(); i < page_; ++i)
    out += next;
  if (lines_.empty() && !filter_.empty() && words_.empty() && mode_ == mode::looking)
    words_ = "nothing matches the filter; Esc drops it";
  return out + shortened(foot(), size.columns > 1 ? size.columns - 1 : 1) + "\x1b[K\x1b[J";
}

} // namespace troupe::cli
