// Headers of other people's servers.
#include "actors/scrape/http_meaning.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_input in{data, size};
  if (auto wait = retry_after(std::string{in.rest()}, timestamp{std::chrono::seconds{1'700'000'000}}))
    must_hold(wait->count() >= 0, "a wait below nothing");
  return 0;
}
