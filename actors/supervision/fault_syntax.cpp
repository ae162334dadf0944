// How faults are written.
#include <charconv>

#include "actors/supervision/fault_plan.hpp"

namespace troupe {

namespace {

tl::unexpected<error> bad(std::string_view part, const std::string& why) {
  return fail(errc::invalid_argument, "TROUPE_FAULTS: \"" + std::string{part} + "\" " + why,
              "Write PATHGLOB:throw, PATHGLOB:silent or PATHGLOB:slow=N with N >= 1, joined by \";\".");
}

std::string_view trimmed(std::string_view x) {
  auto from = x.find_first_not_of(" \t\r");
  if (from == std::string_view::npos)
    return {};
  return x.substr(from, x.find_last_not_of(" \t\r") - from + 1);
}

expected<fault_rule> parse_rule(std::string_view part) {
  auto colon = part.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return bad(part, "has no path and fault joined by a colon");
  fault_rule rule{std::string{part.substr(0, colon)}, {}};
  auto name = part.substr(colon + 1);
  if (name == "throw") {
    rule.what.kind = fault_kind::throws;
  } else if (name == "silent") {
    rule.what.kind = fault_kind::silent;
  } else if (name.starts_with("slow=")) {
    rule.what.kind = fault_kind::slow;
    auto number = name.substr(5);
    auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), rule.what.factor);
    if (code != std::errc{} || end != number.data() + number.size() || !(rule.what.factor >= 1)
        || rule.what.factor > 1e6)
      return bad(part, "does not say how many times slower");
  } else {
    return bad(part, "names no fault");
  }
  return rule;
}

} // namespace

expected<std::vector<fault_rule>> parse_faults(std::string_view text) {
  std::vector<fault_rule> result;
  while (!text.empty()) {
    auto end = std::min(text.find_first_of(";\n"), text.size());
    auto part = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty() || part.front() == '#')
      continue;
    auto rule = parse_rule(part);
    if (!rule)
      return tl::make_unexpected(rule.error());
    result.push_back(std::move(*rule));
  }
  return result;
}

bool path_matches(std::string_view glob, std::string_view path) {
  while (!glob.empty() && glob.front() != '*') {
    if (path.empty() || path.front() != glob.front())
      return false;
    glob.remove_prefix(1);
    path.remove_prefix(1);
  }
  if (glob.empty())
    return path.empty();
  auto across = glob.starts_with("**");
  glob.remove_prefix(across ? 2 : 1);
  for (std::size_t n = 0;; ++n) {
    if (path_matches(glob, path.substr(n)))
      return true;
    if (n == path.size() || (!across && path[n] == '/'))
      return false;
  }
}

} // namespace troupe
