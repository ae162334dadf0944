// Broken robots.txt, encodings and headers: an answer within bounds, whatever comes in.
#define CAF_SUITE mutated_text

#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/http_meaning.hpp"
#include "actors/scrape/robots_policy.hpp"
#include "protocols/json/writer.hpp"
#include "tests/fixtures/mutation.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

CAF_TEST(robots) {
  mutation bad{{"User-agent: troupe\nDisallow: /private/*.html$\nAllow: /\nCrawl-delay: 2.5\n",
                "\xEF\xBB\xBF# x\r\nuser-agent:*\r\nDisallow:\r\nSitemap: https://a.example/s.xml\r\n",
                "<!doctype html><title>404</title>"},
               {"*", "$", "%2F", "%", "\0", "\r", "\n", ":", "#", "User-agent: *\n", "Disallow: ", "Crawl-delay: -1\n",
                "Crawl-delay: 99999999999999999999\n", "\xFF", std::string(3000, '*')}};
  for (int i = 0; i < 4000; ++i) {
    auto text = bad.next();
    auto policy = robots_policy::parse(text, "troupe");
    for (auto path : {"/", "/private/a.html", "/%2e%2e/ü?x=*$", ""})
      if (auto x = policy.decide(path); x.explain().empty())
        CAF_FAIL("seed " << bad.seed() << ": nothing said for " << text);
    if (auto delay = policy.crawl_delay(); delay && (delay->count() < 0 || *delay > std::chrono::hours{1}))
      CAF_FAIL("seed " << bad.seed() << ": a delay of " << delay->count() << " ms from " << text);
  }
}

CAF_TEST(encodings) {
  mutation bad{{"<?xml version=\"1.0\" encoding=\"shift_jis\"?><p>\x93\xFA\x96\x7B</p>",
                "<meta charset=utf-16><p>caf\xE9</p>", "\xFE\xFF\0a\0b", "plain \xE2\x82\xAC \xF0\x9F\x98\x80"},
               {"\xEF\xBB\xBF", "\xFF\xFE", "\xED\xA0\x80", "\x1B$B", "<meta charset=", "gbk", "\xF8", "\xC0\xAF"}};
  for (int i = 0; i < 4000; ++i) {
    auto text = bad.next();
    for (auto label : {"", "utf-8", "gb18030", "iso-2022-jp", "nonsense"}) {
      auto x = decode_text(text, label, true);
      if (!is_utf8(x.text) || x.text.find('\r') != std::string::npos || x.text.find('\0') != std::string::npos)
        CAF_FAIL("seed " << bad.seed() << ": not clean as " << label << ": " << text);
    }
  }
}

CAF_TEST(waits) {
  mutation bad{{"120", "Fri, 31 Dec 1999 23:59:59 GMT", "Friday, 31-Dec-99 23:59:59 GMT", "Fri Dec 31 23:59:59 1999"},
               {"-", "9999999999999999999999", " ", "GMT", "\0", "+0100", "0x10", "1e9"}};
  auto now = timestamp{std::chrono::seconds{1'700'000'000}};
  for (int i = 0; i < 4000; ++i)
    if (auto x = retry_after(bad.next(), now); x && x->count() < 0)
      CAF_FAIL("seed " << bad.seed() << ": a wait of " << x->count() << " s");
}
