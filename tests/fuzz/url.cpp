// Addresses: what was read is written and read again as the same; the canonical form is a fixed point.
#include "actors/egress/url.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto base = *parse_url("https://user@host.example:8443/a/b/../c?q#f");
  fuzz_input in{data, size};
  auto relative = in.choice(2) == 1;
  auto x = parse_url(in.rest(), relative ? &base : nullptr);
  if (!x)
    return 0;
  auto again = parse_url(x->href());
  must_hold(again.has_value(), "not read again: " + x->href());
  must_hold(again->href() == x->href(), "read again as " + again->href() + " after " + x->href());
  if (x->scheme != "http" && x->scheme != "https")
    return 0;
  auto known = canonical(*x);
  auto once_more = parse_url(known);
  must_hold(once_more.has_value() && canonical(*once_more) == known, "the canonical form changes: " + known);
  must_hold(!site_of(*x).empty(), "no site: " + known);
  return 0;
}
