// What the gateway decides without a socket: routes, problems, access, media, numbers, names.
#define CAF_SUITE gateway_decisions

#include <filesystem>
#include <fstream>

#include "gateway/api/paths.hpp"
#include "gateway/api/spool.hpp"
#include "gateway/http/access.hpp"
#include "gateway/http/application.hpp"
#include "gateway/http/head.hpp"
#include "gateway/http/negotiate.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/router.hpp"
#include "gateway/listen.hpp"
#include "gateway/stream/frames.hpp"
#include "gateway/stream/sse.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

router sample() {
  router r;
  for (const char* path : {"/", "/api/v1/research", "/api/v1/research/{id}", "/api/v1/research/{id}/sources/{n}/text"})
    r.add(verb::get, path, {});
  r.add(verb::post, "/api/v1/research", {});
  r.add(verb::del, "/api/v1/research/{id}", {});
  return r;
}

bool allowed(std::string_view host, std::string_view origin = {}, bool any_host = false) {
  return check_access({any_host}, host, origin, !origin.empty()).has_value();
}

constexpr std::size_t none_of_them = 99;

std::size_t chosen(std::string_view accept) {
  static constexpr std::array<std::string_view, 3> offers{"application/json", "text/markdown", "text/html"};
  return choose_media(accept, offers).value_or(none_of_them);
}

} // namespace

CAF_TEST(routes match by segment and decode their parameters) {
  auto r = sample();
  CAF_CHECK_EQUAL(r.match(verb::get, "/").found->pattern, "/");
  auto m = r.match(verb::get, "/api/v1/research/r_%41%2Fb/sources/7/text");
  CAF_REQUIRE(m.found != nullptr);
  CAF_CHECK_EQUAL(m.arguments.at(0), "r_A/b");
  CAF_CHECK_EQUAL(m.arguments.at(1), "7");
  CAF_CHECK(r.match(verb::head, "/api/v1/research").found->method == verb::get);
  for (const char* none : {"", "x", "//", "/api/v1/research/", "/api/v1/research//sources/1/text", "/api/v1/researches",
                           "/api/v1/research/%zz", "/api/v1/research/%4"})
    CAF_CHECK(r.match(verb::get, none).found == nullptr);
}

CAF_TEST(a wrong method names the right ones) {
  auto m = sample().match(verb::put, "/api/v1/research");
  CAF_CHECK(m.found == nullptr);
  CAF_CHECK_EQUAL(m.allow, "GET, HEAD, POST, OPTIONS");
  CAF_CHECK_EQUAL(sample().match(verb::post, "/api/v1/research/r_1").allow, "GET, HEAD, DELETE, OPTIONS");
}

CAF_TEST(every error code has its problem) {
  for (int i = 1; i <= static_cast<int>(errc::internal); ++i) {
    auto code = static_cast<errc>(i);
    auto kind = problem_of(code);
    CAF_CHECK(kind.status >= 400 && kind.status < 600);
    CAF_CHECK(kind.title != nullptr && *kind.title != '\0');
    CAF_CHECK(std::string{status_phrase(kind.status)} != "Unknown");
    auto r = problem_response({code, "what \"happened\"", "do this"}, "id-1");
    CAF_CHECK_EQUAL(r.status, kind.status);
    for (std::string part :
         {std::string{"\"code\":\""} + to_string(code) + "\"", std::string{"\"request_id\":\"id-1\""},
          std::string{"what \\\"happened\\\""}, std::string{"\"advice\":\"do this\""}})
      CAF_CHECK(r.body.find(part) != std::string::npos);
  }
  CAF_CHECK_EQUAL(problem_of(errc::not_found).status, 404u);
  CAF_CHECK_EQUAL(problem_of(errc::overloaded).status, 429u);
  CAF_CHECK_EQUAL(problem_of(errc::idempotency_mismatch).status, 422u);
  CAF_CHECK_EQUAL(problem_of(errc::host_not_allowed).status, 403u);
  CAF_CHECK_EQUAL(problem_of(errc::deadline_exceeded).status, 504u);
}

CAF_TEST(a problem that waiting helps says for how long) {
  auto told = [](const error& x) {
    auto r = problem_response(x, "id-1");
    std::string header;
    for (const auto& [name, value] : r.headers)
      header += name == "Retry-After" ? value : "";
    auto field = r.body.find("\"retry_after_s\":" + header + ",") != std::string::npos;
    return header.empty() || field ? header : "header and field differ";
  };
  CAF_CHECK_EQUAL(told({errc::overloaded, "full", "", 47}), "47");
  CAF_CHECK_EQUAL(told({errc::overloaded, "full", ""}), "5");
  CAF_CHECK_EQUAL(told({errc::draining, "going", ""}), "2");
  CAF_CHECK_EQUAL(told({errc::not_found, "nothing", ""}), "");
}

