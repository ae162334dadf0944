#pragma once
/// Plain operations on words and white space, shared by the steps of a research.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Words of a language, written out in the source. Nearly every question to it is about a word it does not hold: most
/// are refused by one bit of their first letter and length.
class word_set {
public:
  word_set(std::initializer_list<std::string_view> words);
  [[nodiscard]] bool contains(std::string_view word) const noexcept;

private:
  static std::uint64_t bit(std::string_view word) noexcept {
    return word.empty() ? 0 : 1ull << ((static_cast<unsigned char>(word[0]) * 5u + word.size()) % 64);
  }
  std::uint64_t some_ = 0;
  std::vector<std::string_view> words_; ///< sorted
};

/// ASCII letters in lower case; other bytes as they are.
std::string lower(std::string_view s);
/// Runs of white space as one space, none at the ends. No-break spaces count as white space.
std::string collapse_space(std::string_view s);
/// The pieces between white space.
std::vector<std::string> split_words(std::string_view s);
/// `ws[from..to)`, cut at the end, with a space between.
std::string join_words(const std::vector<std::string>& ws, std::size_t from = 0, std::size_t to = SIZE_MAX);
/// Without ASCII punctuation at both ends (`_`, `%` and `$` stay: they belong to names).
std::string_view trim_punctuation(std::string_view s);
/// The longest start of `s` that is at most `limit` bytes and ends between code points.
std::string_view clip(std::string_view s, std::size_t limit);
/// 1169 as "1,169".
std::string grouped(std::uint64_t n);
/// "1 page", "1,169 pages"; `many` when the plural is not `one` with an s.
std::string counted(std::uint64_t n, std::string_view one, std::string_view many = {});

} // namespace troupe
