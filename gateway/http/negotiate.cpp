#include "gateway/http/negotiate.hpp"

#include <algorithm>

#include "gateway/http/message.hpp"

namespace troupe::gateway {

namespace {

struct media_range {
  std::string_view type;
  int quality = 1000; ///< thousandths
};

std::string_view trim(std::string_view s) noexcept {
  auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!s.empty() && blank(s.front()))
    s.remove_prefix(1);
  while (!s.empty() && blank(s.back()))
    s.remove_suffix(1);
  return s;
}

std::string_view cut(std::string_view& rest, char at) noexcept {
  auto end = std::min(rest.find(at), rest.size());
  auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return trim(part);
}

/// `0`, `1`, `0.5`, `1.000`; what is malformed counts as 0: not wanted.
int quality(std::string_view s) noexcept {
  if (s.empty() || (s[0] != '0' && s[0] != '1') || (s.size() > 1 && s[1] != '.') || s.size() > 5)
    return 0;
  int x = (s[0] - '0') * 1000;
  int unit = 100;
  for (std::size_t i = 2; i < s.size(); ++i, unit /= 10) {
    if (s[i] < '0' || s[i] > '9')
      return 0;
    x += (s[i] - '0') * unit;
  }
  return std::min(x, 1000);
}

media_range parse_range(std::string_view part) noexcept {
  media_range r;
  r.type = cut(part, ';');
  while (!part.empty()) {
    auto parameter = cut(part, ';');
    if (parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=')
      r.quality = quality(parameter.substr(2));
  }
  return r;
}

/// 3: itself, 2: its type with any subtype, 1: anything, 0: no match.
int specificity(std::string_view range, std::string_view offer) noexcept {
  if (same_text(range, offer))
    return 3;
  if (range == "*/*")
    return 1;
  auto slash = offer.find('/');
  return range.ends_with("/*") && same_text(range.substr(0, range.size() - 2), offer.substr(0, slash)) ? 2 : 0;
}

/// q-value of `offer` by its most specific range, and how specific that was.
std::pair<int, int> judge(std::string_view accept, std::string_view offer) noexcept {
  std::pair<int, int> best{0, 0};
  for (int ranges = 0; !accept.empty() && ranges < 64; ++ranges) {
    auto range = parse_range(cut(accept, ','));
    auto how = specificity(range.type, offer);
    if (how > best.second)
      best = {range.quality, how};
  }
  return best;
}

} // namespace

std::optional<std::size_t> choose_media(std::string_view accept, std::span<const std::string_view> offers) {
  if (trim(accept).empty())
    return offers.empty() ? std::nullopt : std::optional<std::size_t>{0};
  std::optional<std::size_t> best;
  int most = 0;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    auto liked = judge(accept, offers[i]).first;
    if (liked > most) {
      most = liked;
      best = i;
    }
  }
  return best;
}

bool names_media(std::string_view accept, std::string_view media) {
  auto [liked, how] = judge(accept, media);
  return liked > 0 && how == 3;
}

} // namespace troupe::gateway