CAF_TEST(only this machine itself may talk to an open server) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8000"})
    CAF_CHECK(allowed(host));
  for (const char* host :
       {"", "example.org", "127.0.0.1.example.org", "localhost.example.org", "127.0.0.2", "[::2]", "::1", "[::1",
        "[::1]8000", "localhost:", "localhost:x", "127.0.0.1:8000@evil", "0.0.0.0", "localhost:123456"})
    CAF_CHECK(!allowed(host));
}

CAF_TEST(a page of another origin is refused) {
  CAF_CHECK(allowed("localhost:8000", "http://localhost:8000"));
  CAF_CHECK(allowed("localhost", "http://localhost:80"));
  CAF_CHECK(allowed("[::1]:8000", "http://[::1]:8000"));
  for (const char* origin : {"http://localhost:8001", "http://127.0.0.1:8000", "http://evil.example", "null", "file://",
                             "http://localhost:8000/", "http://localhost:8000@evil.example", "https://localhost",
                             "https://localhost:8000", " "})
    CAF_CHECK(!allowed("localhost:8000", origin));
  CAF_CHECK(!check_access({}, "localhost", "", true));
  CAF_CHECK(allowed("troupe.example", "", true));
  CAF_CHECK(allowed("troupe.example", "https://troupe.example", true));
  CAF_CHECK(!allowed("troupe.example", "https://evil.example", true));
}

