// Canonical form, local files, sites, and a seeded fuzz of the parser.
#define CAF_SUITE url_forms

#include "actors/egress/url.hpp"

#include <random>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string known_as(std::string_view text) {
  auto x = parse_url(text);
  return x ? canonical(*x) : x.error().message;
}

url parsed_url(std::string_view text) {
  auto x = parse_url(text);
  return x ? *x : url{};
}

std::string site(std::string_view text) { return site_of(parsed_url(text)); }

std::string local(std::string_view text) {
  auto x = file_path(text);
  return x ? *x : x.error().message;
}

/// Pieces that reach every state of the parser.
constexpr std::string_view seeds[] = {
  "http://user:pa%20ss@EXAMPLE.com:8080/a/b/../c?x=1&utm_source=y#f",
  "https://[2001:db8::1.2.3.4]:443/%7euser/./;jsessionid=1",
  "file:///C|/x/../../y?q#z",
  "//0x7f.1:80\\path",
  "mailto:someone@example.org?subject=a b",
  "blob:https://example.org/1",
  "http://b\xc3\xbc"
  "cher.example/\xe2\x82\xac?\xf0\x9f\x92\xa9",
  "web+demo:/.//not-a-host/",
};

std::string mutated(std::mt19937& random) {
  std::string out{seeds[random() % std::size(seeds)]};
  for (auto edits = 1 + random() % 6; edits > 0; --edits) {
    auto at = out.empty() ? 0 : random() % out.size();
    constexpr std::string_view marks = "/\\:@?#[]%.|\t <>^0xX";
    switch (random() % 5) {
    case 0:
      out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), static_cast<char>(random() % 256));
      break;
    case 1:
      out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), marks[random() % marks.size()]);
      break;
    case 2:
      out.erase(at, 1 + random() % 4);
      break;
    case 3:
      out.insert(at, out.substr(0, random() % 8));
      break;
    default: {
      std::string_view other = seeds[random() % std::size(seeds)];
      auto from = random() % other.size();
      out.replace(at, random() % 8, other.substr(from, random() % 12));
    }
    }
  }
  return out;
}

} // namespace

CAF_TEST(canonical form) {
  CAF_CHECK_EQUAL(known_as("HTTP://User:pw@Example.ORG:80/a/./b/../c?#frag"), "http://example.org/a/c");
  CAF_CHECK_EQUAL(known_as("https://example.org/?b=2&utm_source=x&a=1&fbclid=y"), "https://example.org/?b=2&a=1");
  CAF_CHECK_EQUAL(known_as("https://example.org/?gclid=1"), "https://example.org/");
  CAF_CHECK_EQUAL(known_as("https://example.org/p;jsessionid=0A1B?x=1"), "https://example.org/p?x=1");
  CAF_CHECK_EQUAL(known_as("https://example.org/p;jsession%69D=1/q;JSESSIONID=2;v=3"), "https://example.org/p/q;v=3");
  CAF_CHECK_EQUAL(known_as("https://example.org/a/.;jsessionid=1/b"), "https://example.org/a/.;jsessionid=1/b");
  std::string nested = "https://example.org/p";
  for (int i = 0; i < 100; ++i)
    nested += ";jses;jsessionid=1";
  for (int i = 0; i < 100; ++i)
    nested += ";sionid=2";
  CAF_CHECK_EQUAL(known_as(known_as(nested)), known_as(nested));
  CAF_CHECK_EQUAL(known_as("https://example.org/p;v=1;JSESSIONID=0A1B/q"), "https://example.org/p;v=1/q");
  CAF_CHECK_EQUAL(known_as("https://example.org/?sid=12"), "https://example.org/?sid=12");
  CAF_CHECK_EQUAL(known_as("https://example.org/?sid=0123456789abcdef0123"), "https://example.org/");
  CAF_CHECK_EQUAL(known_as("https://example.org/%7euser/%c3%a9"), "https://example.org/~user/%C3%A9");
  CAF_CHECK_EQUAL(known_as("https://example.org/100%/%7e"), "https://example.org/100%/%7e");
  CAF_CHECK_EQUAL(known_as("file:///srv/a.html?x#y"), "file:///srv/a.html");
  CAF_CHECK_EQUAL(known_as("http://example.org:8080/"), "http://example.org:8080/");
}

