#include "actors/scrape/url_shape.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace troupe {

namespace {

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool letter(char c) noexcept { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

std::string lowered(std::string_view x) {
  std::string out{x};
  for (auto& c : out)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

template <std::size_t N>
bool one_of(std::string_view x, const std::array<std::string_view, N>& words) noexcept {
  return std::find(words.begin(), words.end(), x) != words.end();
}

std::vector<std::string_view> split(std::string_view x, char mark) {
  std::vector<std::string_view> parts;
  while (true) {
    auto end = x.find(mark);
    parts.push_back(x.substr(0, end));
    if (end == x.npos)
      return parts;
    x.remove_prefix(end + 1);
  }
}

bool is_year(std::string_view x) noexcept {
  return x.size() == 4 && std::all_of(x.begin(), x.end(), digit)
         && (x.starts_with("19") || x.starts_with("20") || x.starts_with("21"));
}

/// A year alone, `2031-05`, `2031-05-12`, `20310512`, or a month's name.
bool is_date(std::string_view x) {
  constexpr std::array<std::string_view, 21> months{
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "jan",     "feb",      "mar",   "apr",   "jun",  "jul",  "aug",    "sep",       "oct",     "nov"};
  if (is_year(x) || one_of(lowered(x), months))
    return true;
  if (x.size() < 6 || x.size() > 10 || !is_year(x.substr(0, 4)))
    return false;
  return std::all_of(x.begin(), x.end(), [](char c) { return digit(c) || c == '-' || c == '_' || c == '.'; });
}

/// Long, of letters and digits mixed, and no words in it: what a machine made up.
bool is_token(std::string_view x) noexcept {
  auto digits = std::count_if(x.begin(), x.end(), digit);
  auto letters = std::count_if(x.begin(), x.end(), letter);
  auto dashes = std::count(x.begin(), x.end(), '-');
  if (x.size() < 16 || digits < 3 || letters < 3)
    return false;
  return static_cast<std::size_t>(digits + letters) == x.size() || (x.size() == 36 && dashes == 4);
}

std::string blanked(std::string_view x) {
  std::string out;
  for (char c : x) {
    if (!digit(c))
      out += c;
    else if (out.empty() || out.back() != '#')
      out += '#';
  }
  return out;
}

void raise(shape_kind& kind, shape_kind to) noexcept { kind = std::max(kind, to); }

/// A path segment without what varies in it.
std::string segment_shape(std::string_view segment, shape_kind& kind) {
  auto parameter = segment.find(';');
  if (parameter != segment.npos) {
    raise(kind, shape_kind::token); // `;jsessionid=…` and its kin
    segment = segment.substr(0, parameter);
  }
  if (is_date(segment)) {
    raise(kind, shape_kind::dated);
    return "@";
  }
  if (is_token(segment)) {
    raise(kind, shape_kind::numbered);
    return "~";
  }
  auto result = blanked(segment);
  if (result.find('#') != result.npos)
    raise(kind, shape_kind::numbered);
  return result;
}

std::string query_shape(std::string_view query, shape_kind& kind) {
  constexpr std::array<std::string_view, 14> date_names{"date", "year", "month",    "day", "week", "start",  "end",
                                                        "from", "to",   "calendar", "yr",  "mo",   "tstamp", "ym"};
  std::vector<std::string> names;
  for (auto parameter : split(query, '&')) {
    auto name = lowered(parameter.substr(0, parameter.find('=')));
    auto value = parameter.substr(std::min(parameter.size(), name.size() + 1));
    if (one_of(name, date_names) || is_date(value))
      raise(kind, shape_kind::dated);
    if (is_token(value))
      raise(kind, shape_kind::token);
    names.push_back(blanked(name));
  }
  raise(kind, names.size() > 1 ? shape_kind::query : shape_kind::numbered);
  std::sort(names.begin(), names.end());
  std::string result;
  for (const auto& name : names)
    result += "&" + name;
  return result;
}

} // namespace

std::uint64_t text_key(std::string_view text) noexcept {
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (char c : text)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15ull;
  return h ^ (h >> 29);
}

std::uint32_t shape_limits::of(shape_kind kind) const noexcept {
  switch (kind) {
  case shape_kind::numbered:
    return numbered;
  case shape_kind::query:
    return query;
  case shape_kind::dated:
    return dated;
  case shape_kind::token:
    return token;
  case shape_kind::plain:
    break;
  }
  return UINT32_MAX;
}

url_shape shape_of(const url& x) {
  url_shape result;
  std::string text = x.authority();
  for (auto segment : split(x.path, '/'))
    text += "/" + segment_shape(segment, result.kind);
  if (x.has_query && !x.query.empty()) {
    result.path_key = text_key(x.authority() + x.path);
    text += "?" + query_shape(x.query, result.kind);
  }
  if (result.kind != shape_kind::plain)
    result.key = text_key(text);
  return result;
}

bool malformed_by_trap(const url& x, std::size_t length, const shape_limits& limits) {
  if (length > limits.max_url)
    return true;
  auto parameters = static_cast<std::uint32_t>(std::count(x.query.begin(), x.query.end(), '&')) + 1;
  if (x.has_query && parameters > limits.max_parameters)
    return true;
  auto segments = split(x.path, '/');
  if (segments.size() > limits.max_segments + 1)
    return true;
  segments.erase(segments.begin()); // before the leading slash
  std::sort(segments.begin(), segments.end());
  std::uint32_t run = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    run = i > 0 && segments[i] == segments[i - 1] ? run + 1 : 1;
    if (run > limits.max_same_segment)
      return true;
  }
  return false;
}

bool unreadable_by_name(const url& x) {
  constexpr std::array<std::string_view, 52> endings{
    "png", "jpg", "jpeg", "gif",  "svg", "webp", "ico",  "bmp", "tif", "tiff", "avif", "css",  "js",
    "mjs", "map", "json", "woff", "ttf", "otf",  "eot",  "zip", "gz",  "tgz",  "bz2",  "xz",   "zst",
    "7z",  "rar", "tar",  "deb",  "rpm", "dmg",  "iso",  "exe", "msi", "apk",  "jar",  "mp3",  "mp4",
    "avi", "mov", "mkv",  "webm", "ogg", "wav",  "flac", "doc", "xls", "ppt",  "rss",  "atom", "woff2"};
  auto dot = x.path.rfind('.');
  if (dot == x.path.npos || x.path.find('/', dot) != x.path.npos)
    return false;
  return one_of(lowered(std::string_view{x.path}.substr(dot + 1)), endings);
}

} // namespace troupe