CAF_TEST(media are negotiated by quality and specificity) {
  CAF_CHECK_EQUAL(chosen(""), 0u);
  CAF_CHECK_EQUAL(chosen("*/*"), 0u);
  CAF_CHECK_EQUAL(chosen("text/html"), 2u);
  CAF_CHECK_EQUAL(chosen("text/*"), 1u);
  CAF_CHECK_EQUAL(chosen("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), 2u);
  CAF_CHECK_EQUAL(chosen("application/json;q=0.2, text/markdown;q=0.9;charset=utf-8"), 1u);
  CAF_CHECK_EQUAL(chosen("*/*, application/json;q=0"), 1u);
  CAF_CHECK_EQUAL(chosen("TEXT/HTML"), 2u);
  for (const char* none : {"image/png", "application/json;q=0", "text", "*/*;q=0", "text/html;q=x"})
    CAF_CHECK_EQUAL(chosen(none), none_of_them);
  CAF_CHECK(names_media("text/event-stream", "text/event-stream"));
  CAF_CHECK(!names_media("*/*", "text/event-stream"));
}

CAF_TEST(numbers in parameters are strict) {
  request r;
  r.query = "after=17&limit=0&x=1%31&big=99999999999999999999&neg=-1&empty=&plus=+1";
  CAF_CHECK_EQUAL(r.number("after", 0, 0, 100).value_or(999), 17u);
  CAF_CHECK_EQUAL(r.number("absent", 5, 0, 100).value_or(999), 5u);
  CAF_CHECK_EQUAL(r.number("x", 0, 0, 100).value_or(999), 11u);
  CAF_CHECK(!r.number("limit", 1, 1, 100));
  for (const char* wrong : {"big", "neg", "empty", "plus"})
    CAF_CHECK(!r.number(wrong, 0, 0, 100));
  CAF_CHECK_EQUAL(parse_last_event_id("12").value_or(0), 12u);
  for (const char* wrong : {"", "x", "-1", "1 ", "99999999999999999999"})
    CAF_CHECK(!parse_last_event_id(wrong));
}

CAF_TEST(parameters that nobody knows or that are given twice are refused) {
  constexpr std::array<std::string_view, 2> known{"after", "limit"};
  request r;
  for (const char* fine : {"", "&", "after=1", "limit=2&after=1&", "%61fter=1", "after"}) {
    r.query = fine;
    CAF_CHECK(r.only(known).has_value());
  }
  for (const char* wrong : {"afte=1", "after=1&x", "=1", "After=1", "%zz=1", "after%00=1"}) {
    r.query = wrong;
    auto refused = r.only(known);
    CAF_REQUIRE(!refused);
    CAF_CHECK(refused.error().code == errc::unknown_field);
    CAF_CHECK_EQUAL(refused.error().advice, "This address takes: after, limit.");
  }
  r.query = "after=1&%61fter=2";
  auto twice = r.only(known);
  CAF_CHECK(!twice && twice.error().code == errc::invalid_argument);
}

CAF_TEST(request ids are kept when sane and made otherwise) {
  CAF_CHECK_EQUAL(request_id_for("abc-1.2:x_Y"), "abc-1.2:x_Y");
  for (std::string bad :
       {std::string{}, std::string{"a b"}, std::string{"a\"b"}, std::string(129, 'a'), std::string{"é"}}) {
    auto made = request_id_for(bad);
    CAF_CHECK(made != bad);
    CAF_CHECK_EQUAL(made.size(), 16u);
  }
}

CAF_TEST(a header with a line break never leaves) {
  response r;
  r.set("X-A", "1\r\nX-B: 2");
  CAF_CHECK(response_head(r, 11, true, framing::length).find("X-B") == std::string::npos);
}

CAF_TEST(paths must stand below an allowed root also when resolved) {
  namespace fs = std::filesystem;
  auto base = fs::temp_directory_path() / ("troupe-paths-" + std::to_string(::getpid()));
  fs::create_directories(base / "open" / "inner");
  fs::create_directories(base / "closed");
  fs::create_directory_symlink(base / "closed", base / "open" / "way-out");
  std::vector<std::string> roots{(base / "open").string()};
  auto ok = [&](const std::string& p) { return check_path(p, roots).has_value(); };
  CAF_CHECK(ok((base / "open").string()));
  CAF_CHECK(ok((base / "open/inner").string()));
  CAF_CHECK(ok((base / "open/not-yet/there.html").string()));
  CAF_CHECK(check_path((base / "open/inner").string(), {(base / "open/").string()}).has_value());
  CAF_CHECK(!ok((base / "open/way-out").string()));
  CAF_CHECK(!ok((base / "open/way-out/file").string()));
  CAF_CHECK(!ok((base / "open/../closed").string()));
  CAF_CHECK(!ok((base / "closed").string()));
  CAF_CHECK(!ok((base / "open-too").string()));
  CAF_CHECK(!ok("open"));
  CAF_CHECK(!ok(""));
  CAF_CHECK(!ok((base / "open/inner").string() + std::string{"\0x", 2}));
  CAF_CHECK(!check_path((base / "open").string(), {}).has_value());
  CAF_CHECK(check_path("/etc", {}).error().code == errc::path_not_allowed);
  fs::remove_all(base);
}

CAF_TEST(uploaded files get harmless names) {
  CAF_CHECK_EQUAL(safe_file_name("../../etc/passwd", ".txt"), "passwd.txt");
  CAF_CHECK_EQUAL(safe_file_name("a b\n.html", ".html"), "a_b_.html");
  CAF_CHECK_EQUAL(safe_file_name(".hidden", ".md"), "hidden.md");
  CAF_CHECK_EQUAL(safe_file_name("", ".html"), "document.html");
  CAF_CHECK_EQUAL(safe_file_name("..", ".html"), "document.html");
  CAF_CHECK_EQUAL(safe_file_name("C:\\docs\\r.md", ".md"), "r.md");
  CAF_CHECK(safe_file_name(std::string(500, 'x'), ".txt").size() <= 104u);
}

CAF_TEST(addresses to listen on are told apart) {
  auto any = bind_listener("127.0.0.1:0");
  CAF_REQUIRE(any.has_value());
  CAF_CHECK((*any)->port() != 0);
  auto taken = bind_listener((*any)->endpoint());
  CAF_REQUIRE(!taken);
  CAF_CHECK(taken.error().code == errc::conflict);
  CAF_CHECK(taken.error().advice.find("--listen") != std::string::npos);
  for (const char* wrong :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "::1:80:x", "127.0.0.1:80 "})
    CAF_CHECK(!bind_listener(wrong));
  CAF_CHECK(check_exposure(**any, false).has_value());
  auto open = bind_listener("0.0.0.0:0");
  CAF_REQUIRE(open.has_value());
  CAF_CHECK(!check_exposure(**open, false));
  CAF_CHECK(check_exposure(**open, true).has_value());
  CAF_CHECK((*open)->endpoint().starts_with("127.0.0.1:"));
}

CAF_TEST(the endpoint file is ours alone) {
  auto folder = std::filesystem::temp_directory_path() / ("troupe-endpoint-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  CAF_CHECK(write_endpoint(folder, "127.0.0.1:1").has_value());
  remove_endpoint(folder, "127.0.0.1:2");
  CAF_CHECK(std::filesystem::exists(folder / "endpoint"));
  remove_endpoint(folder, "127.0.0.1:1");
  CAF_CHECK(!std::filesystem::exists(folder / "endpoint"));
  CAF_CHECK(!write_endpoint(folder / "absent", "x"));
  std::filesystem::remove_all(folder);
}

CAF_TEST(only one message of a client means cancel) {
  CAF_CHECK(asks_cancel("{\"type\":\"cancel\"}"));
  for (const char* no : {"", "cancel", "[]", "{}", "{\"type\":1}", "{\"type\":\"stop\"}", "{\"type\":\"cancel\"",
                         "\xff", "{\"type\":\"cancel\",\"x\":1}"})
    CAF_CHECK(!asks_cancel(no));
}
