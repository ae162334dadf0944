// A real listener on loopback: connections, limits, and the resources behind it.
#define CAF_SUITE gateway_server

#include <atomic>

#include "client.hpp"
#include "fake_engine.hpp"
#include "gateway/http/problem.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

gateway_options quick() {
  gateway_options o;
  o.limits.header = std::chrono::milliseconds{200};
  o.limits.body = std::chrono::milliseconds{200};
  o.limits.idle = std::chrono::milliseconds{300};
  o.limits.answer = std::chrono::milliseconds{200};
  return o;
}

} // namespace

CAF_TEST(a connection is kept and answers each request in order) {
  fake_engine engine;
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.get("/health/live").status, 200u);
  CAF_CHECK_EQUAL(c.get("/absent").status, 404u);
  std::string two;
  for (const char* path : {"/health/live", "/absent", "/api/v1/tree"})
    two += "GET " + std::string{path} + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  c.send(two);
  CAF_CHECK_EQUAL(c.read().status, 200u);
  CAF_CHECK_EQUAL(c.read().status, 404u);
  auto tree = c.read();
  CAF_CHECK_EQUAL(tree.status, 200u);
  CAF_CHECK(has(tree.body, "node-1/store/writer"));
}

CAF_TEST(only the node itself grants and no request does) {
  std::string plain = R"({"question":"why?","urls":["http://10.0.0.1/"]})";
  {
    fake_engine engine;
    client c{engine.port()};
    for (std::string name : {"granted", "grant", "roots", "private_network", "allow_private"}) {
      auto body = R"({"question":"why?",")" + name + R"(":{"roots":["/"],"private_network":true}})";
      CAF_CHECK_EQUAL(c.post("/api/v1/research", body).status, 400u);
      CAF_CHECK_EQUAL(c.post("/api/v1/documents", body).status, 400u);
    }
    CAF_CHECK_EQUAL(c.post("/api/v1/research", plain).status, 202u);
    CAF_REQUIRE_EQUAL(engine.store->accepted.size(), 1u);
    CAF_CHECK(engine.store->accepted[0].granted == research_grant{});
  }
  gateway_options o;
  o.grant = [](const research_request& x) { return research_grant{x.paths, !x.urls.empty()}; };
  fake_engine engine{o};
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.post("/api/v1/research", plain).status, 202u);
  CAF_REQUIRE_EQUAL(engine.store->accepted.size(), 1u);
  CAF_CHECK(engine.store->accepted[0].granted.private_network);
}

CAF_TEST(a pipelined body does not run into the next request) {
  fake_engine engine;
  client c{engine.port()};
  std::string body = "{\"question\":\"why?\"}";
  auto one = "POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
             + std::to_string(body.size()) + "\r\n\r\n" + body;
  c.send(one + one + "GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n");
  CAF_CHECK_EQUAL(c.read().status, 202u);
  CAF_CHECK_EQUAL(c.read().status, 202u);
  CAF_CHECK_EQUAL(c.read().status, 200u);
  CAF_CHECK(c.at_end()); // HTTP/1.0 closes
}

CAF_TEST(a request may come in pieces of any size) {
  fake_engine engine;
  std::string body = "{\"question\":\"why?\"}";
  auto head = std::string{"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"};
  auto plain = head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  auto chunked = head + "Transfer-Encoding: chunked\r\n\r\n5\r\n" + body.substr(0, 5) + "\r\ne\r\n" + body.substr(5)
                 + "\r\n0\r\n\r\n";
  CAF_REQUIRE_EQUAL(body.size() - 5, 14u); // "e" above
  client c{engine.port()};
  for (const auto& whole : {plain, chunked}) {
    for (std::size_t cut = 1; cut < whole.size(); cut += 7) {
      c.send(whole.substr(0, cut));
      c.send(whole.substr(cut));
      CAF_CHECK_EQUAL(c.read().status, 202u);
    }
    for (char byte : whole)
      c.send({&byte, 1});
    CAF_CHECK_EQUAL(c.read().status, 202u);
  }
}

