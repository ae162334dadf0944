#include "gateway/cli/tree_lines.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <map>

#include "gateway/cli/tree_view.hpp"

namespace troupe::cli {

namespace {

std::string lower(std::string s) {
  for (auto& c : s)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return s;
}

/// `extractor/10` after `extractor/9`.
bool by_name(const std::string& a, const std::string& b) {
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i])
    ++i;
  while (i > 0 && digit(a[i - 1])) // back to where the number begins
    --i;
  auto number = [&](const std::string& s) {
    auto end = i;
    while (end < s.size() && digit(s[end]))
      ++end;
    return end - i;
  };
  auto longer_a = number(a);
  auto longer_b = number(b);
  if (longer_a != 0 && longer_b != 0 && longer_a != longer_b)
    return longer_a < longer_b;
  return a.compare(i, std::string::npos, b, i, std::string::npos) < 0;
}

struct arrangement {
  const std::vector<board_row>& rows;
  tree_children below;
  std::vector<double> busiest; ///< of each actor and those below it
  std::vector<bool> shown;
  std::vector<tree_line> lines{};

  /// Fills `busiest` and `shown` from the leaves up.
  void weigh(std::size_t at, const std::string& filter) {
    auto mine = at != no_parent;
    if (mine) {
      busiest[at] = rows[at].info.busy;
      shown[at] = filter.empty() || lower(rows[at].info.path).find(filter) != std::string::npos;
    }
    for (auto i : below[at]) {
      weigh(i, filter);
      if (mine) {
        busiest[at] = std::max(busiest[at], busiest[i]);
        shown[at] = shown[at] || shown[i];
      }
    }
  }

  void write(std::size_t at, const std::string& indent, bool by_busy) {
    auto children = below[at];
    std::erase_if(children, [&](auto i) { return !shown[i]; });
    std::stable_sort(children.begin(), children.end(), [&](auto i, auto j) {
      if (by_busy && busiest[i] != busiest[j])
        return busiest[i] > busiest[j];
      return by_name(rows[i].info.path, rows[j].info.path);
    });
    for (auto i : children) {
      const auto& path = rows[i].info.path;
      auto root = at == no_parent;
      auto last = i == children.back();
      lines.push_back(
        {root ? "" : indent + (last ? "└─ " : "├─ "), root ? path : path.substr(rows[at].info.path.size() + 1), i});
      write(i, root ? "" : indent + (last ? "   " : "│  "), by_busy);
    }
  }
};

std::string right(const std::string& text, unsigned width) {
  auto used = columns(text);
  return used < width ? std::string(width - used, ' ') + text : text;
}

std::string rate_text(double x) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), x < 9.95 ? "%.1f" : "%.0f", x);
  return x < 0.05 ? "0" : out.data();
}

} // namespace

std::vector<tree_line> tree_lines(const std::vector<board_row>& rows, bool by_busy, const std::string& filter) {
  std::vector<actor_info> actors;
  for (const auto& row : rows)
    actors.push_back(row.info);
  arrangement x{rows, link_up(actors), std::vector<double>(rows.size()), std::vector<bool>(rows.size())};
  x.weigh(no_parent, lower(filter));
  x.write(no_parent, "", by_busy);
  return std::move(x.lines);
}

std::string figures_header() {
  using c = figure_columns;
  return padded("STATE", c::state) + right("UP", c::up) + right("RST", c::restarts) + right("QUEUE", c::queue)
         + right("BUSY %", c::busy) + right("MSG/S", c::rate) + "  STATUS";
}

std::string figures_text(const board_row& x, std::chrono::steady_clock::time_point now, timestamp wall) {
  using c = figure_columns;
  auto busy = std::to_string(static_cast<int>(x.info.busy * 100 + 0.5));
  return right(up_text(x.info, wall), c::up)
         + right(x.info.restarts == 0 ? "" : std::to_string(x.info.restarts), c::restarts)
         + right(std::to_string(x.info.queue), c::queue) + right(busy, c::busy)
         + right(rate_text(x.rate_at(now)), c::rate);
}

std::string up_text(const actor_info& x, timestamp now) {
  if (x.started_at == timestamp{} || x.state != actor_state::running || now < x.started_at)
    return "-";
  auto s = std::chrono::duration_cast<std::chrono::seconds>(now - x.started_at).count();
  if (s < 120)
    return std::to_string(s) + " s";
  if (s < 7200)
    return std::to_string(s / 60) + " min";
  return s < 172'800 ? std::to_string(s / 3600) + " h" : std::to_string(s / 86'400) + " d";
}

std::string state_colour(actor_state x) { return colour_of(x); }

} // namespace troupe::cli
