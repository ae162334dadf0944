// Columns, numbers and durations for people; the tree's shape; suggestions.
#define CAF_SUITE cli_terminal

#include "gateway/cli/terminal.hpp"
#include "gateway/cli/suggest.hpp"
#include "gateway/cli/tree_view.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::cli;

namespace {

const timestamp now = timestamp{} + std::chrono::hours{1000};

actor_info actor(std::string path, std::string status = {}, std::uint64_t restarts = 0,
                 actor_state state = actor_state::running) {
  actor_info x;
  x.path = std::move(path);
  x.node = node_id{"node-1"};
  x.state = state;
  x.restarts = restarts;
  x.status = std::move(status);
  x.started_at = now - std::chrono::minutes{134};
  return x;
}

} // namespace

CAF_TEST(columns count what a terminal shows) {
  CAF_CHECK_EQUAL(columns("abc"), 3u);
  CAF_CHECK_EQUAL(columns("é·…"), 3u);
  CAF_CHECK_EQUAL(columns("e\xCC\x81"), 1u); // combining acute
  CAF_CHECK_EQUAL(columns("漢字"), 4u);
  CAF_CHECK_EQUAL(shortened("漢字漢字", 5), "漢字…");
  CAF_CHECK_EQUAL(shortened("short", 5), "short");
  CAF_CHECK_EQUAL(padded("é", 3), "é  ");
}

CAF_TEST(text from outside cannot move the cursor) {
  CAF_CHECK_EQUAL(printable("a\x1b[31mb\r\n\x7f"), "a [31mb   ");
  CAF_CHECK_EQUAL(printable("a\xC2\x9B"
                            "b"),
                  "a b"); // C1 CSI
  CAF_CHECK_EQUAL(printable("a\xE2\x80\xAE"
                            "b"),
                  "a b"); // right-to-left override
  CAF_CHECK_EQUAL(printable("a\xFF"
                            "b"),
                  "a\xEF\xBF\xBD"
                  "b"); // ill-formed
}

CAF_TEST(numbers and durations read well) {
  CAF_CHECK_EQUAL(grouped(0), "0");
  CAF_CHECK_EQUAL(grouped(999), "999");
  CAF_CHECK_EQUAL(grouped(1169), "1,169");
  CAF_CHECK_EQUAL(grouped(1234567), "1,234,567");
  CAF_CHECK_EQUAL(counted(1, "page"), "1 page");
  CAF_CHECK_EQUAL(counted(2, "reply", "replies"), "2 replies");
  CAF_CHECK_EQUAL(duration_text(400), "0.4 s");
  CAF_CHECK_EQUAL(duration_text(125'000), "2 min 05 s");
  CAF_CHECK_EQUAL(duration_text(8'040'000), "2 h 14 min");
  CAF_CHECK_EQUAL(duration_text(90'000'000), "1 d 1 h");
}

CAF_TEST(the tree is drawn by path and a name may hold slashes) {
  std::vector<actor_info> actors{actor("node"), actor("node/store", "writer 1.2 k/s"), actor("node/scrape", "", 2),
                                 actor("node/scrape/host/docs.python.org", "1 req/s"),
                                 actor("node/scrape/pool", "", 0, actor_state::backing_off)};
  CAF_CHECK_EQUAL(draw_tree(actors, now, terminal{false, false, 80}), "node-1  up 2 h 14 min\n"
                                                                      "├─ store ●                  writer 1.2 k/s\n"
                                                                      "└─ scrape ●  2 restarts\n"
                                                                      "   ├─ host/docs.python.org ●  1 req/s\n"
                                                                      "   └─ pool ●  backing off\n");
}

CAF_TEST(colour means state) {
  auto text = draw_tree({actor("node"), actor("node/a", "", 0, actor_state::failed)}, now, terminal{true, true, 80});
  CAF_CHECK(text.find("\x1b[31m●\x1b[0m") != std::string::npos);
}

CAF_TEST(the answer of the server becomes actors) {
  json_document answer;
  CAF_REQUIRE(answer.parse(R"({"actors":[{"path":"node","node":"node-1","state":"running","supervisor":true,
    "started_at":"2026-01-31T12:00:00.123Z","restarts":3,"queue":2,"busy":0.25,"status":"fine","new_field":1},
    {"path":"node/x","state":"backing_off"}],"more":1})"));
  auto actors = tree_actors(answer.root());
  CAF_REQUIRE_EQUAL(actors.size(), 2u);
  CAF_CHECK_EQUAL(actors[0].node.value, "node-1");
  CAF_CHECK_EQUAL(actors[0].restarts, 3u);
  CAF_CHECK_EQUAL(actors[0].busy, 0.25);
  CAF_CHECK(actors[0].started_at != timestamp{});
  CAF_CHECK(actors[1].state == actor_state::backing_off);
}

CAF_TEST(the nearest option is what was meant) {
  std::vector<std::string> options{"--format", "--timeout", "--path", "--url", "--data"};
  CAF_CHECK_EQUAL(nearest("--fromat", options), "--format");
  CAF_CHECK_EQUAL(nearest("--form", options), "--format");
  CAF_CHECK_EQUAL(nearest("--uri", options), "--url");
  CAF_CHECK_EQUAL(nearest("--tiemout", options), "--timeout");
  CAF_CHECK_EQUAL(nearest("--verbose", options), "");
  CAF_CHECK_EQUAL(edit_distance("ab", "ba"), 1u);
  CAF_CHECK_EQUAL(edit_distance("", "abc"), 3u);
  CAF_CHECK_EQUAL(edit_distance("kitten", "sitting"), 3u);
}