CAF_TEST(answers that the client does not read yet arrive whole and in order) {
  fake_engine engine;
  client c{engine.port()};
  constexpr int count = 400; // of 35 kB: more than both sides' kernels hold
  std::string all;
  for (int i = 0; i < count; ++i)
    all += "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
  c.send(all);
  auto first = c.read();
  CAF_REQUIRE_EQUAL(first.status, 200u);
  CAF_REQUIRE(first.body.size() > 30'000);
  for (int i = 1; i < count; ++i)
    CAF_REQUIRE(c.read().body == first.body);
}

CAF_TEST(a half closed client still gets its answer) {
  fake_engine engine;
  client c{engine.port()};
  c.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  c.half_close();
  CAF_CHECK_EQUAL(c.read().status, 200u);
  CAF_CHECK(c.at_end());
}

CAF_TEST(closed sockets in the middle of anything harm nobody) {
  fake_engine engine;
  for (const char* start : {"", "GE", "GET / HTTP/1.1\r\nHost: lo",
                            "POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Type: application/json\r\nContent-Length: "
                            "100\r\n\r\n{\"quest"}) {
    client c{engine.port()};
    c.send(start);
  }
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.get("/health/live").status, 200u);
  CAF_CHECK(engine.store->accepted.empty());
}

CAF_TEST(what is too large is refused and the refusal arrives) {
  fake_engine engine;
  {
    client c{engine.port()};
    auto a = c.post("/api/v1/research", std::string(10u << 20, 'x'));
    CAF_CHECK_EQUAL(a.status, 413u);
    CAF_CHECK(has(a.body, "\"code\":\"body_too_large\""));
    CAF_CHECK_EQUAL(a.headers["connection"], "close");
  }
  {
    client c{engine.port()};
    c.send("POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 40; ++i)
      c.send("10000\r\n" + std::string(65536, 'x') + "\r\n");
    CAF_CHECK_EQUAL(c.read().status, 413u);
  }
  {
    client c{engine.port()};
    auto refused = c.get("/health/live", "X-Long: " + std::string(20000, 'a') + "\r\n");
    CAF_CHECK_EQUAL(refused.status, 431u);
    CAF_CHECK(refused.body.find("\"invalid_argument\"") != std::string::npos);
  }
  {
    client c{engine.port()};
    CAF_CHECK_EQUAL(c.get("/" + std::string(40000, 'a')).status, 431u);
  }
}

CAF_TEST(a request whose end can be read in two ways is refused) {
  fake_engine engine;
  auto head = std::string{"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"};
  auto next = std::string{"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"};
  auto refused = [&](const std::string& bytes) {
    client c{engine.port()};
    c.send(bytes + next);
    auto a = c.read();
    if (a.status != 400 || !c.at_end())
      CAF_ERROR("got " << a.status << " and more: " << bytes);
  };
  for (std::string fields :
       {"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding:\r\n", "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: gzip\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n"})
    refused(head + fields + "\r\n{}");
  for (std::string fields :
       {"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"})
    refused(head + fields + "\r\n2\r\n{}\r\n0\r\n\r\n");
  auto old = std::string{"POST /api/v1/research HTTP/1.0\r\nConnection: keep-alive\r\nHost: localhost\r\n"};
  refused(old + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  CAF_CHECK(engine.store->accepted.empty());
}

CAF_TEST(who waits to be told to send its body is told if its HTTP knows of that) {
  fake_engine engine;
  auto body = R"({"question":"why?")" + std::string(8000, ' ') + "}"; // more than is read at first
  auto ask = [&](const std::string& version) {
    return "POST /api/v1/research HTTP/" + version + "\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           + "Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  };
  client now{engine.port()};
  now.send(ask("1.1"));
  CAF_CHECK_EQUAL(now.read_line(), "HTTP/1.1 100 Continue");
  CAF_CHECK_EQUAL(now.read_line(), "");
  now.send(body);
  CAF_CHECK_EQUAL(now.read().status, 202u);
  client before{engine.port()}; // takes a 100 for its answer
  before.send(ask("1.0") + body);
  CAF_CHECK_EQUAL(before.read().status, 202u);
  CAF_CHECK(before.at_end());
}

CAF_TEST(what is not HTTP gets a clear 400) {
  fake_engine engine;
  for (const char* junk :
       {"\x16\x03\x01\x02 hello\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\n\r\n", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"}) {
    client c{engine.port()};
    c.send(junk);
    auto a = c.read();
    CAF_CHECK_EQUAL(a.status, 400u);
    CAF_CHECK_EQUAL(a.headers["content-type"], "application/problem+json");
    CAF_CHECK(c.at_end());
  }
}

CAF_TEST(slow clients are let go) {
  fake_engine engine{quick()};
  client idle{engine.port()};
  client slow_header{engine.port()};
  client slow_body{engine.port()};
  slow_header.send("GET /health/live HTTP/1.1\r\nHost: loc");
  slow_body.send("POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 "Content-Length: 100\r\n\r\n{");
  for (auto* slow : {&slow_header, &slow_body}) {
    auto told = slow->read();
    CAF_CHECK_EQUAL(told.status, 408u);
    CAF_CHECK_EQUAL(told.headers["content-type"], "application/problem+json");
    CAF_CHECK_EQUAL(told.headers["connection"], "close");
    CAF_CHECK(has(told.body, "the request did not arrive whole within 0."));
    CAF_CHECK(slow->at_end());
  }
  CAF_CHECK_EQUAL(idle.read().status, 0u); // said nothing, is told nothing
  CAF_CHECK(idle.at_end());
}

CAF_TEST(who was busy and then idles is let go too) {
  gateway_options o;
  o.limits.idle = std::chrono::seconds{1};
  fake_engine engine{o};
  client c{engine.port()};
  auto busy_until = std::chrono::steady_clock::now() + o.limits.idle / 2; // so that it idles since later than at first
  do
    CAF_REQUIRE_EQUAL(c.get("/health/live").status, 200u);
  while (std::chrono::steady_clock::now() < busy_until);
  CAF_CHECK(c.at_end());
}

CAF_TEST(connections beyond the limit are told so) {
  gateway_options o;
  o.limits.connections = 2;
  fake_engine engine{o};
  client one{engine.port()};
  client two{engine.port()};
  CAF_CHECK_EQUAL(one.get("/health/live").status, 200u);
  CAF_CHECK_EQUAL(two.get("/health/live").status, 200u);
  client three{engine.port()};
  CAF_CHECK_EQUAL(three.read().status, 503u);
  CAF_CHECK(three.at_end());
}

CAF_TEST(a browser is shown a page where there is none and others a problem) {
  fake_engine engine;
  client c{engine.port()};
  std::string browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
  auto page = c.get("/nonsense", browser);
  CAF_CHECK_EQUAL(page.status, 404u);
  CAF_CHECK_EQUAL(page.headers["content-type"], "text/html; charset=utf-8");
  CAF_CHECK(has(page.body, "No such page") && has(page.body, "href=\"/\""));
  for (auto& other : {c.get("/nonsense"), c.get("/nonsense", "Accept: */*\r\n"), c.get("/api/v1/nonsense", browser)}) {
    CAF_CHECK_EQUAL(other.status, 404u);
    CAF_CHECK(has(other.body, "\"code\":\"not_found\""));
  }
}

CAF_TEST(methods are answered as HTTP says) {
  fake_engine engine;
  client c{engine.port()};
  c.send("HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  auto head = c.read(true);
  CAF_CHECK_EQUAL(head.status, 200u);
  CAF_CHECK(std::stoul(head.headers["content-length"]) > 0);
  c.send("OPTIONS /api/v1/research HTTP/1.1\r\nHost: localhost\r\n\r\n");
  auto options = c.read();
  CAF_CHECK_EQUAL(options.status, 204u);
  CAF_CHECK_EQUAL(options.headers["allow"], "POST, GET, HEAD, OPTIONS");
  c.send("PUT /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  auto put = c.read();
  CAF_CHECK_EQUAL(put.status, 405u);
  CAF_CHECK_EQUAL(put.headers["allow"], "POST, GET, HEAD, OPTIONS");
  CAF_CHECK(has(put.body, "\"code\":\"method_not_allowed\""));
  c.send("BREW /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CAF_CHECK_EQUAL(c.read().status, 405u);
}

CAF_TEST(another host or origin is refused whatever it asks) {
  fake_engine engine;
  client c{engine.port()};
  c.send("GET /health/live HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  auto a = c.read();
  CAF_CHECK_EQUAL(a.status, 403u);
  CAF_CHECK(has(a.body, "host_not_allowed"));
  CAF_CHECK_EQUAL(c.get("/health/live", "Origin: http://evil.example\r\n").status, 403u);
  CAF_CHECK_EQUAL(c.get("/health/live", "Host: localhost\r\n").status, 400u);
  c.send("GET http://evil.example/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CAF_CHECK_EQUAL(c.read().status, 403u);
  c.send("GET http://localhost/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CAF_CHECK_EQUAL(c.read().status, 200u);
  CAF_CHECK_EQUAL(c.post("/api/v1/research", "{\"question\":\"q\"}", "application/json", "Origin: null\r\n").status,
                  403u);
  CAF_CHECK(engine.store->accepted.empty());
  auto id = engine.research_with(1, true);
  CAF_CHECK_EQUAL(c.upgrade("/api/v1/research/" + id + "/stream", "Origin: http://evil.example\r\n").status, 403u);
}

CAF_TEST(each answer carries a request id and its armour) {
  fake_engine engine;
  client c{engine.port()};
  auto a = c.get("/absent", "X-Request-Id: trace-7\r\n");
  CAF_CHECK_EQUAL(a.headers["x-request-id"], "trace-7");
  CAF_CHECK(has(a.body, "\"request_id\":\"trace-7\""));
  CAF_CHECK_EQUAL(a.headers["x-content-type-options"], "nosniff");
  CAF_CHECK(has(a.headers["content-security-policy"], "default-src 'none'"));
  CAF_CHECK_EQUAL(c.get("/absent", "X-Request-Id: bad id\r\n").headers["x-request-id"].size(), 16u);
  auto page = c.get("/");
  CAF_CHECK_EQUAL(page.status, 200u);
  CAF_CHECK(has(page.headers["content-security-policy"], "script-src 'self'"));
  CAF_CHECK_EQUAL(c.get("/", "If-None-Match: " + page.headers["etag"] + "\r\n").status, 304u);
}

CAF_TEST(a research is accepted listed read and cancelled) {
  fake_engine engine;
  client c{engine.port()};
  auto a = c.post("/api/v1/research", "{\"question\":\"How?\",\"depth\":1}");
  CAF_REQUIRE_EQUAL(a.status, 202u);
  auto id = engine.store->accepted.at(0).id.value;
  CAF_CHECK(has(a.body, "\"id\":\"" + id + "\""));
  CAF_CHECK(has(a.body, "\"status\":\"queued\""));
  CAF_CHECK_EQUAL(a.headers["location"], "/api/v1/research/" + id);
  CAF_CHECK_EQUAL(engine.store->accepted.at(0).request.depth, 1u);
  CAF_CHECK(has(c.get("/api/v1/research/" + id).body, "\"question\":\"How?\""));
  CAF_CHECK(has(c.get("/api/v1/research?status=queued&limit=10").body, id));
  CAF_CHECK_EQUAL(c.get("/api/v1/research?status=lost").status, 400u);
  CAF_CHECK_EQUAL(c.get("/api/v1/research?limit=0").status, 400u);
  c.send("DELETE /api/v1/research/" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  auto gone = c.read();
  CAF_CHECK_EQUAL(gone.status, 200u);
  CAF_CHECK(has(gone.body, "\"status\":\"cancelled\""));
  for (std::string none : {"r_01ARZ3NDEKTSV4RRFFQ69G5FAV", "r_x", "%00", "..%2F..", "r_01ARZ3NDEKTSV4RRFFQ69G5FA%0A"})
    CAF_CHECK_EQUAL(c.get("/api/v1/research/" + none).status, 404u);
}

CAF_TEST(idempotency keys and a full ledger are heard) {
  fake_engine engine;
  client c{engine.port()};
  std::string key = "Idempotency-Key: k1\r\n";
  auto first = c.post("/api/v1/research", "{\"question\":\"a\"}", "application/json", key);
  auto again = c.post("/api/v1/research", "{\"question\":\"a\"}", "application/json", key);
  CAF_CHECK_EQUAL(first.status, 202u);
  CAF_CHECK_EQUAL(first.headers["location"], again.headers["location"]);
  CAF_CHECK_EQUAL(c.post("/api/v1/research", "{\"question\":\"b\"}", "application/json", key).status, 422u);
  CAF_CHECK_EQUAL(
    c.post("/api/v1/research", "{\"question\":\"b\"}", "application/json", "Idempotency-Key: \xff\r\n").status, 400u);
  engine.store->full = true;
  auto full = c.post("/api/v1/research", "{\"question\":\"c\"}");
  CAF_CHECK_EQUAL(full.status, 429u);
  CAF_CHECK(full.headers.count("retry-after") == 1);
}

CAF_TEST(a local path needs an allowed root) {
  fake_engine engine;
  client c{engine.port()};
  auto a = c.post("/api/v1/research", "{\"question\":\"q\",\"paths\":[\"/etc\"]}");
  CAF_CHECK_EQUAL(a.status, 403u);
  CAF_CHECK(has(a.body, "path_not_allowed"));
}

CAF_TEST(a report comes in the form that is asked for) {
  fake_engine engine;
  auto id = engine.research_with(2, true);
  client c{engine.port()};
  auto path = "/api/v1/research/" + id;
  CAF_CHECK_EQUAL(c.get(path + "/report").status, 409u);
  auto hash = std::string(64, 'a');
  report r;
  r.markdown = "# Answer\n<b>&amp;</b>";
  r.sources.push_back({1, "http://x/", "X", {}, document_id{hash}});
  engine.store->reports[id] = r;
  engine.store->documents[hash].text = "caf\xc3\xa9 text";
  CAF_CHECK(has(c.get(path + "/report").body, "\"markdown\":\"# Answer"));
  auto markdown = c.get(path + "/report", "Accept: text/markdown\r\n");
  CAF_CHECK_EQUAL(markdown.body, r.markdown);
  CAF_CHECK_EQUAL(markdown.headers["content-type"], "text/markdown; charset=utf-8");
  auto html = c.get(path + "/report", "Accept: text/html;q=0.9, text/markdown;q=0.1\r\n");
  CAF_CHECK(has(html.headers["content-type"], "text/html"));
  CAF_CHECK(!has(html.headers["content-security-policy"], "script-src"));
  CAF_CHECK_EQUAL(c.get(path + "/report", "Accept: image/png\r\n").status, 406u);
  auto text = c.get(path + "/sources/1/text");
  CAF_CHECK_EQUAL(text.body, "caf\xc3\xa9 text");
  CAF_CHECK_EQUAL(text.headers["content-type"], "text/plain; charset=utf-8");
  CAF_CHECK_EQUAL(c.get(path + "/sources/2/text").status, 404u);
  CAF_CHECK_EQUAL(c.get(path + "/sources/x/text").status, 404u);
  CAF_CHECK_EQUAL(c.get("/research/" + id).status, 200u);
}

CAF_TEST(search tree collections documents and health answer) {
  fake_engine engine;
  client c{engine.port()};
  auto hits = c.post("/api/v1/search", "{\"query\":\"vacuum\",\"mode\":\"lexical\",\"k\":3}");
  CAF_CHECK_EQUAL(hits.status, 200u);
  CAF_CHECK(has(hits.body, "\"text\":\"vacuum\"") && has(hits.body, "\"coverage\":1.0"));
  for (const char* wrong : {"{}", "{\"query\":\"\"}", "{\"query\":\"a\",\"mode\":\"x\"}", "{\"query\":\"a\",\"k\":0}",
                            "{\"query\":\"a\",\"z\":1}", "[]", "{\"query\":7}"})
    CAF_CHECK_EQUAL(c.post("/api/v1/search", wrong).status, 400u);
  CAF_CHECK(has(c.get("/api/v1/collections").body, "{\"name\":\"manuals\",\"documents\":3}"));
  CAF_CHECK_EQUAL(c.get("/api/v1/documents/zzz").status, 404u);
  CAF_CHECK_EQUAL(c.post("/api/v1/tree/restart", "{\"path\":\"node-1/store/writer\"}").status, 200u);
  CAF_CHECK_EQUAL(c.post("/api/v1/tree/restart", "{\"path\":\"node-1/absent\"}").status, 404u);
  for (const char* path : {"/health", "/ready", "/health/ready", "/health/live"}) {
    auto a = c.get(path);
    CAF_CHECK_EQUAL(a.status, 200u);
    CAF_CHECK(has(a.body, "\"status\":\"healthy\"") && has(a.body, "\"uptime\":") && has(a.body, "\"version\":"));
  }
  CAF_CHECK(has(c.get("/health").body, "\"database\":{\"healthy\":true}"));
  auto metrics = c.get("/metrics").body;
  CAF_CHECK(has(metrics, "http_requests_total{method=\"GET\",route=\"/health\",status=\"200\"}"));
  CAF_CHECK(has(metrics, "actor_restarts_total{path=\"store/writer\"} 2"));
  CAF_CHECK(has(metrics, "process_resident_memory_bytes"));
}

CAF_TEST(a store that can not be written is not ready) {
  auto full = std::make_shared<std::atomic<bool>>(true);
  gateway_options options;
  options.store_trouble = [full]() -> std::optional<error> {
    if (*full)
      return error{errc::disk_full, "the disk is full", "Make room."};
    return std::nullopt;
  };
  fake_engine engine{options};
  client c{engine.port()};
  auto a = c.get("/health/ready");
  CAF_CHECK_EQUAL(a.status, 503u);
  CAF_CHECK(has(a.body, "\"status\":\"unhealthy\"") && has(a.body, "can't be written: the disk is full"));
  CAF_CHECK_EQUAL(c.get("/health/live").status, 200u);
  *full = false;
  CAF_CHECK_EQUAL(c.get("/health/ready").status, 200u);
}

CAF_TEST(an engine that never answers costs one deadline) {
  fake_engine engine{quick()};
  auto id = engine.research_with(1, false);
  engine.store->silent = true;
  client c{engine.port()};
  auto a = c.get("/api/v1/research/" + id);
  CAF_CHECK_EQUAL(a.status, 504u);
  CAF_CHECK(has(a.body, "deadline_exceeded"));
  engine.await_bridge(); // it counts a request as open until it has done with its answer
  CAF_CHECK_EQUAL(engine.front->in_flight(), 0u);
}

CAF_TEST(a bridge that ended answers at once) {
  fake_engine engine;
  client c{engine.port()};
  engine.front->close();
  auto a = c.get("/api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV");
  CAF_CHECK_EQUAL(a.status, 503u);
  CAF_CHECK_EQUAL(c.get("/health").status, 503u);
  CAF_CHECK_EQUAL(c.get("/health/live").status, 200u);
}
