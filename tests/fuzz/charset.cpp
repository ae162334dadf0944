// Bytes under any label become clean UTF-8.
#include <array>

#include "actors/scrape/extract/charset.hpp"
#include "tests/fixtures/snapshot_rules.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array labels{"",       "utf-8",        "utf-16le", "gb18030",  "big5", "euc-jp", "iso-2022-jp",
                                     "euc-kr", "windows-1252", "koi8-r",   "nonsense", "utf-7"};
  fuzz_input in{data, size};
  auto label = labels[in.choice(labels.size())];
  auto is_html = in.choice(2) == 1;
  auto x = decode_text(in.rest(), label, is_html);
  must_hold(is_utf8(x.text), "not UTF-8");
  must_hold(x.text.find('\r') == x.text.npos && x.text.find('\0') == x.text.npos, "a CR or NUL is left");
  must_hold(is_utf8(repair_utf8(in.rest())), "repaired, and not UTF-8");
  return 0;
}
