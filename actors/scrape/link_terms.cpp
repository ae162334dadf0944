#include "actors/scrape/link_scorer.hpp"

#include <algorithm>
#include <memory>

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace troupe {

namespace {

/// Words that stand in every question, sorted: they say nothing about which page answers it.
constexpr std::array<std::string_view, 142> function_words{
  "a",      "about", "above", "after",   "again",   "all",      "also",   "am",     "an",    "and",     "any",
  "are",    "as",    "at",    "be",      "because", "been",     "before", "being",  "below", "best",    "between",
  "both",   "but",   "by",    "can",     "could",   "describe", "did",    "do",     "does",  "doing",   "done",
  "during", "each",  "every", "explain", "few",     "find",     "for",    "from",   "get",   "give",    "given",
  "had",    "has",   "have",  "having",  "he",      "her",      "here",   "hers",   "him",   "his",     "how",
  "i",      "if",    "in",    "into",    "is",      "it",       "its",    "itself", "just",  "know",    "let",
  "like",   "list",  "made",  "make",    "many",    "may",      "me",     "mean",   "means", "might",   "more",
  "most",   "much",  "must",  "my",      "need",    "no",       "nor",    "not",    "now",   "of",      "off",
  "on",     "once",  "one",   "only",    "or",      "other",    "our",    "out",    "over",  "own",     "please",
  "same",   "shall", "she",   "should",  "show",    "so",       "some",   "such",   "tell",  "than",    "that",
  "the",    "their", "them",  "then",    "there",   "these",    "they",   "this",   "those", "through", "to",
  "too",    "under", "until", "up",      "us",      "use",      "used",   "uses",   "using", "very",    "was",
  "we",     "were",  "what",  "when",    "where",   "whether",  "which",  "while",  "who",   "why",
};
static_assert(std::is_sorted(function_words.begin(), function_words.end()));

/// The script of a character that is written without spaces between words, USCRIPT_INVALID_CODE for all others.
UScriptCode unspaced_script(UChar32 c) {
  auto failure = U_ZERO_ERROR;
  auto script = uscript_getScript(c, &failure);
  switch (script) {
  case USCRIPT_HAN:
  case USCRIPT_HIRAGANA:
  case USCRIPT_KATAKANA:
  case USCRIPT_THAI:
  case USCRIPT_LAO:
  case USCRIPT_KHMER:
    return script;
  default:
    return USCRIPT_INVALID_CODE;
  }
}

void append(std::string& out, UChar32 c) {
  char bytes[U8_MAX_LENGTH];
  std::int32_t n = 0;
  U8_APPEND_UNSAFE(bytes, n, c);
  out.append(bytes, static_cast<std::size_t>(n));
}

struct stemmer_end {
  void operator()(sb_stemmer* x) const noexcept { sb_stemmer_delete(x); }
};

/// Snowball's English stemmer; other scripts' words pass through unchanged, since it knows ASCII letters only.
std::string stem(const std::string& word) {
  thread_local std::unique_ptr<sb_stemmer, stemmer_end> english{sb_stemmer_new("english", "UTF_8")};
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const auto* out = english ? sb_stemmer_stem(english.get(), bytes, static_cast<int>(word.size())) : nullptr;
  if (out == nullptr)
    return word;
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(sb_stemmer_length(english.get()))};
}

/// Cuts text into words and, where words are not spaced, pairs of characters of one script (a change of script is a
/// word's end more often than not: Japanese particles).
class cutter {
public:
  cutter(std::vector<std::string>& out, std::size_t limit) : out_(out), limit_(limit) {}

  void feed(UChar32 c) {
    auto script = c < 0 ? USCRIPT_INVALID_CODE : unspaced_script(c);
    if (script != USCRIPT_INVALID_CODE) {
      end_word();
      feed_unspaced(c, script);
    } else if (c >= 0 && (u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK)) {
      end_run();
      append(word_, u_foldCase(c, U_FOLD_CASE_DEFAULT));
    } else {
      end();
    }
  }
  void end() {
    end_word();
    end_run();
  }
  [[nodiscard]] bool full() const noexcept { return out_.size() >= limit_; }

private:
  void feed_unspaced(UChar32 c, UScriptCode script) {
    if (script != script_)
      end_run();
    if (run_ > 0) {
      std::string pair;
      append(pair, previous_);
      append(pair, c);
      emit(std::move(pair));
    }
    previous_ = c;
    script_ = script;
    ++run_;
  }
  void end_run() {
    if (run_ == 1 && script_ == USCRIPT_HAN) {
      std::string alone;
      append(alone, previous_);
      emit(std::move(alone));
    }
    run_ = 0;
    script_ = USCRIPT_INVALID_CODE;
  }
  void end_word() {
    if (!word_.empty() && word_.size() <= 64)
      emit(std::move(word_));
    word_.clear();
  }
  void emit(std::string x) {
    if (!full())
      out_.push_back(std::move(x));
  }

  std::vector<std::string>& out_;
  std::size_t limit_;
  std::string word_;
  UChar32 previous_ = 0;
  UScriptCode script_ = USCRIPT_INVALID_CODE;
  std::size_t run_ = 0;
};

} // namespace

std::vector<std::string> words_of(std::string_view text, std::size_t limit) {
  std::vector<std::string> result;
  cutter cut{result, limit};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto length = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 1 << 20));
  for (std::int32_t i = 0; i < length && !cut.full();) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    cut.feed(c);
  }
  cut.end();
  return result;
}

std::vector<std::string> stems_of(std::string_view text, std::size_t limit) {
  auto result = words_of(text, limit);
  for (auto& word : result)
    word = stem(word);
  return result;
}

bool is_function_word(std::string_view word) noexcept {
  return std::binary_search(function_words.begin(), function_words.end(), word);
}

} // namespace troupe
