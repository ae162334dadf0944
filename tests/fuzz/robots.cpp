// robots.txt: a decision with its reason for every path, delays within bounds.
#include "actors/scrape/robots_policy.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_input in{data, size};
  auto path_size = in.choice(64);
  auto text = in.rest();
  auto path = "/" + std::string{text.substr(0, path_size)};
  auto policy = robots_policy::parse(text, "troupe");
  for (const auto& x : {path, std::string{"/"}, std::string{}})
    must_hold(!policy.decide(x).explain().empty(), "nothing said for a path");
  if (auto delay = policy.crawl_delay())
    must_hold(delay->count() >= 0 && *delay <= std::chrono::hours{1}, "a delay out of bounds");
  return 0;
}
