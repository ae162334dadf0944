#pragma once
/// Text to index terms: words, lower case, stop words, stems. The same for documents and for queries.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Terms back to back in one buffer, so that analysing a page allocates nothing once the buffers have grown.
class term_list {
public:
  void clear() {
    chars_.clear();
    ends_.clear();
  }
  void add(std::string_view term) {
    chars_.append(term);
    ends_.push_back(static_cast<std::uint32_t>(chars_.size()));
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] std::string_view operator[](std::size_t i) const {
    auto begin = i == 0 ? 0U : ends_[i - 1];
    return std::string_view{chars_}.substr(begin, ends_[i] - begin);
  }

private:
  std::string chars_;
  std::vector<std::uint32_t> ends_;
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
