// Requests that are answered: what arrives, and what redirects make of them. All traffic stays on loopback.
#define CAF_SUITE curl_answers

#include "actors/egress/hop.hpp"
#include "fetching.hpp"
#include "loopback_server.hpp"

#include <cstdlib>

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::string_literals;

namespace {

using request = loopback_request;
using connection = loopback_connection;

const std::string page = [] {
  std::string words;
  for (int i = 0; i < 40; ++i)
    words += "compressed text ";
  return "<html><p>" + words + "</p></html>";
}();

const std::string gzipped =
  "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3\xc9\x28\xc9\xcd\xb1\xb3\x29\xb0\x4b\xce\xcf\x2d\x28\x4a\x2d\x2e\x4e"
  "\x4d\x51\x28\x49\xad\x28\x51\x18\xe5\x8f\xf2\xe9\xc9\xb7\xd1\x2f\xb0\xb3\xd1\x07\xa7\x46\x00\x96\x19\xad\xde\x94"
  "\x02\x00\x00"s;
const std::string zstandard =
  "\x28\xb5\x2f\xfd\x64\x94\x01\x6d\x01\x00\x44\x02\x3c\x68\x74\x6d\x6c\x3e\x3c\x70\x3e\x63\x6f\x6d\x70\x72\x65\x73"
  "\x73\x65\x64\x20\x74\x65\x78\x74\x20\x3c\x2f\x70\x3e\x3c\x2f\x68\x74\x6d\x6c\x3e\x01\x00\xb5\x99\x6a\x8e\x01\xd3"
  "\x0c\xd7\xc5"s;
const std::string brotli =
  "\x1b\x93\x02\xe0\x9d\x07\x36\x6e\x54\xf3\xb2\xf5\x59\x83\x94\xc1\xd1\x29\x9e\xb1\x6a\xc3\x2b\x9f\x37\x98\xc8\x81\x43\x0b\x31\x3f\xa1\x1c\x36\xe0\x20\xe3\x24\x7a\xb7\x67\x22\xeb\xa7\xab\xd8\xc3\x5c\x66\x45\x41"s;

bool redirect(const connection& to, std::string_view status, const std::string& place) {
  return to.respond(status, "Location: " + place + "\r\n", "moved");
}

std::string header(const http_response& x, std::string_view name) {
  for (const auto& [key, value] : x.headers)
    if (key == name)
      return value;
  return {};
}

/// Answers with the request as text.
bool echo(const request& asked, const connection& to) {
  return to.respond("200 OK", "Content-Type: text/plain\r\n", asked.head + "\r\n" + asked.body);
}

} // namespace

CAF_TEST(a page with its headers) {
  loopback_server server{[](const request& asked, const connection& to) {
    if (asked.target == "/missing")
      return to.respond("404 Not Found", "", "nothing here");
    return to.respond("200 OK", "Content-Type:  text/html; charset=utf-8 \r\nX-Empty:\r\n", page);
  }};
  fetching fetch{{}};
  auto found = fetch(get(server.url("/a?b=c#fragment")));
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->status, 200);
  CAF_CHECK_EQUAL(found->body, page);
  CAF_CHECK_EQUAL(found->final_url, server.url("/a?b=c"));
  CAF_CHECK_EQUAL(header(*found, "content-type"), "text/html; charset=utf-8");
  auto missing = fetch(get(server.url("/missing")));
  CAF_REQUIRE(missing);
  CAF_CHECK_EQUAL(missing->status, 404);
  CAF_CHECK_EQUAL(missing->body, "nothing here");
  CAF_CHECK_EQUAL(server.connections(), 1);
}

CAF_TEST(what is sent) {
  loopback_server server{echo};
  egress_options options;
  options.user_agent = "troupe/9 (test)";
  fetching fetch{options};
  auto x = get(server.url("/x"));
  x.headers = {{"If-None-Match", "\"1\""}, {"Host", "elsewhere"}, {"X-Blank", ""}, {"Content-Length", "9"}};
  auto seen = fetch(x);
  CAF_REQUIRE(seen);
  CAF_CHECK(seen->body.find("User-Agent: troupe/9 (test)\r\n") != std::string::npos);
  CAF_CHECK(seen->body.find("If-None-Match: \"1\"\r\n") != std::string::npos);
  CAF_CHECK(seen->body.find("X-Blank:\r\n") != std::string::npos);
  CAF_CHECK(seen->body.find("br") != std::string::npos);
  CAF_CHECK(seen->body.find("elsewhere") == std::string::npos);
  CAF_CHECK(seen->body.find("Content-Length") == std::string::npos);
  x.method = "POST";
  x.headers = {{"Content-Type", "application/json"}};
  x.body = std::string(300000, 'j');
  seen = fetch(x);
  CAF_REQUIRE(seen);
  CAF_CHECK(seen->body.starts_with("POST /x HTTP/1.1\r\n"));
  CAF_CHECK(seen->body.find("Expect:") == std::string::npos);
  CAF_CHECK(seen->body.ends_with("\r\n\r\n" + x.body));
  x.method = "HEAD";
  x.body.clear();
  seen = fetch(x);
  CAF_REQUIRE(seen);
  CAF_CHECK_EQUAL(seen->status, 200);
}

