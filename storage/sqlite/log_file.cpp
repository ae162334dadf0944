#include "storage/sqlite/log_file.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <sqlite3.h>
#include <utility>

namespace troupe::storage::sqlite {

namespace {

constexpr int header_bytes = 24; ///< of a frame, see "The WAL file format" of SQLite
/// 31 frames of 4 KiB. SQLite's own VFS takes a write of 128 KiB for one of nothing, and that for a full disk.
constexpr std::size_t most_gathered = 31 * (4096 + header_bytes);

/// The log, in front of the file that SQLite's own VFS has opened right behind this in memory. What is gathered stands
/// at the end of what was written, and nobody has been told of it yet.
struct log_file : sqlite3_file {
  std::unique_ptr<char[]> gathered;
  std::size_t filled = 0;
  sqlite3_int64 begins = 0; ///< in the file

  log_file() : sqlite3_file{nullptr} {}
  log_file(const log_file&) = delete;
  log_file& operator=(const log_file&) = delete;
  ~log_file() = default;

  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(this + 1); }

  int flush() {
    if (filled == 0)
      return SQLITE_OK;
    // Gone even if that fails: the transaction fails with it, and its frames are written anew or never.
    auto size = static_cast<int>(std::exchange(filled, 0));
    return file()->pMethods->xWrite(file(), gathered.get(), size, begins);
  }

  int write(const void* data, int size, sqlite3_int64 at) {
    auto bytes = static_cast<std::size_t>(size);
    if (filled != 0 && (at != begins + static_cast<sqlite3_int64>(filled) || filled + bytes > most_gathered))
      if (auto rc = flush(); rc != SQLITE_OK)
        return rc;
    if (!gathered)
      gathered.reset(new (std::nothrow) char[most_gathered]);
    if (!gathered || bytes > most_gathered)
      return file()->pMethods->xWrite(file(), data, size, at);
    if (filled == 0)
      begins = at;
    std::memcpy(gathered.get() + filled, data, bytes);
    filled += bytes;
    return SQLITE_OK;
  }
};

log_file* self(sqlite3_file* x) { return static_cast<log_file*>(x); }
sqlite3_file* under(sqlite3_file* x) { return self(x)->file(); }

/// Calls `f` on the file below, behind what was gathered.
template <class F>
int written(sqlite3_file* x, F f) {
  auto rc = self(x)->flush();
  return rc == SQLITE_OK ? f(under(x)) : rc;
}

int close(sqlite3_file* x) {
  auto* file = under(x);
  auto rc = file->pMethods->xClose(file);
  self(x)->~log_file();
  return rc;
}
int read(sqlite3_file* x, void* to, int size, sqlite3_int64 at) {
  return written(x, [=](auto* file) { return file->pMethods->xRead(file, to, size, at); });
}
int write(sqlite3_file* x, const void* from, int size, sqlite3_int64 at) { return self(x)->write(from, size, at); }
int truncate(sqlite3_file* x, sqlite3_int64 size) {
  return written(x, [=](auto* file) { return file->pMethods->xTruncate(file, size); });
}
int sync(sqlite3_file* x, int flags) {
  return written(x, [=](auto* file) { return file->pMethods->xSync(file, flags); });
}
int file_size(sqlite3_file* x, sqlite3_int64* size) {
  return written(x, [=](auto* file) { return file->pMethods->xFileSize(file, size); });
}
int lock(sqlite3_file* x, int level) { return under(x)->pMethods->xLock(under(x), level); }
int unlock(sqlite3_file* x, int level) { return under(x)->pMethods->xUnlock(under(x), level); }
int check_lock(sqlite3_file* x, int* held) { return under(x)->pMethods->xCheckReservedLock(under(x), held); }
int control(sqlite3_file* x, int op, void* arg) { return under(x)->pMethods->xFileControl(under(x), op, arg); }
int sector_size(sqlite3_file* x) { return under(x)->pMethods->xSectorSize(under(x)); }
int traits(sqlite3_file* x) { return under(x)->pMethods->xDeviceCharacteristics(under(x)); }

/// A log is never mapped nor shared as the database is: the first version of the methods is all it needs.
constexpr sqlite3_io_methods log_methods{1,       close,   read,       write,   truncate,    sync,   file_size,
                                         lock,    unlock,  check_lock, control, sector_size, traits, nullptr,
                                         nullptr, nullptr, nullptr,    nullptr, nullptr};

sqlite3_vfs* usual() { return sqlite3_vfs_find(nullptr); }

/// Everything but logs is opened as ever.
int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* x, int flags, int* got) {
  auto* below = usual();
  if ((flags & SQLITE_OPEN_WAL) == 0)
    return below->xOpen(below, name, x, flags, got);
  auto* log = new (static_cast<void*>(x)) log_file;
  auto rc = below->xOpen(below, name, log->file(), flags, got);
  if (rc == SQLITE_OK)
    log->pMethods = &log_methods;
  else
    log->~log_file();
  return rc;
}

} // namespace

const char* gathering_vfs() {
  static sqlite3_vfs vfs = [] {
    auto x = *usual();
    x.zName = "troupe-group";
    x.pNext = nullptr;
    x.szOsFile += static_cast<int>(sizeof(log_file));
    x.xOpen = open;
    return x;
  }();
  static const auto result = sqlite3_vfs_register(&vfs, 0);
  return result == SQLITE_OK ? vfs.zName : nullptr; // the usual one, should there be no memory
}

void forget_gathered(sqlite3* db) noexcept {
  sqlite3_file* log = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log != nullptr
      && log->pMethods == &log_methods)
    self(log)->filled = 0;
}

} // namespace troupe::storage::sqlite
