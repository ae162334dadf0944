#include "actors/scrape/http_meaning.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <utility>

namespace troupe {

namespace {

std::string media_type_of(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  std::string out;
  for (char c : type)
    if (c != ' ' && c != '\t')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// What a host asks for beyond it says no more, and can be counted in nanoseconds.
constexpr std::chrono::seconds longest_wait = std::chrono::hours{24 * 365};

/// `Wed, 21 Oct 2015 07:28:00 GMT`, the one form that servers may still send (RFC 9110, section 5.6.7).
std::optional<timestamp> http_date(std::string_view value) {
  constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  char month[4] = {};
  char zone[4] = {};
  std::string text{value.substr(0, 64)};
  if (std::sscanf(text.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d %3s", &day, month, &year, &hour, &minute, &second, zone)
      != 7)
    return std::nullopt;
  auto at = names.find(std::string_view{month});
  if (at == names.npos || at % 3 != 0 || std::string_view{zone} != "GMT" || year < 1900 || year > 2200
      || std::min({hour, minute, second}) < 0 || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(at / 3 + 1)},
                                   std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok())
    return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute}
         + std::chrono::seconds{second};
}

} // namespace

std::string_view header_of(const http_response& x, std::string_view name) noexcept {
  for (const auto& [key, value] : x.headers)
    if (key == name)
      return value;
  return {};
}

std::string status_phrase(std::uint16_t status) {
  constexpr std::array<std::pair<std::uint16_t, std::string_view>, 27> names{{
    {204, "No Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {418, "I'm a teapot"},
    {425, "Too Early"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
  }};
  auto text = std::to_string(status);
  for (const auto& [code, name] : names)
    if (code == status)
      return text + " " + std::string{name};
  return text;
}

std::optional<std::chrono::seconds> retry_after(std::string_view value, timestamp now) {
  std::int64_t seconds = 0;
  auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (bad == std::errc{} && end == value.data() + value.size() && seconds >= 0)
    return std::min(std::chrono::seconds{seconds}, longest_wait);
  if (auto date = http_date(value))
    return std::max(std::chrono::ceil<std::chrono::seconds>(*date - now), std::chrono::seconds{0});
  return std::nullopt;
}

std::string validator_of(const http_response& x) {
  auto tag = header_of(x, "etag");
  return std::string{tag.empty() ? header_of(x, "last-modified") : tag};
}

std::pair<std::string, std::string> condition_of(const std::string& validator) {
  bool tag = validator.starts_with('"') || validator.starts_with("W/");
  return {tag ? "If-None-Match" : "If-Modified-Since", validator};
}

const std::vector<std::string>& readable_media_types() {
  static const std::vector<std::string> types{"text/html",
                                              "application/xhtml+xml",
                                              "text/plain",
                                              "text/markdown",
                                              "text/x-markdown",
                                              "text/x-rst",
                                              "text/x-web-markdown",
                                              "application/pdf",
                                              "application/x-pdf",
                                              "text/csv",
                                              "text/tab-separated-values",
                                              "application/json",
                                              "application/ld+json",
                                              "application/epub+zip",
                                              "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                              "application/rss+xml",
                                              "application/atom+xml",
                                              "application/rdf+xml",
                                              "application/xml",
                                              "text/xml"};
  return types;
}

bool readable_media(std::string_view content_type) {
  auto type = media_type_of(content_type);
  const auto& readable = readable_media_types();
  return type.empty() || std::find(readable.begin(), readable.end(), type) != readable.end();
}

bool is_redirect_status(std::uint16_t status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool worth_retrying(std::uint16_t status) noexcept {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501 && status != 505);
}

bool worth_retrying(errc code) noexcept {
  switch (code) {
  case errc::connect_failed:
  case errc::dns_failed:
  case errc::overloaded:
  case errc::unavailable:
    return true;
  default:
    return false;
  }
}

bool host_is_failing(std::uint16_t status) noexcept { return status >= 500; }

bool host_is_failing(errc code) noexcept {
  return code == errc::connect_failed || code == errc::dns_failed || code == errc::tls_failed
         || code == errc::deadline_exceeded;
}

error status_error(const std::string& url, std::uint16_t status) {
  std::string advice = "Try again later.";
  if (status == 404 || status == 410)
    advice = "Check the address.";
  else if (status == 401 || status == 402 || status == 403 || status == 451)
    advice = "The site shows this page to some visitors only; give a page that is open to all.";
  return {errc::http_status, url + " answered " + status_phrase(status), std::move(advice)};
}

} // namespace troupe
