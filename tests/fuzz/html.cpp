// Pages and files of every kind that is text: a sound snapshot or an error, whatever comes in.
#include <array>

#include "actors/scrape/extract/article_extractor.hpp"
#include "tests/fixtures/snapshot_rules.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array kinds{
    "text/html", "text/html; charset=shift_jis", "application/xhtml+xml", "text/markdown", "text/plain", "text/x-rst",
    ""};
  static const auto base = *parse_url("http://a.example/docs/page.html?x=1");
  fuzz_input in{data, size};
  auto kind = kinds[in.choice(kinds.size())];
  auto x = extract_article(in.rest(), kind, base);
  if (!x) {
    must_hold(!x.error().message.empty(), "an error without a word");
    return 0;
  }
  auto fault = snapshot_fault(x->content);
  must_hold(fault.empty(), fault);
  for (const auto& link : x->links)
    must_hold(parse_url(link.url).has_value(), "a link that is no address: " + link.url);
  return 0;
}
