#pragma once
/// Strong types for every identity and count that crosses a room's wall.

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <caf/meta/type_name.hpp>

namespace troupe {

/// A value that only mixes with its own kind. `Tag` is never defined.
template <class Tag, class Rep>
struct strong {
  Rep value{};

  strong() = default;
  explicit strong(Rep v) : value(std::move(v)) {}

  auto operator<=>(const strong&) const = default;
  bool operator==(const strong&) const = default;

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, strong& x) {
    return f(x.value);
  }
};

/// `r_` + ULID; sorts by creation time.
using research_id = strong<struct research_id_tag, std::string>;
/// Lower-case hexadecimal SHA-256 of a snapshot's plain text (DESIGN section 7).
using document_id = strong<struct document_id_tag, std::string>;
/// Name of a collection; a research's own evidence collection is named by its research id.
using collection_name = strong<struct collection_name_tag, std::string>;
/// Name of a node of the cluster; `node-1` on an embedded node.
using node_id = strong<struct node_id_tag, std::string>;
/// Position in one research's event log: gapless from 1. 0 means "before the first".
using event_seq = strong<struct event_seq_tag, std::uint64_t>;
/// Fencing token of a claim: raised by each claim, writes below it are refused.
using lease_epoch = strong<struct lease_epoch_tag, std::uint64_t>;
/// Number of an index shard.
using shard_id = strong<struct shard_id_tag, std::uint32_t>;
/// A count of bytes.
using byte_count = strong<struct byte_count_tag, std::uint64_t>;

/// A new id: `r_` and a ULID (48 bits of milliseconds, 80 random ones, Crockford base 32), monotonic: those that one
/// process makes of the same millisecond count on. Any thread.
research_id make_research_id(std::chrono::system_clock::time_point at);
/// Whether `s` has the form of one: nothing else is worth a look-up.
bool is_research_id(std::string_view s) noexcept;
/// Whether `s` has the form of a document id: 64 lower-case hexadecimal digits.
bool is_document_id(std::string_view s) noexcept;

} // namespace troupe

template <class Tag, class Rep>
struct std::hash<troupe::strong<Tag, Rep>> {
  std::size_t operator()(const troupe::strong<Tag, Rep>& x) const noexcept { return std::hash<Rep>{}(x.value); }
};
