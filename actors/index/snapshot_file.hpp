#pragma once
/// A file that is written once, whole or not at all, and read only if every byte is as it was written.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "protocols/error.hpp"

namespace troupe {

/// Writes beside `path` and puts it in place with `commit`; without that nothing is left. What fails on the way makes
/// `commit` fail. One thread at a time.
class snapshot_writer {
public:
  /// `mark` says what the file holds, with its version: a reader that expects another one refuses it.
  snapshot_writer(std::filesystem::path path, std::string_view mark);
  snapshot_writer(snapshot_writer&&) = delete;
  ~snapshot_writer();

  void bytes(const void* from, std::size_t size);
  void text(std::string_view x) {
    number(static_cast<std::uint32_t>(x.size()));
    bytes(x.data(), x.size());
  }
  template <class T>
  void number(T x) {
    static_assert(std::is_arithmetic_v<T>);
    bytes(&x, sizeof x);
  }
  template <class T>
  void list(std::span<const T> x) {
    static_assert(std::is_trivially_copyable_v<T>);
    number(static_cast<std::uint64_t>(x.size()));
    bytes(x.data(), x.size_bytes());
  }
  [[nodiscard]] std::uint64_t written() const { return written_; }
  /// Waits for the medium. `storage_failed` when anything could not be written.
  expected<void> commit();

private:
  void flush();
  std::filesystem::path path_;
  std::filesystem::path beside_;
  int file_ = -1;
  bool failed_ = false;
  std::uint64_t written_ = 0; ///< bytes, those in `chunk_` too
  std::uint64_t chunks_ = 0;
  std::vector<char> chunk_;
};

/// Reads what `snapshot_writer` wrote. What can't be read is empty, and `good` false from then on. A size is never
/// trusted: nothing larger than the file is made room for. One thread at a time.
class snapshot_reader {
public:
  /// `not_found` when there is no file, `unreadable` when it is not of this `mark`.
  static expected<snapshot_reader> open(const std::filesystem::path& path, std::string_view mark);
  snapshot_reader(snapshot_reader&& x) noexcept;
  snapshot_reader& operator=(snapshot_reader&&) = delete;
  ~snapshot_reader();

  bool bytes(void* to, std::size_t size);
  std::string text();
  template <class T>
  T number() {
    static_assert(std::is_arithmetic_v<T>);
    T x{};
    bytes(&x, sizeof x);
    return good_ ? x : T{};
  }
  template <class T>
  std::vector<T> list() {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> result;
    if (auto count = size(sizeof(T)); count != 0) {
      result.resize(count);
      bytes(result.data(), count * sizeof(T));
    }
    return good_ ? std::move(result) : std::vector<T>{};
  }
  /// How many things of `each` bytes follow, as written before them; 0 when the file could not hold as many.
  std::size_t size(std::size_t each);
  void damaged() { good_ = false; }
  [[nodiscard]] bool good() const { return good_; }
  /// Whether all has been read, to the end that the writer set.
  bool ended();

private:
  explicit snapshot_reader(int file) : file_(file) {}
  bool next_chunk();
  bool take(void* to, std::size_t size);

  int file_ = -1;
  std::uint64_t left_ = 0; ///< of the file, behind `chunk_`
  bool good_ = true;
  bool ended_ = false; ///< the writer's end has been read
  std::uint64_t chunks_ = 0;
  std::vector<char> chunk_;
  std::size_t at_ = 0;
};

} // namespace troupe
