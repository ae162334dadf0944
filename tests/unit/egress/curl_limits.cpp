// Requests that must not succeed: refused places, and servers that never end. All traffic stays on loopback.
#define CAF_SUITE curl_limits

#include "fetching.hpp"
#include "loopback_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using request = loopback_request;
using connection = loopback_connection;

bool hello(const request&, const connection& to) { return to.respond("200 OK", "", "hello"); }

/// A port of loopback that nobody listens on.
unsigned closed_port() {
  auto socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// Gzip of `count` * 258 + 1 zero bytes, at 13 bits for 258: the fixed codes of RFC 1951 for "copy 258 from 1 back".
std::string gzip_bomb(std::size_t count) {
  std::string out{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03", 10};
  unsigned held = 0, bits = 0;
  auto put = [&](unsigned bit) {
    held |= bit << bits;
    if (++bits == 8) {
      out += static_cast<char>(held);
      held = bits = 0;
    }
  };
  auto code = [&](unsigned value, int length) {
    for (int i = length - 1; i >= 0; --i)
      put(value >> i & 1);
  };
  put(1);              // last block
  put(1), put(0);      // fixed codes
  code(0b00110000, 8); // a zero byte
  for (std::size_t i = 0; i < count; ++i) {
    code(0b11000101, 8); // length 258
    code(0, 5);          // distance 1
  }
  code(0, 7); // end
  while (bits != 0)
    put(0);
  return out;
}

} // namespace

CAF_TEST(a refused place is refused at every hop) {
  loopback_server server{[](const request& asked, const connection& to) {
    std::string place = asked.target == "/link-local" ? "http://169.254.169.254/latest/meta-data/"
                        : asked.target == "/mapped"   ? "http://[::ffff:a9fe:a9fe]/"
                        : asked.target == "/metadata" ? "http://metadata.google.internal/"
                        : asked.target == "/file"     ? "file:///etc/passwd"
                                                      : "http://127.0.0.1:25/";
    return to.respond("302 Found", "Location: " + place + "\r\n", "");
  }};
  fetching fetch{{}};
  for (std::string path : {"/link-local", "/mapped", "/metadata", "/file", "/port"})
    CAF_CHECK_EQUAL(code_of(fetch(get(server.url(path)))), errc::address_refused);
  auto refused = fetch(get(server.url("/link-local")));
  CAF_REQUIRE(!refused);
  CAF_CHECK_EQUAL(refused.error().message, "refused http://169.254.169.254/latest/meta-data/: link-local address");
  auto closed = get(server.url("/"));
  closed.allow_private = false;
  auto before = server.connections();
  CAF_CHECK_EQUAL(code_of(fetch(closed)), errc::address_refused);
  CAF_CHECK_EQUAL(server.connections(), before);
}

CAF_TEST(the address really used decides) {
  loopback_server server{hello};
  auto port = std::to_string(server.port());
  egress_options options;
  options.fixed_names = {"rebound.example:" + port + ":127.0.0.1", "metadata.example:" + port + ":169.254.169.254"};
  fetching fetch{options};
  auto open = get("http://rebound.example:" + port + "/");
  auto closed = open;
  closed.allow_private = false;
  auto refused = fetch(closed);
  CAF_REQUIRE(!refused);
  CAF_CHECK_EQUAL(refused.error().message, "refused http://rebound.example:" + port + "/: loopback address");
  CAF_CHECK_EQUAL(server.connections(), 0);
  CAF_CHECK_EQUAL(code_of(fetch(get("http://metadata.example:" + port + "/"))), errc::address_refused);
  // The connection that is open now belongs to a request that was allowed more.
  CAF_CHECK_EQUAL(code_of(fetch(open)), errc::none);
  CAF_CHECK_EQUAL(code_of(fetch(closed)), errc::address_refused);
  CAF_CHECK_EQUAL(server.requests(), 1);
}

CAF_TEST(the list of an operator opens a name and a block) {
  loopback_server server{hello};
  auto port = std::to_string(server.port());
  egress_options options;
  options.fixed_names = {"wiki.example:" + port + ":127.0.0.1"};
  options.policy = make_egress_policy(false, {"wiki.example"}).value();
  fetching by_name{options};
  auto named = get("http://wiki.example:" + port + "/");
  named.allow_private = false;
  CAF_CHECK_EQUAL(code_of(by_name(named)), errc::none);
  auto literal = get(server.url("/"));
  literal.allow_private = false;
  CAF_CHECK_EQUAL(code_of(by_name(literal)), errc::address_refused);
  options.policy = make_egress_policy(false, {"127.0.0.0/8"}).value();
  fetching by_block{options};
  CAF_CHECK_EQUAL(code_of(by_block(literal)), errc::none);
  CAF_CHECK_EQUAL(code_of(by_block(named)), errc::none);
}

CAF_TEST(redirects end) {
  loopback_server server{[](const request& asked, const connection& to) {
    if (asked.target == "/endless-body") {
      to.write("HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n");
      while (to.write(std::string(65536, 'x'))) {
      }
      return false;
    }
    if (asked.target == "/there")
      return hello(asked, to);
    return to.respond("302 Found", "Location: " + asked.target + "x\r\n", "");
  }};
  fetching fetch{{}};
  auto x = get(server.url("/"));
  x.max_redirects = 5;
  CAF_CHECK_EQUAL(code_of(fetch(x)), errc::too_many_redirects);
  CAF_CHECK_EQUAL(server.requests(), 6);
  auto cut = fetch(get(server.url("/endless-body")));
  CAF_REQUIRE(cut);
  CAF_CHECK_EQUAL(cut->body, "hello");
}

CAF_TEST(bodies are cut at the cap) {
  std::atomic<std::size_t> sent{0};
  loopback_server server{[&](const request& asked, const connection& to) {
    constexpr std::size_t whole = 200u << 20;
    if (asked.target == "/bomb")
      return to.respond("200 OK", "Content-Encoding: gzip\r\n", gzip_bomb(200000));
    to.write(asked.target == "/announced" ? "HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n"
                                          : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    const std::string chunk(1u << 20, 'x');
    for (sent = 0; sent < whole && to.write(chunk); sent += chunk.size()) {
    }
    return false;
  }};
  fetching fetch{{}};
  for (std::string path : {"/stream", "/announced"}) {
    auto x = get(server.url(path));
    x.max_bytes = byte_count{4u << 20};
    CAF_CHECK_EQUAL(code_of(fetch(x)), errc::too_large);
  }
  auto bomb = get(server.url("/bomb"));
  bomb.max_bytes = byte_count{1u << 20};
  CAF_CHECK_EQUAL(code_of(fetch(bomb)), errc::too_large);
  bomb.max_bytes = byte_count{64u << 20};
  auto whole = fetch(bomb); // the check sum at its end is missing
  CAF_CHECK_EQUAL(code_of(whole) == errc::too_large, false);
  fetch.stop();
  CAF_CHECK(sent < (100u << 20));
}

CAF_TEST(a body of a type nobody reads does not come) {
  std::atomic<std::size_t> sent{0};
  loopback_server server{[&](const request& asked, const connection& to) {
    if (asked.target == "/page")
      return to.respond("200 OK", "Content-Type: Text/HTML; charset=utf-8\r\n", "hello");
    if (asked.target == "/untyped")
      return hello(asked, to);
    to.write("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 209715200\r\n\r\n");
    if (asked.target == "/silent")
      to.wait_for_close();
    const std::string chunk(1u << 20, 'x');
    for (sent = 0; sent < (200u << 20) && to.write(chunk); sent += chunk.size()) {
    }
    return false;
  }};
  fetching fetch{{}};
  for (std::string path : {"/video", "/silent"}) {
    auto x = get(server.url(path));
    x.media_types = {"text/html"};
    auto cut = fetch(x);
    CAF_REQUIRE(cut);
    CAF_CHECK_EQUAL(cut->status, 200);
    CAF_CHECK(cut->body.empty());
  }
  for (std::string path : {"/page", "/untyped"}) {
    auto x = get(server.url(path));
    x.media_types = {"text/html"};
    auto whole = fetch(x);
    CAF_REQUIRE(whole);
    CAF_CHECK_EQUAL(whole->body, "hello");
  }
  fetch.stop();
  CAF_CHECK(sent < (20u << 20));
}

CAF_TEST(bodies together are bounded) {
  loopback_server server{
    [](const request&, const connection& to) { return to.respond("200 OK", "", std::string(3u << 20, 'x')); }};
  egress_options options;
  options.max_buffered_bytes = 1u << 20;
  fetching fetch{options};
  CAF_CHECK_EQUAL(code_of(fetch(get(server.url("/")))), errc::overloaded);
}

CAF_TEST(pages that never end meet their deadline) {
  loopback_server server{[](const request& asked, const connection& to) {
    if (asked.target == "/endless") {
      to.write("HTTP/1.1 200 OK\r\n\r\n");
      // Never more than the cap: what the client has not read holds the server up.
      for (int i = 0; i < 64; ++i)
        to.write("a little ");
    } else if (asked.target == "/headers") {
      to.write("HTTP/1.1 200 OK\r\nX-Slow: ");
    }
    to.wait_for_close();
    return false;
  }};
  fetching fetch{{}};
  for (std::string path : {"/endless", "/headers", "/silence"}) {
    auto x = get(server.url(path));
    x.until = deadline::in(150ms);
    CAF_CHECK_EQUAL(code_of(fetch(x)), errc::deadline_exceeded);
  }
  auto late = get(server.url("/"));
  late.until = deadline::in(-1s);
  CAF_CHECK_EQUAL(code_of(fetch(late)), errc::deadline_exceeded);
  CAF_CHECK_EQUAL(server.requests(), 3);
}

CAF_TEST(a trickle is given up before its deadline) {
  loopback_server server{[](const request&, const connection& to) {
    to.write("HTTP/1.1 200 OK\r\n\r\na little");
    to.wait_for_close();
    return false;
  }};
  egress_options options;
  CAF_CHECK(options.slow_for == 30s);
  options.slow_for = 1s;
  fetching fetch{options};
  CAF_CHECK_EQUAL(code_of(fetch(get(server.url("/")))), errc::deadline_exceeded);
}

CAF_TEST(headers without end are cut) {
  loopback_server server{[](const request&, const connection& to) {
    to.write("HTTP/1.1 200 OK\r\n");
    while (to.write("X-Filler: 0123456789\r\n")) {
    }
    return false;
  }};
  fetching fetch{{}};
  CAF_CHECK_EQUAL(code_of(fetch(get(server.url("/")))), errc::too_large);
}

CAF_TEST(servers that break) {
  loopback_server server{[](const request& asked, const connection& to) {
    if (asked.target == "/short")
      to.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.");
    else if (asked.target == "/other" || asked.method == "TLS")
      to.write("SSH-2.0-OpenSSH\r\n\r\n");
    return false;
  }};
  fetching fetch{{}};
  for (std::string path : {"/short", "/other", "/nothing"})
    CAF_CHECK_EQUAL(code_of(fetch(get(server.url(path)))), errc::connect_failed);
  auto where = "127.0.0.1:" + std::to_string(closed_port()) + "/";
  auto closed = fetch(get("http://" + where));
  CAF_REQUIRE(!closed);
  CAF_CHECK_EQUAL(closed.error().message, "can't reach http://" + where + ": connection refused");
  CAF_CHECK(code_of(closed) == errc::connect_failed);
  CAF_CHECK_EQUAL(code_of(fetch(get("https://127.0.0.1:" + std::to_string(server.port()) + "/"))), errc::tls_failed);
}

CAF_TEST(transfers are given up by token) {
  std::promise<void> first, second;
  loopback_server server{[&](const request& asked, const connection& to) {
    (asked.target == "/a" ? first : second).set_value();
    if (asked.target == "/a")
      to.wait_for_close();
    return hello(asked, to);
  }};
  egress_options options;
  options.max_in_flight = 1;
  fetching fetch{options};
  auto doomed = get(server.url("/a"));
  doomed.token = "r_1";
  auto answer = fetch.start(doomed);
  first.get_future().get();
  auto other = get(server.url("/b"));
  other.token = "r_2";
  CAF_CHECK_EQUAL(code_of(fetch(other)), errc::overloaded);
  fetch.loop().abort("r_2");
  fetch.loop().abort("r_1");
  CAF_CHECK_EQUAL(code_of(answer.get()), errc::cancelled);
  CAF_CHECK_EQUAL(code_of(fetch(other)), errc::none);
}

CAF_TEST(stopping drops what runs) {
  std::promise<void> asked_once;
  loopback_server server{[&](const request&, const connection& to) {
    asked_once.set_value();
    to.wait_for_close();
    return false;
  }};
  fetching fetch{{}};
  auto answer = fetch.start(get(server.url("/")));
  asked_once.get_future().get();
  fetch.stop();
  CAF_CHECK(answer.wait_for(0s) == std::future_status::timeout);
}
