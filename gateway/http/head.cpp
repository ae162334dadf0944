#include "gateway/http/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "gateway/http/problem.hpp"

namespace troupe::gateway {

namespace {

/// RFC 9110 date, made once a second a thread.
const std::string& http_date() {
  thread_local std::time_t made = 0;
  thread_local std::string text;
  auto now = std::time(nullptr);
  if (now != made || text.empty()) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    ::gmtime_r(&now, &t);
    std::array<char, 40> rest{};
    std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT", &t);
    auto day = (t.tm_mday < 10 ? "0" : "") + std::to_string(t.tm_mday);
    text = std::string{days[static_cast<std::size_t>(t.tm_wday)]} + ", " + day + " "
           + months[static_cast<std::size_t>(t.tm_mon)] + rest.data();
    made = now;
  }
  return text;
}

constexpr std::string_view policy = "Content-Security-Policy";

void add(std::string& out, std::string_view name, std::string_view value) {
  if (value.find_first_of("\r\n") != std::string_view::npos)
    return;
  out.append(name).append(": ").append(value).append("\r\n");
}

bool has_header(const response& r, std::string_view name) {
  return std::any_of(r.headers.begin(), r.headers.end(), [&](const auto& h) { return same_text(h.first, name); });
}

} // namespace

const std::array<std::pair<std::string_view, std::string_view>, 4> armour{
  {{"X-Content-Type-Options", "nosniff"},
   {"Referrer-Policy", "no-referrer"},
   {"Cross-Origin-Resource-Policy", "same-origin"},
   {policy, "default-src 'none'; frame-ancestors 'none'; sandbox"}}};

std::string response_head(const response& answer, unsigned version, bool keep_alive, framing how) {
  std::string out;
  out.reserve(512);
  out.append(version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ")
    .append(std::to_string(answer.status))
    .append(" ")
    .append(status_phrase(answer.status))
    .append("\r\n");
  add(out, "Date", http_date());
  add(out, "Server", "troupe/" TROUPE_VERSION);
  for (const auto& [name, value] : answer.headers)
    add(out, name, value);
  if (how == framing::length && answer.status != 204 && answer.status != 304)
    add(out, "Content-Length", std::to_string(answer.body.size()));
  if (how == framing::chunked)
    add(out, "Transfer-Encoding", "chunked");
  if (!keep_alive)
    add(out, "Connection", "close");
  else if (version == 10)
    add(out, "Connection", "keep-alive");
  for (const auto& [name, value] : armour)
    if (name != policy || !has_header(answer, policy))
      add(out, name, value);
  out.append("\r\n");
  return out;
}

std::string encode_chunk(const std::string& chunk) {
  std::array<char, 20> size{};
  auto end = std::to_chars(size.data(), size.data() + size.size(), chunk.size(), 16).ptr;
  std::string out{size.data(), end};
  out.append("\r\n").append(chunk).append("\r\n");
  return out;
}

} // namespace troupe::gateway
