#pragma once
/// Text to index terms: words, lower case, stop words, stems. The same for documents and for queries.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Terms back to back in one buffer, so that analysing a page allocates nothing once the buffers have grown. Each has a
/// position, which never falls: where its word stands in the text, words left out counted, parts of a word side by
/// side.
class term_list {
public:
  void clear() {
    chars_.clear();
    ends_.clear();
    positions_.clear();
    next_ = 0;
  }
  /// At the next position, where the one after it follows.
  void add(std::string_view term) { add(term, next_++); }
  /// At `position`, which is none of the past; the next one stays where it was.
  void add(std::string_view term, std::uint32_t position) {
    chars_.append(term);
    ends_.push_back(static_cast<std::uint32_t>(chars_.size()));
    positions_.push_back(position);
  }
  /// Leaves `n` positions empty: for words that are no terms, and between texts that no phrase spans.
  void skip(std::uint32_t n) { next_ += n; }
  [[nodiscard]] std::uint32_t next_position() const { return next_; }
  [[nodiscard]] std::uint32_t position(std::size_t i) const { return positions_[i]; }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] std::string_view operator[](std::size_t i) const {
    auto begin = i == 0 ? 0U : ends_[i - 1];
    return std::string_view{chars_}.substr(begin, ends_[i] - begin);
  }

private:
  std::string chars_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> positions_;
  std::uint32_t next_ = 0;
};

/// Words by the bounds of UAX 29 (a hand-written path for letters and digits, ICU for scripts written without spaces),
/// NFKC case folding, Lucene's 33 English stop words, Snowball stems (Porter's for English). An identifier such as
/// `autovacuum_vacuum_threshold` or `pg_catalog.pg_class` gives itself and its parts. Terms are at most 64 bytes.
///
/// One thread at a time: an analyzer owns its stemmer and buffers.
class analyzer {
public:
  /// `language`: ISO 639 code, with or without a region. Empty means English; an unknown one is not stemmed.
  explicit analyzer(std::string_view language = "en");
  analyzer(analyzer&&) noexcept;
  analyzer& operator=(analyzer&&) noexcept;
  ~analyzer();

  /// Appends the terms of `text` to `out`. Invalid UTF-8 separates words.
  void analyze(std::string_view text, term_list& out);
  /// The same, for those who want it simple.
  std::vector<std::string> terms(std::string_view text);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// One analyzer a language, made when first asked for; at most as many as Snowball has languages. One thread at a time.
class analyzer_set {
public:
  /// Valid as long as the set.
  analyzer& of(std::string_view language);

private:
  std::vector<std::pair<std::string, std::unique_ptr<analyzer>>> made_;
};

/// The form under which analyzers are kept: `en-US` and "" are `en`; what Snowball doesn't know is `-`.
std::string analysis_language(std::string_view language);

} // namespace troupe
