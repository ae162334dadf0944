#include "actors/research/words.hpp"

#include <algorithm>

namespace troupe {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_edge(char c) {
  auto u = static_cast<unsigned char>(c);
  auto alnum = (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z');
  return u < 0x80 && !alnum && c != '_' && c != '%' && c != '$';
}

} // namespace

word_set::word_set(std::initializer_list<std::string_view> words) : words_(words) {
  std::sort(words_.begin(), words_.end());
  for (auto word : words_)
    some_ |= bit(word);
}

bool word_set::contains(std::string_view word) const noexcept {
  return (some_ & bit(word)) != 0 && std::binary_search(words_.begin(), words_.end(), word);
}

std::string lower(std::string_view s) {
  std::string out{s};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string collapse_space(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto no_break = s.substr(i, 2) == "\xc2\xa0";
    if (!no_break && !is_space(s[i])) {
      out += s[i];
      continue;
    }
    i += no_break ? 1 : 0;
    if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

std::vector<std::string> split_words(std::string_view s) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < s.size()) {
    while (i < s.size() && is_space(s[i]))
      ++i;
    auto from = i;
    while (i < s.size() && !is_space(s[i]))
      ++i;
    if (i > from)
      out.emplace_back(s.substr(from, i - from));
  }
  return out;
}

std::string join_words(const std::vector<std::string>& ws, std::size_t from, std::size_t to) {
  std::string out;
  for (auto i = from; i < std::min(to, ws.size()); ++i)
    (out.empty() ? out : out += ' ') += ws[i];
  return out;
}

std::string_view trim_punctuation(std::string_view s) {
  while (!s.empty() && is_edge(s.front()))
    s.remove_prefix(1);
  while (!s.empty() && is_edge(s.back()))
    s.remove_suffix(1);
  return s;
}

std::string_view clip(std::string_view s, std::size_t limit) {
  if (s.size() <= limit)
    return s;
  while (limit > 0 && (static_cast<unsigned char>(s[limit]) & 0xC0) == 0x80)
    --limit;
  return s.substr(0, limit);
}

std::string grouped(std::uint64_t n) {
  auto digits = std::to_string(n);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0)
      out += ',';
    out += digits[i];
  }
  return out;
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  auto word = n == 1 ? std::string{one} : many.empty() ? std::string{one} + "s" : std::string{many};
  return grouped(n) + " " + word;
}

} // namespace troupe
