// `troupe tree --watch` without a terminal: what the stream says becomes rows, keys become wishes, and all fits the
// screen.
#define CAF_SUITE cli_tree_screen

#include <random>
#include <sstream>

#include "gateway/cli/terminal.hpp"
#include "gateway/cli/tree_lines.hpp"
#include "gateway/cli/tree_screen.hpp"
#include "protocols/json/event_json.hpp"
#include "protocols/json/writer.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::cli;

namespace {

using clock = std::chrono::steady_clock;
const clock::time_point start = clock::time_point{} + std::chrono::hours{1};
const timestamp wall = timestamp{} + std::chrono::hours{1'000};

struct told {
  std::string path;
  std::uint64_t messages = 0;
  double busy = 0;
  std::string state = "running";
  std::string status = {};
  std::uint64_t restarts = 0;
};

std::string message(const std::string& type, const std::vector<told>& actors,
                    const std::vector<std::string>& gone = {}) {
  json_writer out;
  out.begin_object().field("type", type).key("actors").begin_array();
  for (const auto& x : actors)
    out.begin_object()
      .field("path", x.path)
      .field("state", x.state)
      .field("started_at", to_iso8601(wall - std::chrono::minutes{5}))
      .field("restarts", x.restarts)
      .field("messages", x.messages)
      .field("queue", std::uint64_t{3})
      .field("busy", x.busy)
      .field("status", x.status)
      .end_object();
  out.end_array().key("removed").begin_array();
  for (const auto& path : gone)
    out.value(path);
  out.end_array().end_object();
  return out.str();
}

tree_board small_board() {
  tree_board board;
  board.take(message("snapshot", {{"n"},
                                  {"n/store"},
                                  {"n/store/writer", 5},
                                  {"n/scrape"},
                                  {"n/scrape/extractor/10"},
                                  {"n/scrape/extractor/9", 0, 0.9}}),
             start);
  return board;
}

std::vector<std::string> names(const std::vector<tree_line>& lines) {
  std::vector<std::string> out;
  for (const auto& x : lines)
    out.push_back(x.lead + x.name);
  return out;
}

/// What stands on the screen, without escape sequences.
std::vector<std::string> plain(const std::string& drawn) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (drawn[i] == '\x1b') {
      while (i < drawn.size() && !std::isalpha(static_cast<unsigned char>(drawn[i])))
        ++i;
    } else if (drawn[i] == '\n') {
      out.emplace_back();
    } else if (drawn[i] != '\r') {
      out.back() += drawn[i];
    }
  }
  return out;
}

screen_wish type(tree_screen& screen, std::string_view keys) {
  screen_wish last;
  for (auto x : parse_keys(keys))
    last = screen.press(x);
  return last;
}

} // namespace

CAF_TEST(the stream folds into rows) {
  auto board = small_board();
  CAF_CHECK(!board.take("nonsense", start));
  CAF_CHECK(!board.take(R"({"type":"something else"})", start));
  std::vector<std::string> news;
  auto later = start + std::chrono::milliseconds{500};
  CAF_CHECK(
    board.take(message("changes", {{"n/store/writer", 105}, {"n/egress"}}, {"n/scrape/extractor/10"}), later, &news));
  CAF_REQUIRE_EQUAL(board.rows().size(), 6u);
  CAF_CHECK_EQUAL(board.rows()[2].rate_at(later), 200.0);
  CAF_CHECK_EQUAL(board.rows()[2].rate_at(later + std::chrono::seconds{10}), 0.0);
  CAF_REQUIRE_EQUAL(news.size(), 2u); // the writer's figures alone are no news
  CAF_CHECK_EQUAL(news[0], "n/scrape/extractor/10  gone");
  CAF_CHECK_EQUAL(news[1], "n/egress  running");
  news.clear();
  board.take(message("changes", {{"n/egress", 0, 0, "backing off", "", 2}}), later, &news);
  CAF_REQUIRE_EQUAL(news.size(), 1u);
  CAF_CHECK_EQUAL(news[0], "n/egress  backing off  2 restarts");
  // A snapshot after a break drops who is gone, and a restarted actor that counts from 0 has no rate below it.
  board.take(message("snapshot", {{"n"}, {"n/store/writer", 50}}), later + std::chrono::seconds{1});
  CAF_REQUIRE_EQUAL(board.rows().size(), 2u);
  CAF_CHECK_EQUAL(board.rows()[1].rate_at(later + std::chrono::seconds{1}), 50.0);
}

CAF_TEST(siblings stand by name or the busiest first) {
  auto rows = small_board().rows();
  CAF_CHECK(names(tree_lines(rows, false, ""))
            == (std::vector<std::string>{"n", "├─ scrape", "│  ├─ extractor/9", "│  └─ extractor/10", "└─ store",
                                         "   └─ writer"}));
  rows[2].info.busy = 1;
  auto busiest_first = names(tree_lines(rows, true, ""));
  CAF_CHECK_EQUAL(busiest_first[1], "├─ store");
  CAF_CHECK(names(tree_lines(rows, false, "WRIT")) == (std::vector<std::string>{"n", "└─ store", "   └─ writer"}));
  CAF_CHECK(tree_lines(rows, false, "absent").empty());
}

