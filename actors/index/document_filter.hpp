#pragma once
/// What is known of documents that a search can be narrowed by: site, language, date. Columns by document number.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocols/searching.hpp"
#include "protocols/storing.hpp"

namespace troupe {

/// One thread at a time.
class document_filter {
public:
  /// Which documents a `passage_filter` lets through; good until the next change.
  class selection {
  public:
    [[nodiscard]] bool operator()(std::uint32_t number) const;

  private:
    friend class document_filter;
    const document_filter* of_ = nullptr;
    std::vector<bool> hosts_;     ///< allowed, by id; empty: all
    std::vector<bool> languages_; ///< as above
    std::int32_t from_day_ = 0;
    std::int32_t before_day_ = 0;
  };

  /// Of a new document, or anew of one whose newest address changed. Its date is that of its publication, and of its
  /// retrieval where that is not known.
  void set(std::uint32_t number, const indexed_document& x);
  /// Days since the Unix epoch; nothing when it is not known.
  [[nodiscard]] std::optional<std::int32_t> published(std::uint32_t number) const;
  [[nodiscard]] selection compile(const passage_filter& x) const;

private:
  struct row {
    std::uint32_t host = 0;
    std::uint32_t language = 0;
    std::int32_t day = 0;
    bool published = false; ///< on that day
  };
  /// Few different values, each with a number.
  class names {
  public:
    std::uint32_t number(std::string_view x);
    template <class Wanted>
    [[nodiscard]] std::vector<bool> which(Wanted&& wanted) const {
      std::vector<bool> result(numbers_.size(), false);
      for (const auto& [name, number] : numbers_)
        result[number] = wanted(name);
      return result;
    }

  private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
  };

  std::vector<row> rows_;
  names hosts_;
  names languages_;
};

/// Host of an address as it is stored, lower case, without a port; empty for files.
std::string host_of(std::string_view url);

} // namespace troupe
