// The URL standard's own test cases.
#define CAF_SUITE url_standard

#include "actors/egress/host.hpp"
#include "actors/egress/url.hpp"
#include "third_party.hpp"

#include <simdjson.h>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

struct score {
  int passed = 0;
  int failed = 0;
};

std::string text(simdjson::dom::element x, const char* key) {
  std::string_view value;
  return x[key].get(value) == simdjson::SUCCESS ? std::string{value} : std::string{};
}

/// What differs from the expectation, empty when nothing does.
std::string difference(const url& x, simdjson::dom::element test) {
  std::string out;
  auto check = [&](const char* key, const std::string& got) {
    if (auto wanted = text(test, key); wanted != got)
      out += std::string{" "} + key + " is " + got + " instead of " + wanted;
  };
  check("href", x.href());
  check("protocol", x.scheme + ":");
  check("username", x.username);
  check("password", x.password);
  check("hostname", x.host);
  check("host", x.authority());
  check("port", x.has_port ? std::to_string(x.port) : "");
  check("search", x.query.empty() ? "" : "?" + x.query);
  check("hash", x.fragment.empty() ? "" : "#" + x.fragment);
  check("pathname", x.path);
  if (std::string_view origin; test["origin"].get(origin) == simdjson::SUCCESS && x.origin() != origin)
    out += " origin is " + x.origin();
  return out;
}

/// Runs one case; an empty answer is a pass.
std::string run(simdjson::dom::element test) {
  auto input = text(test, "input");
  auto base_text = text(test, "base");
  bool must_fail = test["failure"].error() == simdjson::SUCCESS;
  expected<url> parsed = fail(errc::url_invalid, "");
  if (base_text.empty()) {
    parsed = parse_url(input);
  } else if (auto base = parse_url(base_text)) {
    parsed = parse_url(input, &*base);
  } else {
    return must_fail ? "" : " base not understood";
  }
  if (parsed.has_value() == must_fail)
    return must_fail ? " should fail, is " + parsed->href() : " should not fail";
  return must_fail ? "" : difference(*parsed, test);
}

} // namespace

CAF_TEST(every case of the URL standard) {
  auto json = third_party("url/urltestdata.json");
  if (!json)
    return;
  simdjson::dom::parser parser;
  simdjson::dom::array tests;
  CAF_REQUIRE(parser.parse(without_lone_surrogates(*json)).get(tests) == simdjson::SUCCESS);
  score web, other;
  for (auto test : tests) {
    if (!test.is_object())
      continue;
    auto protocol = text(test, "protocol");
    auto& group = protocol == "http:" || protocol == "https:" ? web : other;
    auto wrong = run(test);
    ++(wrong.empty() ? group.passed : group.failed);
    if (!wrong.empty())
      CAF_ERROR("<" << text(test, "input") << "> on <" << text(test, "base") << ">:" << wrong);
  }
  CAF_MESSAGE("http(s) " << web.passed << " passed, others and failures " << other.passed << " passed");
  CAF_CHECK(web.passed > 200);
  CAF_CHECK(other.passed > 500);
}

CAF_TEST(every case of domain to ASCII) {
  auto json = third_party("url/toascii.json");
  if (!json)
    return;
  simdjson::dom::parser parser;
  simdjson::dom::array tests;
  CAF_REQUIRE(parser.parse(without_lone_surrogates(*json)).get(tests) == simdjson::SUCCESS);
  int passed = 0;
  for (auto test : tests) {
    if (!test.is_object())
      continue;
    auto input = text(test, "input");
    auto parsed = parse_url("https://" + input + "/x");
    if (test["output"].is_null() ? parsed.has_value() : !parsed || parsed->host != text(test, "output"))
      CAF_ERROR("<" << input << "> is " << (parsed ? parsed->host : "a failure") << ", not " << text(test, "output"));
    else
      ++passed;
  }
  CAF_MESSAGE(passed << " passed");
  CAF_CHECK(passed > 80);
}
