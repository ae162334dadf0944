#include "actors/scrape/extract/formats/zip_archive.hpp"

#include <zlib.h>

#include <algorithm>
#include <vector>

namespace troupe {

namespace {

constexpr std::size_t end_record = 22;
constexpr std::size_t longest_comment = 65535;
constexpr std::size_t directory_record = 46;
constexpr std::size_t local_record = 30;
constexpr std::size_t piece = 64u << 10; ///< expanded at a time
constexpr std::uint16_t encrypted = 1;

std::uint16_t number16(std::string_view x, std::size_t at) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(x[i])); };
  return static_cast<std::uint16_t>(byte(at) | byte(at + 1) << 8);
}

std::uint32_t number32(std::string_view x, std::size_t at) {
  return static_cast<std::uint32_t>(number16(x, at)) | static_cast<std::uint32_t>(number16(x, at + 2)) << 16;
}

tl::unexpected<error> damaged(const std::string& what) {
  return fail(errc::unreadable, "the file is damaged: " + what,
              "Open it in its own program to see, and save it again.");
}

tl::unexpected<error> too_large() {
  return fail(errc::too_large, "the file holds more when it is unpacked than a document may", "Split it.");
}

/// A raw deflate stream (RFC 1951), ended when the output would pass `most` bytes.
expected<std::string> inflated(std::string_view packed, std::size_t most) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return fail(errc::internal, "there was no memory to unpack the file", "Try again later.");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::vector<char> part(piece);
  int status = Z_OK;
  while (status == Z_OK && out.size() <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.append(part.data(), part.size() - stream.avail_out);
    if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0))
      status = Z_DATA_ERROR;
  }
  ::inflateEnd(&stream);
  if (out.size() > most)
    return too_large();
  if (status != Z_STREAM_END)
    return damaged("a part of it can't be unpacked");
  return out;
}

} // namespace

expected<zip_archive> zip_archive::open(std::string_view bytes, const zip_limits& limits) {
  auto tail = bytes.size() < end_record + longest_comment ? 0 : bytes.size() - end_record - longest_comment;
  auto end = bytes.rfind(std::string_view{"PK\x05\x06", 4});
  if (end == bytes.npos || end < tail || bytes.size() - end < end_record)
    return damaged("its end is missing");
  auto count = number16(bytes, end + 10);
  std::size_t size = number32(bytes, end + 12);
  std::size_t at = number32(bytes, end + 16);
  if (at > end || size > end - at)
    return damaged("its directory is missing");
  if (count > limits.entries)
    return too_large();
  zip_archive result;
  result.bytes_ = bytes;
  result.limits_ = limits;
  result.left_ = limits.total_bytes;
  auto directory = bytes.substr(at, end - at);
  for (std::size_t i = 0; i < count; ++i) {
    if (directory.size() < directory_record || !directory.starts_with(std::string_view{"PK\x01\x02", 4}))
      return damaged("its directory is cut off");
    auto length =
      directory_record + number16(directory, 28) + std::size_t{number16(directory, 30)} + number16(directory, 32);
    if (directory.size() < length || !result.add_entry(directory.substr(0, length)))
      return damaged("its directory is cut off");
    directory.remove_prefix(length);
  }
  return result;
}

bool zip_archive::add_entry(std::string_view record) {
  std::size_t name = number16(record, 28);
  if (directory_record + name > record.size())
    return false;
  if (name <= limits_.name)
    entries_[std::string{record.substr(directory_record, name)}] = {
      number16(record, 8), number16(record, 10), number32(record, 16), number32(record, 20), number32(record, 42)};
  return true;
}

expected<std::string_view> zip_archive::packed_bytes(const entry& x) const {
  if (x.offset > bytes_.size() || bytes_.size() - x.offset < local_record)
    return damaged("a part of it is missing");
  auto local = bytes_.substr(x.offset);
  if (!local.starts_with(std::string_view{"PK\x03\x04", 4}))
    return damaged("a part of it is not where it should be");
  auto start = local_record + number16(local, 26) + std::size_t{number16(local, 28)};
  if (start > local.size() || x.packed > local.size() - start)
    return damaged("a part of it is cut off");
  return local.substr(start, x.packed);
}

expected<std::string> zip_archive::read(const std::string& name) {
  auto found = entries_.find(name);
  if (found == entries_.end())
    return fail(errc::not_found, "there is no " + name + " in the file", {});
  const auto& x = found->second;
  if ((x.flags & encrypted) != 0)
    return fail(errc::unreadable, "the file is protected by a password", "Save a copy without one.");
  auto packed = packed_bytes(x);
  if (!packed)
    return tl::make_unexpected(packed.error());
  auto most = std::min(limits_.entry_bytes, left_);
  expected<std::string> content;
  if (x.method == 0 && packed->size() > most)
    content = too_large();
  else if (x.method == 0)
    content = std::string{*packed};
  else if (x.method == Z_DEFLATED)
    content = inflated(*packed, most);
  else
    content = fail(errc::unreadable, "the file is packed in a way that is not read here", "Save it again.");
  if (!content)
    return content;
  left_ -= content->size();
  auto sum = ::crc32_z(0, reinterpret_cast<const Bytef*>(content->data()), content->size());
  if (sum != x.checksum)
    return damaged("a checksum differs");
  return content;
}

} // namespace troupe
