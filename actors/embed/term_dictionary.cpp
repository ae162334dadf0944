#include "actors/embed/term_dictionary.hpp"

#include "actors/embed/hashing.hpp"

namespace troupe {

/// Where `term` stands in the table, or the free place where it would.
std::size_t term_dictionary::place(std::uint32_t hash, std::string_view term) const {
  auto mask = table_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    if (table_[at] == no_term)
      return at;
    const auto& e = terms_[table_[at]];
    if (e.hash == hash && std::string_view{chars_}.substr(e.offset, e.size) == term)
      return at;
  }
}

term_number term_dictionary::intern(std::string_view term) {
  if ((terms_.size() + 1) * 3 > table_.size() * 2)
    grow();
  auto hash = static_cast<std::uint32_t>(hash_bytes(term));
  auto at = place(hash, term);
  if (table_[at] == no_term) {
    table_[at] = static_cast<term_number>(terms_.size());
    terms_.push_back({hash, static_cast<std::uint32_t>(term.size()), chars_.size()});
    chars_.append(term);
  }
  return table_[at];
}

term_number term_dictionary::find(std::string_view term) const {
  return table_.empty() ? no_term : table_[place(static_cast<std::uint32_t>(hash_bytes(term)), term)];
}

void term_dictionary::grow() {
  table_.assign(table_.empty() ? 1024 : table_.size() * 2, no_term);
  auto mask = table_.size() - 1;
  for (term_number i = 0; i < terms_.size(); ++i) {
    std::size_t at = terms_[i].hash & mask;
    while (table_[at] != no_term)
      at = (at + 1) & mask;
    table_[at] = i;
  }
}

} // namespace troupe
