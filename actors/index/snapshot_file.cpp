// Chunks of at most a mebibyte: size, hash of number and content, content. One of size 0 ends the file. Numbers are as
// the machine has them: a snapshot is read where it was written, and elsewhere refused by its mark.
#include "actors/index/snapshot_file.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/embed/hashing.hpp"

namespace troupe {

namespace {

constexpr std::size_t chunk_size = std::size_t{1} << 20U;

struct chunk_head {
  std::uint64_t hash;
  std::uint64_t size;
};

chunk_head head_of(std::span<const char> content, std::uint64_t number) {
  return {hash_bytes({content.data(), content.size()}, number), content.size()};
}

std::string whole_mark(std::string_view mark) {
  return "troupe " + std::string{mark} + (std::endian::native == std::endian::little ? " le" : " be");
}

bool write_all(int file, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    auto n = ::write(file, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

} // namespace

snapshot_writer::snapshot_writer(std::filesystem::path path, std::string_view mark)
  : path_(std::move(path)), beside_(path_.string() + ".new") {
  std::error_code ignored; // opening it says what is wrong
  std::filesystem::create_directories(path_.parent_path(), ignored);
  file_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  failed_ = file_ < 0;
  text(whole_mark(mark));
}

snapshot_writer::~snapshot_writer() {
  if (file_ < 0)
    return;
  ::close(file_);
  ::unlink(beside_.c_str());
}

void snapshot_writer::bytes(const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  written_ += size;
  while (size > 0) {
    auto part = std::min(size, chunk_size - chunk_.size());
    chunk_.insert(chunk_.end(), at, at + part);
    at += part;
    size -= part;
    if (chunk_.size() == chunk_size)
      flush();
  }
}

void snapshot_writer::flush() {
  auto head = head_of(chunk_, chunks_++);
  failed_ = failed_ || !write_all(file_, &head, sizeof head) || !write_all(file_, chunk_.data(), chunk_.size());
  chunk_.clear();
}

expected<void> snapshot_writer::commit() {
  if (!chunk_.empty())
    flush();
  flush(); // the end
  failed_ = failed_ || ::fsync(file_) != 0 || ::rename(beside_.c_str(), path_.c_str()) != 0;
  auto why = std::error_code{errno, std::generic_category()};
  if (!failed_ && file_ >= 0)
    ::close(std::exchange(file_, -1));
  if (failed_)
    return fail(errc::storage_failed, "the snapshot " + path_.string() + " can't be written: " + why.message(),
                "Make room on the disk; without it the next start takes longer.");
  return {};
}

expected<snapshot_reader> snapshot_reader::open(const std::filesystem::path& path, std::string_view mark) {
  auto file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail(errc::not_found, "there is no snapshot " + path.string(), "It is made as the index grows.");
  snapshot_reader result{file};
  struct stat about {};
  if (::fstat(file, &about) == 0)
    result.left_ = static_cast<std::uint64_t>(about.st_size);
  if (result.text() != whole_mark(mark))
    return fail(errc::unreadable, "the snapshot " + path.string() + " is damaged or of another version",
                "It is made anew as the index grows.");
  return result;
}

snapshot_reader::snapshot_reader(snapshot_reader&& x) noexcept
  : file_(std::exchange(x.file_, -1)), left_(x.left_), good_(x.good_), chunks_(x.chunks_), chunk_(std::move(x.chunk_)),
    at_(x.at_) {}

snapshot_reader::~snapshot_reader() {
  if (file_ >= 0)
    ::close(file_);
}

bool snapshot_reader::take(void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    auto n = ::read(file_, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    size -= static_cast<std::size_t>(n);
    left_ -= std::min(left_, static_cast<std::uint64_t>(n));
  }
  return true;
}

/// False at the end, and when what follows is not what was written.
bool snapshot_reader::next_chunk() {
  chunk_head head{};
  at_ = 0;
  chunk_.clear();
  if (!take(&head, sizeof head) || head.size > chunk_size)
    return false;
  chunk_.resize(head.size);
  if (!take(chunk_.data(), chunk_.size()) || head_of(chunk_, chunks_++).hash != head.hash) {
    chunk_.clear();
    return false;
  }
  ended_ = chunk_.empty();
  return !ended_;
}

bool snapshot_reader::bytes(void* to, std::size_t size) {
  auto* out = static_cast<char*>(to);
  while (good_ && size > 0) {
    if (at_ == chunk_.size() && !next_chunk()) {
      good_ = false;
      break;
    }
    auto part = std::min(size, chunk_.size() - at_);
    std::memcpy(out, chunk_.data() + at_, part);
    at_ += part;
    out += part;
    size -= part;
  }
  return good_;
}

std::size_t snapshot_reader::size(std::size_t each) {
  auto count = number<std::uint64_t>();
  if (count > (left_ + chunk_.size() - at_) / each)
    good_ = false;
  return good_ ? static_cast<std::size_t>(count) : 0;
}

std::string snapshot_reader::text() {
  auto count = number<std::uint32_t>();
  if (count > left_ + chunk_.size() - at_)
    good_ = false;
  std::string result(good_ ? count : 0, '\0');
  return bytes(result.data(), result.size()) ? result : std::string{};
}

bool snapshot_reader::ended() {
  if (!good_ || at_ != chunk_.size() || next_chunk())
    return false;
  return ended_ && left_ == 0;
}

} // namespace troupe
