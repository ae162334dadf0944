// The form under which a page is known.
#include "actors/egress/url.hpp"

#include "actors/egress/ascii.hpp"
#include "actors/egress/percent.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace {

/// Parameters that campaigns, click trackers and session layers add; sorted. They never choose what the page says.
constexpr std::array<std::string_view, 36> dropped = {
  "_ga",    "_gl",     "_hsenc",  "_hsmi",         "cfid",   "cftoken",    "dclid",      "fbclid",    "gad_source",
  "gbraid", "gclid",   "gclsrc",  "hsctatracking", "igsh",   "igshid",     "jsessionid", "li_fat_id", "mc_cid",
  "mc_eid", "mkt_tok", "msclkid", "phpsessid",     "sessid", "session_id", "sessionid",  "srsltid",   "ttclid",
  "twclid", "vero_id", "wbraid",  "wickedid",      "wt_mc",  "yclid",      "ysclid",     "zanpid",    "zx",
};
static_assert(std::is_sorted(dropped.begin(), dropped.end()));

/// phpBB and friends put a hash into `sid`; elsewhere `sid=12` is the page's own number.
bool long_token(std::string_view value) {
  return value.size() >= 16 && std::all_of(value.begin(), value.end(), [](char c) { return hex_value(c) >= 0; });
}

bool tracking(std::string_view parameter) {
  auto equals = parameter.find('=');
  auto name = lower_case(parameter.substr(0, equals));
  if (name.starts_with("utm_") || name.starts_with("aspsessionid"))
    return true;
  if (name == "sid" && equals != std::string_view::npos)
    return long_token(parameter.substr(equals + 1));
  return std::binary_search(dropped.begin(), dropped.end(), name);
}

std::string without_tracking(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    auto end = query.find('&');
    auto parameter = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (parameter.empty() || tracking(parameter))
      continue;
    if (!out.empty())
      out += '&';
    out += parameter;
  }
  return out;
}

/// Java servers write `/page;jsessionid=ABC` when cookies are off.
std::string without_session(std::string_view path) {
  constexpr std::string_view mark = ";jsessionid=";
  auto start = lower_case(path).find(mark);
  if (start == std::string::npos)
    return std::string{path};
  // What stays must not become a dot segment, which means something else.
  auto kept = tidy_triplets(path.substr(0, start));
  if (kept.ends_with("/.") || kept.ends_with("/.."))
    return std::string{path};
  auto end = path.find_first_of("/;", start + mark.size());
  return std::string{path.substr(0, start)}.append(end == std::string_view::npos ? "" : path.substr(end));
}

/// A step may uncover another one (a session twice, a broken triplet cut off): a few rounds, until nothing changes.
std::string tidy_path(std::string path) {
  for (int round = 0; round < 8; ++round) {
    auto next = tidy_triplets(without_session(path));
    if (next == path)
      break;
    path = std::move(next);
  }
  return path;
}

} // namespace

std::string canonical(const url& x) {
  auto out = x;
  out.fragment.clear();
  out.has_fragment = false;
  out.username.clear();
  out.password.clear();
  if (x.scheme != "http" && x.scheme != "https" && x.scheme != "file")
    return out.href();
  if (x.scheme == "file") {
    out.path = tidy_triplets(x.path);
    out.query.clear();
  } else {
    out.path = tidy_path(x.path);
    out.query = without_tracking(x.query);
  }
  out.has_query = !out.query.empty();
  return out.href();
}

} // namespace troupe
