#include "actors/embed/word_scan.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>

namespace troupe {

namespace {

enum class kind : std::uint8_t { separator, letter, digit, underscore, joiner, high };

constexpr auto kinds = [] {
  std::array<kind, 256> t{};
  for (std::size_t c = 0; c < 256; ++c)
    t[c] = c >= 0x80 ? kind::high : kind::separator;
  for (char c = 'a'; c <= 'z'; ++c)
    t[static_cast<unsigned char>(c)] = t[static_cast<unsigned char>(c - 32)] = kind::letter;
  for (char c = '0'; c <= '9'; ++c)
    t[static_cast<unsigned char>(c)] = kind::digit;
  t[static_cast<unsigned char>('_')] = kind::underscore;
  for (char c : {'\'', '.', ','})
    t[static_cast<unsigned char>(c)] = kind::joiner;
  return t;
}();

kind kind_of(char c) { return kinds[static_cast<unsigned char>(c)]; }

constexpr std::size_t run_limit = 4096; // a longer "word" is data, not language

/// One code point at `at`; U+FFFD's stand-in -1 for an invalid sequence, which takes one byte.
UChar32 decode(std::string_view s, std::size_t at, std::size_t& size) {
  auto byte = [&](std::size_t i) -> std::uint32_t {
    return at + i < s.size() ? static_cast<unsigned char>(s[at + i]) : 0U;
  };
  auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  auto b = byte(0);
  size = 1;
  if (b >= 0xC2 && b <= 0xDF && tail(1)) {
    size = 2;
    return static_cast<UChar32>((b & 0x1FU) << 6U | (byte(1) & 0x3FU));
  }
  if ((b & 0xF0U) == 0xE0U && tail(1) && tail(2)) {
    size = 3;
    return static_cast<UChar32>((b & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU));
  }
  if (b >= 0xF0 && b <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    size = 4;
    return static_cast<UChar32>((b & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U
                                | (byte(3) & 0x3FU));
  }
  size = 1;
  return -1;
}

bool in_word(UChar32 c) {
  constexpr auto mask = U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK | U_GC_NL_MASK;
  return (U_GET_GC_MASK(c) & mask) != 0;
}

/// Scripts whose words are not divided by spaces.
bool without_spaces(UChar32 c) {
  return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF)
         || (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

struct break_closer {
  void operator()(UBreakIterator* x) const { ubrk_close(x); }
};

/// Opening one costs more than a page of text, so each thread keeps its own.
UBreakIterator* word_breaks() {
  thread_local std::unique_ptr<UBreakIterator, break_closer> breaks;
  if (!breaks) {
    UErrorCode status = U_ZERO_ERROR;
    breaks.reset(ubrk_open(UBRK_WORD, "root", nullptr, 0, &status));
    if (U_FAILURE(status) != 0)
      breaks.reset();
  }
  return breaks.get();
}

void fold_utf8(std::string& word) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status) != 0)
    return;
  auto folded = folding->normalize(icu::UnicodeString::fromUTF8(word), status);
  if (U_FAILURE(status) != 0)
    return;
  word.clear();
  folded.toUTF8String(word);
}

} // namespace

void word_scan::begin(std::string_view text) {
  text_ = text;
  at_ = 0;
  pieces_.clear();
}

bool word_scan::next(scanned_word& out) {
  for (;;) {
    if (!pieces_.empty()) {
      word_ = std::move(pieces_.back());
      pieces_.pop_back();
      out = {word_, false};
      return true;
    }
    while (at_ < text_.size() && (kind_of(text_[at_]) == kind::separator || kind_of(text_[at_]) == kind::joiner))
      ++at_;
    if (at_ == text_.size())
      return false;
    scan_run();
    if (dense_) {
      split_by_icu();
      continue;
    }
    if (word_.empty())
      continue;
    if (high_)
      fold_utf8(word_);
    out = {word_, joined_};
    return true;
  }
}

/// A joiner belongs to the word between two letters or two digits (UAX 29, WB6, WB7, WB11, WB12).
bool word_scan::joins(char c, bool after_letter, bool after_digit) const {
  if (at_ + 1 >= text_.size())
    return false;
  auto follows = kind_of(text_[at_ + 1]);
  if (c == ',')
    return after_digit && follows == kind::digit;
  if (c == '.' && after_digit && follows == kind::digit)
    return true;
  return after_letter && (follows == kind::letter || follows == kind::high);
}

void word_scan::scan_run() {
  word_.clear();
  joined_ = high_ = dense_ = false;
  bool letter = false;
  bool digit = false;
  for (; at_ < text_.size(); ++at_) {
    auto c = text_[at_];
    auto k = kind_of(c);
    if (k == kind::separator)
      return;
    if (k == kind::high) {
      if (!take_high())
        return;
      letter = true;
      digit = false;
      continue;
    }
    if (k == kind::joiner) {
      if (!joins(c, letter, digit))
        return;
      if (c == ',')
        continue; // 1,000 is 1000
      joined_ = joined_ || (c == '.' && letter);
    }
    if (k == kind::underscore)
      joined_ = true;
    letter = k == kind::letter;
    digit = k == kind::digit;
    if (word_.size() < run_limit)
      word_.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
  }
}

/// Takes the non-ASCII character at `at_` into the word, leaving `at_` on its last byte; false, past it, when it
/// separates words.
bool word_scan::take_high() {
  std::size_t size = 1;
  auto c = decode(text_, at_, size);
  constexpr UChar32 apostrophe = 0x2019;
  if (c == apostrophe && !word_.empty() && at_ + size < text_.size() && kind_of(text_[at_ + size]) == kind::letter) {
    word_.push_back('\'');
    at_ += size - 1;
    return true;
  }
  if (c == 0x00AD) { // soft hyphen: invisible
    at_ += size - 1;
    return true;
  }
  if (c < 0 || !in_word(c)) {
    at_ += size;
    return false;
  }
  high_ = true;
  dense_ = dense_ || without_spaces(c);
  if (word_.size() < run_limit)
    word_.append(text_.substr(at_, size));
  at_ += size - 1;
  return true;
}

void word_scan::split_by_icu() {
  auto* breaks = word_breaks();
  UErrorCode status = U_ZERO_ERROR;
  UText text = UTEXT_INITIALIZER;
  utext_openUTF8(&text, word_.data(), static_cast<std::int64_t>(word_.size()), &status);
  if (breaks == nullptr || U_FAILURE(status) != 0) {
    pieces_.push_back(word_);
    return;
  }
  ubrk_setUText(breaks, &text, &status);
  auto from = ubrk_first(breaks);
  for (auto to = ubrk_next(breaks); to != UBRK_DONE; from = to, to = ubrk_next(breaks)) {
    if (ubrk_getRuleStatus(breaks) < UBRK_WORD_NONE_LIMIT)
      continue;
    auto& piece = pieces_.emplace_back(word_, static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
    fold_utf8(piece);
  }
  utext_close(&text);
  std::reverse(pieces_.begin(), pieces_.end());
}

} // namespace troupe
