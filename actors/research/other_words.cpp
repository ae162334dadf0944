#include "actors/research/other_words.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace {

struct other {
  std::string_view asked;
  std::array<std::string_view, 6> said;
};

/// How people ask, and how manuals say it. Of the language, not of a field.
constexpr std::array others{
  other{"kill", {"cancel", "terminate", "stop", "abort"}},
  other{"stop", {"cancel", "terminate", "shut", "abort"}},
  other{"abort", {"cancel", "terminate", "stop"}},
  other{"allowed", {"maximum", "limit", "permitted", "allow"}},
  other{"permitted", {"allowed", "maximum", "limit"}},
  other{"largest", {"maximum", "upper", "range", "largest", "max"}},
  other{"biggest", {"maximum", "upper", "range", "largest", "max"}},
  other{"highest", {"maximum", "upper", "range", "largest", "max"}},
  other{"greatest", {"maximum", "upper", "range", "largest", "max"}},
  other{"smallest", {"minimum", "lower", "range", "smallest", "min"}},
  other{"lowest", {"minimum", "lower", "range", "smallest", "min"}},
  other{"maximum", {"limit", "largest", "limited", "most", "max"}},
  other{"limit", {"maximum", "limited", "bounded"}},
  other{"long", {"length", "duration", "time"}},
  other{"big", {"size", "limit", "maximum", "large"}},
  other{"large", {"size", "limit", "maximum", "big"}},
  other{"wrote", {"author", "developed", "written", "created", "designed"}},
  other{"created", {"author", "developed", "written", "designed", "creator"}},
  other{"built", {"constructed", "erected", "finished", "completed", "build"}},
  other{"decided", {"decision", "decisions", "agreed", "resolved"}},
  other{"decide", {"decision", "decisions", "agreed", "resolved"}},
  other{"send", {"sends", "sender", "sent", "handle", "deliver"}},
  other{"turn", {"speed", "rotate", "spin"}},
  other{"reset", {"restart", "reset", "restore"}},
  other{"need", {"ingredients", "requirements", "required", "prerequisites", "materials"}},
  other{"attended", {"attendees", "present", "participants", "attendance"}},
  other{"came", {"attendees", "present", "participants", "guests"}},
  other{"call", {"contact", "contacts", "phone", "on-call"}},
  other{"down", {"failure", "outage", "unreachable"}},
  other{"made", {"created", "developed", "written", "designed"}},
  other{"invented", {"created", "developed", "designed"}},
  other{"released", {"release", "version", "published"}},
  other{"available", {"provides", "supports", "supported", "provided"}},
  other{"supported", {"provides", "supports", "available"}},
  other{"see", {"show", "display", "list", "view", "monitor"}},
  other{"view", {"show", "display", "list", "see"}},
  other{"list", {"show", "display", "lists"}},
  other{"show", {"display", "list", "print"}},
  other{"delete", {"remove", "drop"}},
  other{"remove", {"delete", "drop"}},
  other{"change", {"alter", "modify", "set", "amend", "replace"}},
  other{"modify", {"alter", "change", "amend"}},
  other{"edit", {"alter", "change", "modify", "amend"}},
  other{"undo", {"revert", "reset", "restore", "discard"}},
  other{"back", {"dump", "backup"}},
  other{"backup", {"dump", "back"}},
  other{"save", {"store", "record", "write"}},
  other{"slow", {"duration", "performance"}},
  other{"fast", {"speed", "performance"}},
  other{"often", {"every", "interval", "timeout", "between"}},
  other{"running", {"active", "executing", "current", "executed"}},
  other{"run", {"execute", "executed", "invoke", "start"}},
  other{"error", {"exception", "failure"}},
  other{"fix", {"repair", "resolve", "correct"}},
  other{"get", {"retrieve", "obtain", "return"}},
  other{"copy", {"clone", "duplicate"}},
  other{"combine", {"merge", "join"}},
  other{"make", {"create", "build"}},
  other{"regularly", {"periodically", "routine", "regular"}},
  other{"latest", {"recent", "last", "current"}},
  other{"last", {"latest", "recent", "previous", "tip"}},
  other{"enable", {"turn", "activate", "set"}},
  other{"disable", {"off", "deactivate"}},
  other{"disabled", {"off", "false"}},
  other{"without", {"not", "no"}},
  other{"locking", {"lock", "locks", "concurrently"}},
  other{"ignore", {"exclude", "skip", "untracked"}},
  other{"parse", {"deserialize", "decode", "load", "read"}},
  other{"weigh", {"weight"}},
  other{"heavy", {"weigh", "weighs", "weight"}},
  other{"owns", {"owner", "owned", "belongs", "belong"}},
  other{"own", {"owner", "owned", "belongs", "belong"}},
  other{"cost", {"price", "costs"}},
  other{"costs", {"price", "cost"}},
  other{"wide", {"width"}},
  other{"tall", {"height"}},
  other{"high", {"height"}},
  other{"deep", {"depth"}},
  other{"old", {"age"}},
  other{"measure", {"time", "timing"}},
};

} // namespace

std::span<const std::string_view> other_words(std::string_view word) {
  auto it = std::find_if(others.begin(), others.end(), [word](const other& x) { return x.asked == word; });
  if (it == others.end())
    return {};
  auto end = std::find_if(it->said.begin(), it->said.end(), [](std::string_view s) { return s.empty(); });
  return {it->said.data(), static_cast<std::size_t>(end - it->said.begin())};
}

} // namespace troupe
