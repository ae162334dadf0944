#include "gateway/http/message.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

constexpr std::array<const char*, 8> verbs{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  auto l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

} // namespace

const char* to_string(verb x) noexcept { return verbs[static_cast<std::size_t>(x)]; }

bool same_text(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size()
         && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

expected<std::string> percent_decode(std::string_view s, bool plus) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+' && plus) {
      out += ' ';
    } else if (s[i] != '%') {
      out += s[i];
    } else {
      auto high = i + 2 < s.size() ? hex(s[i + 1]) : -1;
      auto low = i + 2 < s.size() ? hex(s[i + 2]) : -1;
      if (high < 0 || low < 0)
        return fail(errc::invalid_argument, "the address holds a malformed percent escape",
                    "Write each escape as % and two hexadecimal digits.");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string_view request::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (same_text(key, name))
      return value;
  return {};
}

std::size_t request::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
    std::count_if(headers.begin(), headers.end(), [&](const auto& h) { return same_text(h.first, name); }));
}

namespace {

/// `f(name, value)` for each parameter, its name decoded where it can be, its value not; ends when `f` answers true.
template <class F>
void each_parameter(std::string_view query, F f) {
  while (!query.empty()) {
    auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty())
      continue;
    auto equals = std::min(part.find('='), part.size());
    auto name = percent_decode(part.substr(0, equals), true);
    part.remove_prefix(std::min(equals + 1, part.size()));
    if (f(name.value_or(std::string{}), part))
      return;
  }
}

} // namespace

std::optional<std::string> request::parameter(std::string_view name) const {
  std::optional<std::string> found;
  each_parameter(query, [&](const std::string& key, std::string_view value) {
    if (key == name)
      found = percent_decode(value, true).value_or(std::string{value});
    return found.has_value();
  });
  return found;
}

expected<void> request::only(std::span<const std::string_view> names) const {
  expected<void> fine;
  std::vector<std::string> seen;
  each_parameter(query, [&](const std::string& key, std::string_view) {
    std::string known;
    for (auto name : names)
      known += (known.empty() ? "" : ", ") + std::string{name};
    if (std::find(names.begin(), names.end(), key) == names.end())
      fine = fail(errc::unknown_field, "the parameter '" + to_valid_utf8(key.substr(0, 64)) + "' is unknown here",
                  known.empty() ? "This address takes none." : "This address takes: " + known + ".");
    else if (std::find(seen.begin(), seen.end(), key) != seen.end())
      fine = fail(errc::invalid_argument, "the parameter '" + key + "' is given twice", "Give it once.");
    seen.push_back(key);
    return !fine.has_value();
  });
  return fine;
}

expected<std::uint64_t> request::number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                                        std::uint64_t most) const {
  auto text = parameter(name);
  if (!text)
    return otherwise;
  std::uint64_t x = 0;
  auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), x);
  if (failure != std::errc{} || end != text->data() + text->size() || x < least || x > most)
    return fail(errc::invalid_argument, "the parameter " + std::string{name} + " is not a whole number in its range",
                "Give " + std::string{name} + " from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  return x;
}

response text_response(std::string body, std::string content_type, unsigned status) {
  response r;
  r.status = status;
  r.body = std::move(body);
  r.set("Content-Type", std::move(content_type));
  return r;
}

response json_response(std::string body, unsigned status) {
  auto r = text_response(std::move(body), "application/json", status);
  r.set("Cache-Control", "no-store");
  return r;
}

} // namespace troupe::gateway
