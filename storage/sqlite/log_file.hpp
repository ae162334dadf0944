#pragma once
/// How the write-ahead log is written. SQLite writes each frame of it in two pieces, a page and its 24 bytes of header;
/// a group has some twenty. Here they are gathered until the log is synced, so that a group is one write and one sync.

struct sqlite3;

namespace troupe::storage::sqlite {

/// The name of a VFS, registered at its first use, which differs from SQLite's own in that alone. For connections that
/// sync the log with each commit (`synchronous = full`), before anyone is told of it, and for no others. Any thread.
const char* gathering_vfs();

/// After a rollback: what was gathered for the transaction is not written behind the back of who writes next.
void forget_gathered(sqlite3* db) noexcept;

} // namespace troupe::storage::sqlite
