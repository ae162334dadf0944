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

/// Whether cutting `path` here leaves a dot segment, which means something else.
bool ends_in_dots(std::string_view path) {
  auto last = path.substr(path.rfind('/') + 1);
  return last.size() <= 6 && (tidy_triplets(last) == "." || tidy_triplets(last) == "..");
}

/// Java servers write `/page;jsessionid=ABC` when cookies are off. Cutting one out may join what makes another: that
/// is seen as it comes to stand at the end of what is kept.
std::string without_sessions(std::string_view path) {
  constexpr std::string_view mark = ";jsessionid=";
  std::string kept;
  for (std::size_t i = 0; i < path.size();) {
    kept += path[i++];
    if (kept.back() != mark.back() || kept.size() < mark.size())
      continue;
    auto before = std::string_view{kept}.substr(0, kept.size() - mark.size());
    if (lower_case(std::string_view{kept}.substr(before.size())) != mark || ends_in_dots(before))
      continue;
    kept.resize(before.size());
    i = std::min(path.find_first_of("/;", i), path.size());
  }
  return kept;
}

/// Triplets that are tidied may spell a session; what is cut out after that leaves them tidy.
std::string tidy_path(std::string_view path) { return without_sessions(tidy_triplets(without_sessions(path))); }

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
