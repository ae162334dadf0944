#pragma once
/// How the write-ahead log is written. SQLite writes each frame of it in two pieces, a page and its 24 bytes of header;
/// a group has some twenty. Here they are gathered, so that a group is one write and one sync.

#include <cstdint>

namespace troupe::storage::sqlite {

/// When what was gathered is written.
enum class gather_until : std::uint8_t {
  synced,    ///< the log is synced: for connections that sync it with each commit, before anyone is told of it
  page_ends, ///< the page behind its header is there: for those that don't
};

/// The name of a VFS, registered at its first use, which differs from SQLite's own in that alone. Any thread.
const char* gathering_vfs(gather_until when);

} // namespace troupe::storage::sqlite