CAF_TEST(keys are told apart) {
  using k = key;
  CAF_CHECK(parse_keys("a\x1b[A\x1bOB\x1b[5~\r\x7f")
            == (std::vector<key_press>{{k::text, 'a'}, {k::up}, {k::down}, {k::page_up}, {k::enter}, {k::backspace}}));
  CAF_CHECK(parse_keys("\x1b") == std::vector<key_press>{{k::escape}});
  CAF_CHECK(parse_keys("\x1b[1;5Cq") == (std::vector<key_press>{{k::unknown}, {k::text, 'q'}}));
  CAF_CHECK(parse_keys("\x1b[") == std::vector<key_press>{{k::unknown}});
  CAF_CHECK(parse_keys("\x01\xc3\xa4") == std::vector<key_press>(3));
}

CAF_TEST(keys select filter sort and quit) {
  tree_screen screen{false};
  screen.show(small_board().rows(), start);
  CAF_CHECK_EQUAL(screen.selected(), "n");
  type(screen, "jj\x1b[B");
  CAF_CHECK_EQUAL(screen.selected(), "n/scrape/extractor/10");
  type(screen, "k");
  CAF_CHECK_EQUAL(screen.selected(), "n/scrape/extractor/9");
  type(screen, "G");
  CAF_CHECK_EQUAL(screen.selected(), "n/store/writer");
  type(screen, "g\x1b[6~");
  CAF_CHECK_EQUAL(screen.selected(), "n/store/writer");
  type(screen, "/extr");
  CAF_CHECK(plain(screen.draw({24, 80}, wall)).back().find("filter: extr_") == 0);
  type(screen, "\r");
  auto shown = plain(screen.draw({24, 80}, wall));
  auto holds = [&](const std::string& part) {
    return std::any_of(shown.begin(), shown.end(), [&](auto& line) { return line.find(part) != std::string::npos; });
  };
  CAF_CHECK(holds("extractor/9") && !holds("writer"));
  type(screen, "\x1b");
  shown = plain(screen.draw({24, 80}, wall));
  CAF_CHECK(holds("writer"));
  CAF_CHECK(type(screen, "q").what == screen_wish::kind::quit);
}

CAF_TEST(a restart is asked about once) {
  tree_screen screen{false};
  screen.show(small_board().rows(), start);
  CAF_CHECK(type(screen, "ry").what == screen_wish::kind::nothing); // the root is not restarted
  type(screen, "Gr");
  CAF_CHECK(plain(screen.draw({24, 80}, wall)).back().find("Restart n/store/writer?") == 0);
  CAF_CHECK(type(screen, "n").what == screen_wish::kind::nothing);
  CAF_CHECK(type(screen, "y").what == screen_wish::kind::nothing);
  auto wish = type(screen, "ry");
  CAF_CHECK(wish.what == screen_wish::kind::restart);
  CAF_CHECK_EQUAL(wish.path, "n/store/writer");
}

CAF_TEST(the selected actor stays selected and what ended gives its place away) {
  tree_screen screen{false};
  auto board = small_board();
  screen.show(board.rows(), start);
  type(screen, "jj");
  CAF_CHECK_EQUAL(screen.selected(), "n/scrape/extractor/9");
  board.take(message("changes", {{"n/aaa"}}), start);
  screen.show(board.rows(), start);
  CAF_CHECK_EQUAL(screen.selected(), "n/scrape/extractor/9");
  board.take(message("changes", {}, {"n/scrape/extractor/9"}), start);
  screen.show(board.rows(), start);
  CAF_CHECK_EQUAL(screen.selected(), "n/scrape/extractor/10");
}

CAF_TEST(every screen fits whatever its size and whatever actors say) {
  auto seed = std::random_device{}();
  CAF_MESSAGE("seed " << seed);
  std::mt19937 chance{seed};
  const std::vector<std::string> words{"plain",    "\x1b[2Jevil\n", "日本語の状態", "e\xcc\x81\xcc\x81",
                                       "\xff\xfe", "a long one "};
  for (int round = 0; round < 200; ++round) {
    std::vector<told> actors{{"n"}};
    for (unsigned i = 0; i < chance() % 40; ++i) {
      told x{actors[chance() % actors.size()].path + "/" + std::to_string(chance() % 100), chance(), 0.5};
      for (unsigned k = 0; k < chance() % 30; ++k)
        x.status += words[chance() % words.size()];
      x.state = chance() % 2 ? "backing off" : "running";
      x.restarts = chance() % 3 ? 0 : chance();
      actors.push_back(x);
    }
    tree_board board;
    board.take(message("snapshot", actors), start);
    tree_screen screen{chance() % 2 == 0};
    screen.show(board.rows(), start);
    type(screen, std::string(chance() % 50, 'j'));
    screen_size size{4 + static_cast<unsigned>(chance() % 60), 20 + static_cast<unsigned>(chance() % 180)};
    auto shown = plain(screen.draw(size, wall));
    CAF_CHECK_EQUAL(shown.size(), size.rows);
    for (const auto& line : shown)
      if (columns(line) > size.columns)
        CAF_ERROR("wider than " << size.columns << ": " << line);
    auto drawn = screen.draw(size, wall);
    CAF_CHECK(drawn.find("\x1b[7m") != std::string::npos); // the selected line is on the screen
    CAF_CHECK(drawn.find("2Jevil\n") == std::string::npos);
  }
}
