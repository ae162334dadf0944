// What clients send and what the store holds: refused with a word, or read, written and read again as the same.
#include "protocols/json/research_json.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_input in{data, size};
  auto what = in.choice(4);
  auto text = in.rest();
  if (what == 0) {
    auto x = parse_research_request(text);
    must_hold(x || !x.error().message.empty(), "an error without a word");
    if (!x)
      return 0;
    auto again = parse_stored_request(encode_request(*x));
    must_hold(again.has_value() && *again == *x, "a request changed by being stored: " + encode_request(*x));
  } else if (what == 1) {
    static_cast<void>(parse_stored_request(text));
  } else if (what == 2) {
    static_cast<void>(parse_stored_grant(text));
  } else if (auto x = parse_report(text)) {
    must_hold(parse_report(encode_report(*x)).has_value(), "a report that can't be read back");
  }
  return 0;
}
