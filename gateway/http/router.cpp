#include "gateway/http/router.hpp"

#include <algorithm>

namespace troupe::gateway {

namespace {

constexpr std::size_t most_segments = 16;

/// Segments between slashes; `/a/` has an empty last one and so differs from `/a`.
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  if (!path.starts_with('/'))
    return out;
  path.remove_prefix(1);
  for (;;) {
    auto slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos || out.size() > most_segments)
      return out;
    path.remove_prefix(slash + 1);
  }
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& p, std::string_view s) { return p.empty() ? !s.empty() : p == s; });
}

void allow_method(std::string& allow, verb method) {
  auto name = std::string{to_string(method)};
  if (allow.find(name) == std::string::npos)
    allow += (allow.empty() ? "" : ", ") + name + (method == verb::get ? ", HEAD" : "");
}

} // namespace

route& router::add(verb method, std::string pattern, handler handle, std::size_t body_limit) {
  parsed p;
  for (auto s : segments_of(pattern))
    p.segments.emplace_back(s.starts_with('{') ? std::string_view{} : (s.empty() ? std::string_view{"/"} : s));
  if (pattern == "/")
    p.segments = {"/"};
  parsed_.push_back(std::move(p));
  routes_.push_back({std::move(pattern), method, std::move(handle), body_limit, {}});
  return routes_.back();
}

route_match router::match(verb method, std::string_view path) const {
  route_match m;
  auto segments = segments_of(path);
  if (path == "/")
    segments = {"/"};
  auto wanted = method == verb::head ? verb::get : method;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!fits(parsed_[i].segments, segments))
      continue;
    if (routes_[i].method != wanted) {
      allow_method(m.allow, routes_[i].method);
      continue;
    }
    for (std::size_t s = 0; s < segments.size(); ++s)
      if (parsed_[i].segments[s].empty()) {
        auto decoded = percent_decode(segments[s], false);
        if (!decoded)
          return {};
        m.arguments.push_back(std::move(*decoded));
      }
    m.found = &routes_[i];
    return m;
  }
  if (!m.allow.empty())
    m.allow += ", OPTIONS";
  return m;
}

} // namespace troupe::gateway
