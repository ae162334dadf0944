// Followers of a research: WebSocket, SSE and JSON see one log, without gaps and without repeats.
#define CAF_SUITE gateway_streams

#include <future>

#include "client.hpp"
#include "fake_engine.hpp"
#include "gateway/stream/frame_socket.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

unsigned seq_of(const std::string& event) {
  auto at = event.find("\"seq\":");
  return at == std::string::npos ? 0 : static_cast<unsigned>(std::stoul(event.substr(at + 6)));
}

std::string path_of(const std::string& id, const std::string& rest) { return "/api/v1/research/" + id + rest; }

/// The data of each SSE event in `text`.
std::vector<std::string> data_lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find("data: ", at)) != std::string::npos; at += 6)
    out.push_back(text.substr(at + 6, text.find('\n', at) - at - 6));
  return out;
}

} // namespace

CAF_TEST(a socket cut after any event continues without gap and without repeat) {
  fake_engine engine;
  constexpr unsigned total = 12;
  auto id = engine.research_with(total, true);
  for (unsigned cut = 0; cut <= total; ++cut) {
    std::vector<unsigned> seen;
    {
      client c{engine.port()};
      CAF_REQUIRE_EQUAL(c.upgrade(path_of(id, "/stream")).status, 101u);
      while (seen.size() < cut)
        seen.push_back(seq_of(c.read_frame().payload));
    } // cut off without a word
    client c{engine.port()};
    CAF_REQUIRE_EQUAL(c.upgrade(path_of(id, "/stream?after=" + std::to_string(cut))).status, 101u);
    auto f = c.read_frame();
    for (; f.opcode == 1; f = c.read_frame())
      seen.push_back(seq_of(f.payload));
    CAF_REQUIRE_EQUAL(f.opcode, 8);
    CAF_CHECK_EQUAL(static_cast<unsigned char>(f.payload[0]) * 256 + static_cast<unsigned char>(f.payload[1]), 1000);
    CAF_REQUIRE_EQUAL(seen.size(), total);
    for (unsigned i = 0; i < total; ++i)
      CAF_CHECK_EQUAL(seen[i], i + 1);
  }
}

CAF_TEST(events that come while a socket listens arrive in order) {
  fake_engine engine;
  auto id = engine.research_with(1, false);
  client c{engine.port()};
  CAF_REQUIRE_EQUAL(c.upgrade(path_of(id, "/stream")).status, 101u);
  CAF_CHECK_EQUAL(seq_of(c.read_frame().payload), 1u);
  for (unsigned i = 2; i <= 300; ++i)
    engine.append(id, i == 300 ? "research.done" : "progress");
  for (unsigned i = 2; i <= 300; ++i)
    CAF_CHECK_EQUAL(seq_of(c.read_frame().payload), i);
  CAF_CHECK_EQUAL(c.read_frame().opcode, 8);
}

CAF_TEST(many followers of one research all see all of it) {
  fake_engine engine;
  auto id = engine.research_with(1, false);
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<client>(engine.port()));
    CAF_REQUIRE_EQUAL(clients.back()->upgrade(path_of(id, "/stream")).status, 101u);
  }
  for (unsigned i = 2; i <= 40; ++i)
    engine.append(id, i == 40 ? "research.done" : "progress");
  for (auto& c : clients) {
    for (unsigned i = 1; i <= 40; ++i)
      CAF_REQUIRE_EQUAL(seq_of(c->read_frame().payload), i);
    CAF_CHECK_EQUAL(c->read_frame().opcode, 8);
  }
}