CAF_TEST(parts of a URL) {
  auto x = parsed_url("https://example.org:8443/a?b#c");
  CAF_CHECK_EQUAL(x.origin(), "https://example.org:8443");
  CAF_CHECK_EQUAL(x.authority(), "example.org:8443");
  CAF_CHECK_EQUAL(x.port_or_default(), 8443);
  CAF_CHECK_EQUAL(parsed_url("http://example.org").port_or_default(), 80);
  CAF_CHECK_EQUAL(parsed_url("http://example.org:0").port_or_default(), 0);
  auto relative = parse_url("../d?e", &x);
  CAF_REQUIRE(relative);
  CAF_CHECK_EQUAL(relative->href(), "https://example.org:8443/d?e");
  auto bad = parse_url("http://exa mple.org/");
  CAF_REQUIRE(!bad);
  CAF_CHECK(bad.error().code == errc::url_invalid);
  CAF_CHECK_EQUAL(bad.error().message, "can't read the address http://exa mple.org/: its host is not a valid one");
  CAF_CHECK(!parse_url(std::string(2u << 20, 'a')));
}

CAF_TEST(local files there and back) {
  for (std::string path : {"/srv/docs/a b.html", "/x/100%/\xc3\xa9.md", "/we|ird\\name?x#y", "/C|/x", "/a%2Fb", "/",
                           "/tab\there\nnewline", "/folder/"}) {
    auto address = file_url(path);
    CAF_CHECK_EQUAL(local(address), path);
    CAF_CHECK_EQUAL(known_as(address), address);
  }
  CAF_CHECK_EQUAL(file_url("/srv/./docs/../a"), "file:///srv/a");
  CAF_CHECK_EQUAL(local("file://localhost/etc/hosts"), "/etc/hosts");
  CAF_CHECK(!file_path("file://server/share"));
  CAF_CHECK(!file_path("http://example.org/"));
  CAF_CHECK(!file_path("file:///a%2fb"));
  CAF_CHECK(!file_path("file:///a%00b"));
}

CAF_TEST(sites) {
  CAF_CHECK_EQUAL(site("https://docs.python.org/3/"), "python.org");
  CAF_CHECK_EQUAL(site("https://news.bbc.co.uk/"), "bbc.co.uk");
  CAF_CHECK_EQUAL(site("https://co.uk/"), "co.uk");
  CAF_CHECK_EQUAL(site("https://someone.github.io/"), "someone.github.io");
  CAF_CHECK_EQUAL(site("http://127.0.0.1:8080/"), "127.0.0.1");
  CAF_CHECK_EQUAL(site("http://[::1]/"), "[::1]");
  CAF_CHECK_EQUAL(site("http://intranet/"), "intranet");
  CAF_CHECK_EQUAL(site("http://www.example.org./"), "example.org");
  CAF_CHECK_EQUAL(site("http://./"), ".");
}

CAF_TEST(a parsed URL parses to itself) {
  std::mt19937 random{20240131};
  int parsed = 0;
  for (int i = 0; i < 40000; ++i) {
    auto text = mutated(random);
    auto base = parse_url(mutated(random));
    auto x = parse_url(text, base ? &*base : nullptr);
    if (!x)
      continue;
    ++parsed;
    auto again = parse_url(x->href());
    if (!again || again->href() != x->href() || again->host != x->host || again->path != x->path)
      CAF_ERROR("input " << text << " became " << x->href() << " and then " << (again ? again->href() : "a failure"));
    if (x->scheme == "http" || x->scheme == "https" || x->scheme == "file") {
      auto name = canonical(*x);
      if (known_as(name) != name)
        CAF_ERROR("canonical " << name << " became " << known_as(name));
    }
    (void)site_of(*x);
    (void)x->origin();
  }
  CAF_MESSAGE(parsed << " of 40000 mutations parsed");
  CAF_CHECK(parsed > 10000);
}