CAF_TEST(a request that would break the connection is not sent) {
  loopback_server server{echo};
  fetching fetch{{}};
  auto x = get(server.url("/"));
  x.headers = {{"X-A", "1\r\nX-Injected: 2"}};
  CAF_CHECK(code_of(fetch(x)) == errc::invalid_argument);
  x.headers = {{"X A", "1"}};
  CAF_CHECK(code_of(fetch(x)) == errc::invalid_argument);
  x.headers.clear();
  x.method = "GET / HTTP/1.1\r\nX-Injected: 2\r\n\r\nGET";
  CAF_CHECK(code_of(fetch(x)) == errc::invalid_argument);
  CAF_CHECK(code_of(fetch(get("http://a b/"))) == errc::url_invalid);
  CAF_CHECK_EQUAL(server.requests(), 0);
}

CAF_TEST(compressed bodies) {
  loopback_server server{[](const request& asked, const connection& to) {
    if (asked.target == "/gzip")
      return to.respond("200 OK", "Content-Encoding: gzip\r\n", gzipped);
    if (asked.target == "/br")
      return to.respond("200 OK", "Content-Encoding: br\r\n", brotli);
    if (asked.target == "/zstd")
      return to.respond("200 OK", "Content-Encoding: zstd\r\n", zstandard);
    return to.respond("200 OK", "Content-Encoding: gzip\r\n", "this is no gzip");
  }};
  fetching fetch{{}};
  for (std::string path : {"/gzip", "/br", "/zstd"}) {
    auto x = fetch(get(server.url(path)));
    CAF_CHECK_EQUAL(code_of(x), errc::none);
    CAF_CHECK(x && x->body == page);
  }
  CAF_CHECK(code_of(fetch(get(server.url("/broken")))) == errc::unreadable);
}

CAF_TEST(redirects are followed hop by hop) {
  loopback_server other{echo};
  loopback_server server{[&](const request& asked, const connection& to) {
    if (asked.target == "/relative")
      return redirect(to, "302 Found", "../seen?x#y");
    if (asked.target == "/see-other")
      return redirect(to, "303 See Other", "/seen");
    if (asked.target == "/keep")
      return redirect(to, "307 Temporary Redirect", "/seen");
    if (asked.target == "/elsewhere")
      return redirect(to, "301 Moved Permanently", other.url("/seen"));
    if (asked.target == "/empty")
      return redirect(to, "302 Found", "");
    return echo(asked, to);
  }};
  fetching fetch{{}};
  auto x = get(server.url("/relative"));
  auto seen = fetch(x);
  CAF_REQUIRE(seen);
  CAF_CHECK_EQUAL(seen->final_url, server.url("/seen?x"));
  x.max_redirects = 0;
  seen = fetch(x);
  CAF_REQUIRE(seen);
  CAF_CHECK_EQUAL(seen->status, 302);
  CAF_CHECK_EQUAL(seen->body, "moved");

  auto post = get(server.url("/see-other"));
  post.method = "POST";
  post.body = "the body";
  post.headers = {{"Content-Type", "text/plain"}, {"Authorization", "Bearer secret"}};
  seen = fetch(post);
  CAF_REQUIRE(seen);
  CAF_CHECK(seen->body.starts_with("GET /seen "));
  CAF_CHECK(seen->body.find("the body") == std::string::npos);
  CAF_CHECK(seen->body.find("Content-Type") == std::string::npos);
  CAF_CHECK(seen->body.find("Bearer secret") != std::string::npos);
  post.url = server.url("/keep");
  seen = fetch(post);
  CAF_REQUIRE(seen);
  CAF_CHECK(seen->body.starts_with("POST /seen "));
  CAF_CHECK(seen->body.ends_with("the body"));
  post.url = server.url("/elsewhere");
  seen = fetch(post);
  CAF_REQUIRE(seen);
  CAF_CHECK(seen->body.starts_with("GET /seen "));
  CAF_CHECK(seen->body.find("secret") == std::string::npos);
  CAF_CHECK_EQUAL(seen->final_url, other.url("/seen"));
  seen = fetch(get(server.url("/empty")));
  CAF_REQUIRE(seen);
  CAF_CHECK_EQUAL(seen->status, 302);
}

CAF_TEST(neither the environment nor the URL adds anything) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  loopback_server server{echo};
  fetching fetch{{}};
  auto seen = fetch(get("http://someone:secret@127.0.0.1:" + std::to_string(server.port()) + "/"));
  ::unsetenv("http_proxy");
  CAF_REQUIRE(seen);
  CAF_CHECK(seen->body.find("Authorization") == std::string::npos);
  CAF_CHECK_EQUAL(seen->final_url, server.url("/"));
}

CAF_TEST(many at once) {
  loopback_server server{echo};
  fetching fetch{{}};
  std::vector<std::future<fetching::answer>> answers;
  for (int i = 0; i < 300; ++i)
    answers.push_back(fetch.start(get(server.url("/" + std::to_string(i)))));
  int right = 0;
  for (int i = 0; i < 300; ++i) {
    auto x = answers[static_cast<std::size_t>(i)].get();
    right += x && x->body.starts_with("GET /" + std::to_string(i) + " ");
  }
  CAF_CHECK_EQUAL(right, 300);
}
