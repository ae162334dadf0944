#include "actors/index/document_filter.hpp"

#include <algorithm>

namespace troupe {

namespace {

std::string lower(std::string_view x) {
  std::string result{x};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return result;
}

/// `en-GB` is `en`.
std::string primary_language(std::string_view x) { return lower(x.substr(0, x.find_first_of("-_"))); }

/// The site itself and what is below it: `example.org` has `docs.example.org`, not `badexample.org`.
bool belongs_to(std::string_view host, std::string_view site) {
  if (site.empty() || !host.ends_with(site))
    return false;
  return host.size() == site.size() || host[host.size() - site.size() - 1] == '.';
}

} // namespace

std::string host_of(std::string_view url) {
  auto scheme = url.find("://");
  if (scheme == std::string_view::npos || url.starts_with("file:"))
    return {};
  auto rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (auto at = rest.rfind('@'); at != std::string_view::npos)
    rest.remove_prefix(at + 1);
  auto port = rest.rfind(':');
  if (port != std::string_view::npos && rest.find(']', port) == std::string_view::npos)
    rest = rest.substr(0, port);
  return lower(rest);
}

std::uint32_t document_filter::names::number(std::string_view x) {
  return numbers_.emplace(x, static_cast<std::uint32_t>(numbers_.size())).first->second;
}

void document_filter::set(std::uint32_t number, const indexed_document& x) {
  if (rows_.size() <= number)
    rows_.resize(number + 1);
  auto published = parse_day(x.published);
  rows_[number] = {hosts_.number(host_of(x.url)), languages_.number(primary_language(x.language)),
                   published ? *published : days_since_epoch(x.fetched_at), published.has_value()};
}

std::optional<std::int32_t> document_filter::published(std::uint32_t number) const {
  if (number >= rows_.size() || !rows_[number].published)
    return {};
  return rows_[number].day;
}

document_filter::selection document_filter::compile(const passage_filter& x) const {
  selection result;
  result.of_ = this;
  result.from_day_ = x.from_day;
  result.before_day_ = x.before_day;
  if (!x.sites.empty())
    result.hosts_ = hosts_.which([&](const std::string& host) {
      return std::any_of(x.sites.begin(), x.sites.end(), [&](auto& site) { return belongs_to(host, lower(site)); });
    });
  if (!x.languages.empty())
    result.languages_ = languages_.which([&](const std::string& language) {
      return std::any_of(x.languages.begin(), x.languages.end(),
                         [&](auto& wanted) { return primary_language(wanted) == language; });
    });
  return result;
}

bool document_filter::selection::operator()(std::uint32_t number) const {
  if (number >= of_->rows_.size())
    return false;
  const auto& x = of_->rows_[number];
  return (hosts_.empty() || hosts_[x.host]) && (languages_.empty() || languages_[x.language]) && x.day >= from_day_
         && x.day < before_day_;
}

} // namespace troupe
