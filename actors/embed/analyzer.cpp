#include "actors/embed/analyzer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <libstemmer.h>

#include "actors/embed/hashing.hpp"
#include "actors/embed/word_scan.hpp"

namespace troupe {

namespace {

constexpr std::size_t term_limit = 64;

/// Lucene's English list.
constexpr std::array<std::string_view, 33> stop_words = {
  "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
  "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
  "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with"};

/// The list as a hash table made at compile time: it is asked about every word of every page.
class stop_table {
public:
  constexpr stop_table() {
    for (auto w : stop_words) {
      auto at = place(w);
      while (!slots_[at].empty())
        at = (at + 1) % slots_.size();
      slots_[at] = w;
    }
  }
  [[nodiscard]] bool contains(std::string_view w) const {
    if (w.size() > 5)
      return false;
    for (auto at = place(w); !slots_[at].empty(); at = (at + 1) % slots_.size())
      if (slots_[at] == w)
        return true;
    return false;
  }

private:
  static constexpr std::size_t place(std::string_view w) {
    std::size_t h = w.size();
    for (char c : w)
      h = h * 31 + static_cast<unsigned char>(c);
    return h % 256;
  }
  std::array<std::string_view, 256> slots_{};
};

constexpr stop_table english_stops;

struct stemmer_deleter {
  void operator()(sb_stemmer* s) const { sb_stemmer_delete(s); }
};

/// Stems of recent words. Text repeats itself: most look-ups hit, and a hit costs a tenth of a stemming.
class stem_cache {
public:
  struct entry {
    std::uint8_t word_size = 0;
    std::uint8_t stem_size = 0;
    std::array<char, 22> word{};
    std::array<char, 22> stem{};
  };
  entry& of(std::string_view word) { return entries_[hash_bytes(word) % entries_.size()]; }

private:
  std::vector<entry> entries_ = std::vector<entry>(4096);
};

std::string_view cut(std::string_view term) {
  if (term.size() <= term_limit)
    return term;
  auto size = term_limit;
  while (size > 0 && (static_cast<unsigned char>(term[size]) & 0xC0U) == 0x80U)
    --size;
  return term.substr(0, size);
}

std::string_view without_possessive(std::string_view word) {
  return word.size() > 2 && word.ends_with("'s") ? word.substr(0, word.size() - 2) : word;
}

} // namespace

struct analyzer::impl {
  std::unique_ptr<sb_stemmer, stemmer_deleter> stemmer;
  bool english = false;
  std::unique_ptr<stem_cache> cache; // made with the first word: an idle analyzer costs nothing
  word_scan words;

  std::string_view stem(std::string_view word) {
    if (!stemmer)
      return word;
    if (!cache)
      cache = std::make_unique<stem_cache>();
    auto& e = cache->of(word);
    if (e.word_size == word.size() && std::memcmp(e.word.data(), word.data(), word.size()) == 0)
      return {e.stem.data(), e.stem_size};
    const auto* symbols = reinterpret_cast<const sb_symbol*>(word.data());
    const auto* stemmed = sb_stemmer_stem(stemmer.get(), symbols, static_cast<int>(word.size()));
    if (stemmed == nullptr)
      return word;
    std::string_view result{reinterpret_cast<const char*>(stemmed),
                            static_cast<std::size_t>(sb_stemmer_length(stemmer.get()))};
    if (word.size() <= e.word.size() && result.size() <= e.stem.size()) {
      e.word_size = static_cast<std::uint8_t>(word.size());
      e.stem_size = static_cast<std::uint8_t>(result.size());
      std::memcpy(e.word.data(), word.data(), word.size());
      std::memcpy(e.stem.data(), result.data(), result.size());
    }
    return result;
  }

  /// A word that is no term keeps its place empty.
  void emit(std::string_view word, term_list& out) {
    word = cut(word);
    auto stopped = word.empty() || (english && english_stops.contains(word));
    if (auto term = stopped ? std::string_view{} : stem(word); !term.empty())
      out.add(term);
    else
      out.skip(1);
  }

  /// The whole as it stands, unstemmed, where its first part is; then its parts of two bytes and more.
  void emit_joined(std::string_view word, term_list& out) {
    auto first = word.find_first_not_of("_.");
    if (first == std::string_view::npos)
      return;
    word = word.substr(first, word.find_last_not_of("_.") - first + 1);
    if (word.find_first_of("_.") == std::string_view::npos)
      return emit(word, out);
    out.add(cut(word), out.next_position());
    for (std::size_t at = 0; at < word.size();) {
      auto end = std::min(word.find_first_of("_.", at), word.size());
      if (end - at > 1)
        emit(without_possessive(word.substr(at, end - at)), out);
      else
        out.skip(1);
      at = end + 1;
    }
  }
};

analyzer::analyzer(std::string_view language) : impl_(std::make_unique<impl>()) {
  auto code = analysis_language(language);
  impl_->english = code == "en";
  if (code != "-")
    impl_->stemmer.reset(sb_stemmer_new(impl_->english ? "porter" : code.c_str(), nullptr));
}

analyzer::analyzer(analyzer&&) noexcept = default;
analyzer& analyzer::operator=(analyzer&&) noexcept = default;
analyzer::~analyzer() = default;

void analyzer::analyze(std::string_view text, term_list& out) {
  impl_->words.begin(text);
  scanned_word word;
  while (impl_->words.next(word)) {
    if (word.joined)
      impl_->emit_joined(word.text, out);
    else
      impl_->emit(without_possessive(word.text), out);
  }
}

std::vector<std::string> analyzer::terms(std::string_view text) {
  term_list list;
  analyze(text, list);
  std::vector<std::string> result;
  result.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    result.emplace_back(list[i]);
  return result;
}

std::string analysis_language(std::string_view language) {
  if (language == "-")
    return "-";
  std::string code;
  for (char c : language.substr(0, language.find_first_of("-_")))
    code.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
  if (code.empty() || code == "en" || code == "eng")
    return "en";
  std::unique_ptr<sb_stemmer, stemmer_deleter> known{sb_stemmer_new(code.c_str(), nullptr)};
  return known && code.size() <= 3 ? code : "-";
}

analyzer& analyzer_set::of(std::string_view language) {
  auto by_code = [&](std::string_view code) {
    return std::find_if(made_.begin(), made_.end(), [&](const auto& x) { return x.first == code; });
  };
  // The raw code is nearly always the kept one; only others pay for the look-up in Snowball's list.
  if (auto i = by_code(language.empty() ? "en" : language); i != made_.end())
    return *i->second;
  auto code = analysis_language(language);
  if (auto i = by_code(code); i != made_.end())
    return *i->second;
  return *made_.emplace_back(code, std::make_unique<analyzer>(code)).second;
}

} // namespace troupe
