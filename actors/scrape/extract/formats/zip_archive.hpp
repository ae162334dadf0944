#pragma once
/// The files inside a ZIP container (PKWARE APPNOTE 6.3): stored and deflated entries. Nothing touches the disk.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocols/error.hpp"

namespace troupe {

struct zip_limits {
  std::size_t entries = 20'000;
  std::size_t name = 512;              ///< bytes; longer names are passed over
  std::size_t entry_bytes = 32u << 20; ///< of one entry, expanded
  std::size_t total_bytes = 40u << 20; ///< of all that is read from one archive, expanded
};

/// Views the bytes it was opened on. Reads the archive's directory alone: what lies between entries is never looked
/// for. Of two entries of one name the last counts.
class zip_archive {
public:
  /// `unreadable` for what is no archive or is cut off; ZIP64 and archives in several parts are not read.
  static expected<zip_archive> open(std::string_view bytes, const zip_limits& limits = {});

  [[nodiscard]] bool has(const std::string& name) const { return entries_.contains(name); }
  /// The expanded content. `not_found`; `too_large` past a limit, however large the entry says it is; `unreadable` when
  /// it is encrypted, packed another way, or its checksum differs.
  expected<std::string> read(const std::string& name);

private:
  struct entry {
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t checksum = 0;
    std::uint32_t packed = 0; ///< bytes
    std::uint32_t offset = 0; ///< of its local header
  };

  [[nodiscard]] expected<std::string_view> packed_bytes(const entry& x) const;
  bool add_entry(std::string_view record);

  std::string_view bytes_;
  zip_limits limits_;
  std::size_t left_ = 0; ///< of `total_bytes`
  std::unordered_map<std::string, entry> entries_;
};

} // namespace troupe
