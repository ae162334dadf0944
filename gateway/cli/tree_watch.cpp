#include "gateway/cli/tree_watch.hpp"

#include <array>
#include <ctime>

#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/raw_terminal.hpp"
#include "gateway/cli/tree_feed.hpp"
#include "gateway/cli/tree_screen.hpp"
#include "gateway/cli/tree_view.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::cli {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds step{100};         ///< how soon a key or a new size shows
constexpr std::chrono::seconds redraw{1}; ///< up times go on though nothing changes

bool go_on() { return interrupts() == 0 && printed() == output_fate::written; }

} // namespace

expected<http_answer> restart_actor(const http_client& server, const std::string& path) {
  json_writer body;
  body.begin_object().field("path", path).end_object();
  http_call call;
  call.method = "POST";
  call.path = "/api/v1/tree/restart";
  call.media_type = "application/json";
  call.body = body.str();
  call.within = std::chrono::seconds{10};
  return server.send(call);
}

namespace {

std::string restart(const http_client& server, const std::string& path) {
  auto answer = restart_actor(server, path);
  return answer ? path + " was restarted" : told(answer.error());
}

/// Takes what has come; whether that was anything.
bool take_all(tree_feed& feed, tree_board& board) {
  bool any = false;
  for (auto message = feed.next(milliseconds{0}); !message.empty(); message = feed.next(milliseconds{0}))
    any = board.take(message, clock::now()) || any;
  return any;
}

exit_status watch_on_screen(const http_client& server, tree_feed& feed) {
  raw_terminal terminal;
  tree_board board;
  tree_screen screen{terminal_of(1).colour};
  screen_size size;
  std::string trouble;
  clock::time_point drawn{};
  while (go_on() && terminal.open()) {
    bool fresh = take_all(feed, board);
    for (auto pressed : parse_keys(terminal.read(step))) {
      auto wish = screen.press(pressed);
      fresh = true;
      if (wish.what == screen_wish::kind::quit)
        return exit_status::done;
      if (wish.what == screen_wish::kind::restart)
        screen.say(restart(server, wish.path));
    }
    auto trouble_now = feed.trouble();
    if (trouble_now != trouble)
      screen.say(trouble_now.empty() ? "connected again" : trouble_now + "; trying again");
    fresh = fresh || trouble_now != trouble;
    trouble = std::move(trouble_now);
    auto now = clock::now();
    auto size_now = raw_terminal::size();
    if (!fresh && size_now == size && now - drawn < redraw)
      continue;
    size = size_now;
    drawn = now;
    screen.show(board.rows(), now);
    print(screen.draw(size, std::chrono::system_clock::now()));
  }
  return exit_status::done;
}

std::string time_of_day() {
  auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 16> out{};
  std::strftime(out.data(), out.size(), "%H:%M:%S", &parts);
  return out.data();
}

exit_status watch_as_lines(tree_feed& feed, bool json) {
  tree_board board;
  bool begun = false;
  bool away = false;
  while (go_on()) {
    auto message = feed.next(step);
    if (auto trouble = feed.trouble(); message.empty() && trouble.empty() == away) {
      away = !trouble.empty();
      tell(away ? error{errc::unavailable, trouble, "It is tried again every second until Ctrl-C."}
                : error{errc::none, "connected again", {}});
    }
    if (message.empty())
      continue;
    if (json) {
      print(message + "\n");
      continue;
    }
    std::vector<std::string> news;
    if (!board.take(message, clock::now(), &news))
      continue;
    if (!std::exchange(begun, true))
      print(draw_tree(board.actors(), std::chrono::system_clock::now(), terminal_of(1)));
    for (const auto& line : news)
      print(time_of_day() + "  " + line + "\n");
  }
  return exit_status::done;
}

} // namespace

exit_status watch_tree(const http_client& server, bool json) {
  auto feed = tree_feed::open(server.base());
  if (!feed)
    return tell_and_fail(feed.error());
  return json || !at_a_terminal() ? watch_as_lines(**feed, json) : watch_on_screen(server, **feed);
}

} // namespace troupe::cli
