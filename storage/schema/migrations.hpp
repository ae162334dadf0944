#pragma once
/// The numbered schema, compiled in from `storage/schema/<engine>/NNNN_*.sql` (embed.cmake).

#include <span>
#include <string_view>

namespace troupe::storage {

/// One step of a schema. Numbers are gapless from 1 and applied in order; a released step is never edited.
struct migration {
  int number = 0;
  std::string_view name;
  std::string_view sql;
};

std::span<const migration> sqlite_migrations() noexcept;
std::span<const migration> postgres_migrations() noexcept;

} // namespace troupe::storage