CAF_TEST(events of every size leave whole and in order whatever goes between them) {
  std::string frames;
  for (std::size_t size : {0u, 125u, 126u, 65535u, 65536u})
    append_text_frame(frames, std::string(size, 'x'));
  std::string heads[] = {{'\x81', 0},
                         {'\x81', 125},
                         {'\x81', 126, 0, 126},
                         {'\x81', 126, '\xff', '\xff'},
                         {'\x81', 127, 0, 0, 0, 0, 0, 1, 0, 0}};
  std::string expected;
  std::size_t sizes[] = {0, 125, 126, 65535, 65536};
  for (std::size_t i = 0; i < 5; ++i)
    expected += heads[i] + std::string(sizes[i], 'x');
  CAF_CHECK(frames == expected);

  fake_engine engine;
  auto id = engine.research_with(1, false);
  for (std::size_t i = 0; i < 400; ++i)
    engine.append(id, "progress", '"' + std::string(i % 50 == 49 ? 70'000 : i * 37 % 1500, 'y') + '"');
  engine.append(id, "research.done");
  client c{engine.port()};
  CAF_REQUIRE_EQUAL(c.upgrade(path_of(id, "/stream")).status, 101u);
  unsigned seen = 0;
  unsigned pongs = 0;
  unsigned pings = 0;
  for (auto f = c.read_frame(); f.opcode != 8; f = c.read_frame()) {
    if (f.opcode == 1) {
      CAF_REQUIRE_EQUAL(seq_of(f.payload), ++seen);
      CAF_CHECK(f.payload.ends_with("}"));
      if (seen % 20 == 0 && seen < 380)
        c.send_frame(9, std::to_string(pings++));
    } else {
      CAF_REQUIRE_EQUAL(f.opcode, 10);
      CAF_CHECK_EQUAL(f.payload, std::to_string(pongs++));
    }
  }
  CAF_CHECK_EQUAL(seen, 402u);
  CAF_CHECK(pongs > 0);
}

CAF_TEST(a client cancels over its socket) {
  fake_engine engine;
  auto id = engine.research_with(1, false);
  client c{engine.port()};
  CAF_REQUIRE_EQUAL(c.upgrade(path_of(id, "/stream?after=1")).status, 101u);
  c.send_frame(1, "{\"type\":\"cancel\"}");
  c.send_frame(1, "{\"type\":\"cancel\"}");
  c.send_frame(9, "ping");
  auto pong = c.read_frame();
  CAF_CHECK_EQUAL(pong.opcode, 10);
  CAF_CHECK_EQUAL(pong.payload, "ping");
  CAF_CHECK_EQUAL(engine.store->cancels, 1u);
  engine.append(id, "research.cancelled");
  CAF_CHECK_EQUAL(seq_of(c.read_frame().payload), 2u);
  CAF_CHECK_EQUAL(c.read_frame().opcode, 8);
}

CAF_TEST(a message that nobody knows closes the socket and says why) {
  fake_engine engine;
  auto id = engine.research_with(1, false);
  struct {
    int opcode;
    std::string message;
    int code;
  } cases[] = {{1, "what is this?", 1008},        {1, "", 1008}, {1, "[]", 1008},      {1, R"({"type":"nope"})", 1008},
               {2, R"({"type":"cancel"})", 1003}, {2, "", 1003}, {1, "\xff\xfe", 1007}};
  for (const auto& x : cases) {
    client c{engine.port()};
    CAF_REQUIRE_EQUAL(c.upgrade(path_of(id, "/stream?after=1")).status, 101u);
    c.send_frame(x.opcode, x.message);
    auto f = c.read_frame();
    CAF_REQUIRE_EQUAL(f.opcode, 8);
    CAF_CHECK_EQUAL(static_cast<unsigned char>(f.payload[0]) * 256 + static_cast<unsigned char>(f.payload[1]), x.code);
    CAF_CHECK(x.code == 1007 || f.payload.size() > 10); // Beast closes by itself, without a word
  }
  CAF_CHECK_EQUAL(engine.store->cancels, 0u);
  auto whole = engine.research_with(1, true); // what came before it is not kept back, and a finished log ends as ever
  client c{engine.port()};
  CAF_REQUIRE_EQUAL(c.upgrade(path_of(whole, "/stream")).status, 101u);
  CAF_CHECK_EQUAL(seq_of(c.read_frame().payload), 1u);
  CAF_CHECK_EQUAL(c.read_frame().payload.substr(0, 2), "\x03\xe8");
}

CAF_TEST(what can not be followed is refused before the upgrade) {
  fake_engine engine;
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.upgrade(path_of("r_01ARZ3NDEKTSV4RRFFQ69G5FAV", "/stream")).status, 404u);
  auto id = engine.research_with(1, true);
  CAF_CHECK_EQUAL(c.upgrade(path_of(id, "/stream?after=x")).status, 400u);
  auto plain = c.get(path_of(id, "/stream"));
  CAF_CHECK_EQUAL(plain.status, 426u);
  CAF_CHECK_EQUAL(plain.headers["upgrade"], "websocket");
}

CAF_TEST(the three faces of a log are the same) {
  fake_engine engine;
  auto id = engine.research_with(230, true); // more than two pages of a cursor
  client c{engine.port()};
  auto sse = c.get(path_of(id, "/events"), "Accept: text/event-stream\r\n");
  CAF_CHECK_EQUAL(sse.headers["content-type"], "text/event-stream");
  auto events = data_lines(sse.body);
  CAF_REQUIRE_EQUAL(events.size(), 230u);
  auto json = c.get(path_of(id, "/events?limit=1000")).body;
  CAF_CHECK(json.find("\"last\":230,\"final\":true}") != std::string::npos);
  client ws{engine.port()};
  CAF_REQUIRE_EQUAL(ws.upgrade(path_of(id, "/stream")).status, 101u);
  std::string joined;
  for (auto& e : events) {
    CAF_CHECK_EQUAL(ws.read_frame().payload, e);
    joined += (joined.empty() ? "" : ",") + e;
  }
  CAF_CHECK(json.find("[" + joined + "]") != std::string::npos);
  auto part = c.get(path_of(id, "/events?after=3&limit=2")).body;
  CAF_CHECK(part.find("\"seq\":4,") != std::string::npos
            && part.find("\"last\":5,\"final\":false}") != std::string::npos);
}

CAF_TEST(an event source continues after the last id it saw) {
  fake_engine engine;
  auto id = engine.research_with(5, true);
  client c{engine.port()};
  auto rest = data_lines(c.get(path_of(id, "/events"), "Accept: text/event-stream\r\nLast-Event-ID: 3\r\n").body);
  CAF_REQUIRE_EQUAL(rest.size(), 2u);
  CAF_CHECK_EQUAL(seq_of(rest[0]), 4u);
  auto over = c.get(path_of(id, "/events"), "Accept: text/event-stream\r\nLast-Event-ID: 5\r\n");
  CAF_CHECK_EQUAL(over.status, 204u); // tells it not to come back
  for (std::string wrong :
       {"abc", "-1", "5, 6", "99999999999999999999", "4611686018427387905", "3\r\nLast-Event-ID: 4"})
    CAF_CHECK_EQUAL(
      c.get(path_of(id, "/events"), "Accept: text/event-stream\r\nLast-Event-ID: " + wrong + "\r\n").status, 400u);
  auto asked = c.get(path_of(id, "/events?after=5"), "Accept: text/event-stream\r\n");
  CAF_CHECK_EQUAL(asked.status, 204u); // it would come back with the same address
  CAF_CHECK(data_lines(asked.body).empty());
  CAF_CHECK_EQUAL(c.get(path_of("r_01ARZ3NDEKTSV4RRFFQ69G5FAV", "/events"), "Accept: text/event-stream\r\n").status,
                  404u);
}

CAF_TEST(a page beyond the end says where the log ends) {
  fake_engine engine;
  for (unsigned total : {1u, 2u, 17u, 230u})
    for (bool over : {true, false}) {
      auto id = engine.research_with(total, over);
      client c{engine.port()};
      auto ending = "{\"events\":[],\"last\":" + std::to_string(total) + ",\"final\":" + (over ? "true}" : "false}");
      for (std::uint64_t after :
           {std::uint64_t{total}, total + std::uint64_t{1}, std::uint64_t{9999}, std::uint64_t{1} << 62})
        CAF_CHECK_EQUAL(c.get(path_of(id, "/events?after=" + std::to_string(after))).body, ending);
    }
}

CAF_TEST(silence on an event stream is filled with comments) {
  gateway_options o;
  o.limits.heartbeat = std::chrono::milliseconds{20};
  fake_engine engine{o};
  auto id = engine.research_with(1, false);
  client c{engine.port()};
  c.send("GET " + path_of(id, "/events") + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
  CAF_CHECK_EQUAL(c.read_head().status, 200u);
  CAF_CHECK(c.read_chunk().find("id: 1\n") != std::string::npos);
  CAF_CHECK_EQUAL(c.read_chunk(), ": still here\n\n");
  engine.append(id, "research.done");
  std::string chunk;
  do
    chunk = c.read_chunk();
  while (chunk.starts_with(":"));
  CAF_CHECK(chunk.starts_with("id: 2\n"));
  CAF_CHECK(c.read_chunk().empty());
}

CAF_TEST(a stop closes followers with 1001 and finishes what is in flight) {
  fake_engine engine;
  auto id = engine.research_with(1, false);
  client ws{engine.port()};
  CAF_REQUIRE_EQUAL(ws.upgrade(path_of(id, "/stream?after=1")).status, 101u);
  client sse{engine.port()};
  sse.send("GET " + path_of(id, "/events") + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
  CAF_CHECK_EQUAL(sse.read_head().status, 200u);
  CAF_CHECK(!sse.read_chunk().empty());
  client idle{engine.port()};
  CAF_CHECK_EQUAL(idle.get("/health/live").status, 200u);
  std::promise<void> drained;
  engine.face->drain(std::chrono::seconds{20}, [&] { drained.set_value(); });
  auto f = ws.read_frame();
  CAF_REQUIRE_EQUAL(f.opcode, 8);
  CAF_CHECK_EQUAL(static_cast<unsigned char>(f.payload[0]) * 256 + static_cast<unsigned char>(f.payload[1]), 1001);
  ws.send_frame(8, f.payload);
  ws.half_close();
  CAF_CHECK(sse.read_chunk().starts_with(":"));
  CAF_CHECK(sse.read_chunk().empty());
  CAF_CHECK(idle.at_end());
  drained.get_future().wait();
}
