#include "gateway/cli/tree_board.hpp"

#include <algorithm>

#include "gateway/cli/terminal.hpp"
#include "gateway/cli/tree_view.hpp"

namespace troupe::cli {

namespace {

constexpr std::chrono::milliseconds fresh{2500}; ///< some looks of the server

std::string news_line(const actor_info& x) {
  auto line = printable(x.path) + "  " + to_string(x.state);
  if (x.restarts > 0)
    line += "  " + counted(x.restarts, "restart");
  if (!x.status.empty())
    line += "  " + printable(x.status);
  if (!x.last_error.empty())
    line += "  last error: " + printable(x.last_error);
  return line;
}

/// Without its figures: who reads lines wants to hear of other things.
std::string words_of(const std::string& status) {
  std::string words;
  for (auto c : status)
    if ((c < '0' || c > '9') && c != '.' && c != ',')
      words += c;
  return words;
}

bool says_more(const actor_info& before, const actor_info& now) {
  return before.state != now.state || before.restarts != now.restarts || before.last_error != now.last_error
         || words_of(before.status) != words_of(now.status);
}

} // namespace

double board_row::rate_at(std::chrono::steady_clock::time_point now) const {
  return now - changed_at > fresh ? 0.0 : rate;
}

bool tree_board::take(std::string_view message, std::chrono::steady_clock::time_point at,
                      std::vector<std::string>* news) {
  json_document parsed;
  if (!parsed.parse(message))
    return false;
  auto root = parsed.root();
  auto type = root.text("type");
  if (type != "snapshot" && type != "changes")
    return false;
  auto changed = tree_actors(root);
  if (type == "snapshot") { // also after a break: those that still run keep their figures
    auto still = [&](const board_row& row) {
      return std::any_of(changed.begin(), changed.end(), [&](auto& x) { return x.path == row.info.path; });
    };
    std::erase_if(rows_, [&](const board_row& row) { return !still(row); });
  }
  for (const auto& path : root.items("removed"))
    std::erase_if(rows_, [gone = path.as_text(), news](const board_row& row) {
      if (row.info.path == gone && news != nullptr)
        news->push_back(printable(gone) + "  gone");
      return row.info.path == gone;
    });
  for (auto& x : changed)
    put(std::move(x), at, type == "changes" ? news : nullptr);
  return true;
}

void tree_board::put(actor_info x, std::chrono::steady_clock::time_point at, std::vector<std::string>* news) {
  auto found = std::find_if(rows_.begin(), rows_.end(), [&](auto& row) { return row.info.path == x.path; });
  if (news != nullptr && (found == rows_.end() || says_more(found->info, x)))
    news->push_back(news_line(x));
  if (found == rows_.end()) {
    rows_.push_back({std::move(x), 0, at});
    return;
  }
  auto seconds = std::chrono::duration<double>(at - found->changed_at).count();
  auto more = x.messages >= found->info.messages ? x.messages - found->info.messages : x.messages;
  found->rate = seconds > 0 ? static_cast<double>(more) / seconds : 0;
  found->changed_at = at;
  found->info = std::move(x);
}

std::vector<actor_info> tree_board::actors() const {
  std::vector<actor_info> out;
  for (const auto& row : rows_)
    out.push_back(row.info);
  return out;
}

} // namespace troupe::cli
