#pragma once
/// Terms to small numbers, for a vocabulary of millions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Number of a term within one index.
using term_number = std::uint32_t;
constexpr term_number no_term = 0xffffffffU;

/// Open addressing over one buffer of characters: about 20 bytes a term besides its own. Numbers are dense from 0 and
/// never change. Terms are at most 255 bytes (the analyzer gives at most 64).
class term_dictionary {
public:
  /// The number of `term`, made when it is new.
  term_number intern(std::string_view term);
  /// Its number, or `no_term`.
  [[nodiscard]] term_number find(std::string_view term) const;
  /// Valid until the next `intern`.
  [[nodiscard]] std::string_view term(term_number x) const {
    return std::string_view{chars_}.substr(terms_[x].offset, terms_[x].size);
  }
  [[nodiscard]] std::size_t size() const { return terms_.size(); }

private:
  struct entry {
    std::uint32_t hash;
    std::uint32_t size;
    std::uint64_t offset;
  };
  [[nodiscard]] std::size_t place(std::uint32_t hash, std::string_view term) const;
  void grow();

  std::string chars_;
  std::vector<entry> terms_;
  std::vector<term_number> table_; ///< a power of two, at most two thirds full
};

} // namespace troupe
