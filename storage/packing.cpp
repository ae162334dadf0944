#include "storage/packing.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <openssl/evp.h>
#include <zstd.h>

#include "storage/blobs/file_blobs.hpp"
#include "storage/failure.hpp"

namespace troupe::storage {

namespace {

constexpr std::size_t most_links_bytes = std::size_t{64} << 20; ///< what a packed list may unpack to

auto damaged() { return fail(errc::storage_failed, "a stored value can't be read back", start_afresh); }

void put(std::string& out, std::uint64_t x) {
  for (; x >= 0x80; x >>= 7)
    out.push_back(static_cast<char>(x | 0x80));
  out.push_back(static_cast<char>(x));
}

void put(std::string& out, std::string_view s) {
  put(out, s.size());
  out += s;
}

/// Reads what `put` wrote; `ok` turns false on damage and stays so.
struct taker {
  std::string_view left;
  bool ok = true;

  std::uint64_t number() {
    std::uint64_t x = 0;
    for (unsigned shift = 0; shift < 64 && !left.empty(); shift += 7) {
      auto byte = static_cast<unsigned char>(left.front());
      left.remove_prefix(1);
      x |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80)
        return x;
    }
    ok = false;
    left = {};
    return 0;
  }
  std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
  std::string text() {
    auto size = number();
    if (size > left.size()) {
      ok = false;
      left = {};
      return {};
    }
    std::string s{left.substr(0, size)};
    left.remove_prefix(size);
    return s;
  }
};

} // namespace

std::string pack_blocks(const std::vector<block>& blocks) {
  std::string out;
  out.reserve(blocks.size() * 5);
  std::uint32_t at = 0;
  for (const auto& x : blocks) {
    put(out, static_cast<std::uint64_t>(x.kind));
    put(out, x.level);
    put(out, x.start - at); // wraps, and back again, should blocks overlap
    put(out, x.end - x.start);
    at = x.end;
  }
  return out;
}

expected<std::vector<block>> unpack_blocks(std::string_view packed) {
  std::vector<block> blocks;
  taker in{packed};
  std::uint32_t at = 0;
  while (!in.left.empty()) {
    block x;
    auto kind = in.number();
    x.kind = static_cast<block_kind>(kind);
    x.level = static_cast<std::uint8_t>(in.number());
    x.start = at + in.small();
    x.end = at = x.start + in.small();
    if (!in.ok || kind > static_cast<std::uint64_t>(block_kind::step))
      return damaged();
    blocks.push_back(x);
  }
  return blocks;
}

std::string pack_offsets(const std::vector<std::uint32_t>& offsets) {
  std::string out;
  std::uint32_t at = 0;
  for (auto x : offsets) {
    put(out, std::uint32_t{x - at}); // wraps, and back again, as blocks do
    at = x;
  }
  return out;
}

expected<std::vector<std::uint32_t>> unpack_offsets(std::string_view packed) {
  std::vector<std::uint32_t> offsets;
  taker in{packed};
  std::uint32_t at = 0;
  while (!in.left.empty()) {
    offsets.push_back(at += in.small());
    if (!in.ok)
      return damaged();
  }
  return offsets;
}

std::string pack_links(const std::vector<link>& links) {
  if (links.empty())
    return {};
  std::string plain;
  for (const auto& x : links) {
    put(plain, x.url);
    put(plain, x.text);
    put(plain, x.context);
    plain.push_back(static_cast<char>((x.nofollow ? 1 : 0) | (x.in_content ? 2 : 0)));
  }
  if (plain.size() > most_links_bytes)
    return {};
  std::string out;
  put(out, plain.size());
  auto head = out.size();
  out.resize(head + ZSTD_compressBound(plain.size()));
  auto size = ZSTD_compress(out.data() + head, out.size() - head, plain.data(), plain.size(), 1);
  if (ZSTD_isError(size) != 0)
    return {}; // only without memory; links can be read again from the page
  out.resize(head + size);
  return out;
}

expected<std::vector<link>> unpack_links(std::string_view packed) {
  std::vector<link> links;
  if (packed.empty())
    return links;
  taker head{packed};
  auto size = head.number();
  if (!head.ok || size > most_links_bytes)
    return damaged();
  std::string plain(size, '\0');
  if (ZSTD_decompress(plain.data(), plain.size(), head.left.data(), head.left.size()) != size)
    return damaged();
  taker in{plain};
  while (!in.left.empty()) {
    link x;
    x.url = in.text();
    x.text = in.text();
    x.context = in.text();
    auto flags = in.number();
    x.nofollow = (flags & 1) != 0;
    x.in_content = (flags & 2) != 0;
    if (!in.ok)
      return damaged();
    links.push_back(std::move(x));
  }
  return links;
}

static_assert(std::endian::native == std::endian::little, "scales are stored as this machine holds them");

std::string pack_scales(const std::vector<embedding>& x) {
  std::string out(x.size() * sizeof(float), '\0');
  for (std::size_t i = 0; i < x.size(); ++i)
    std::memcpy(out.data() + i * sizeof(float), &x[i].scale, sizeof(float));
  return out;
}

std::string pack_vectors(const std::vector<embedding>& x) {
  std::string out;
  for (const auto& e : x)
    out.append(e.values.begin(), e.values.end());
  return out;
}

expected<std::vector<embedding>> unpack_embeddings(std::size_t dimension, std::string_view scales,
                                                   std::string_view vectors) {
  auto n = scales.size() / sizeof(float);
  if (scales.size() % sizeof(float) != 0 || n * dimension != vectors.size())
    return damaged();
  std::vector<embedding> result(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::memcpy(&result[i].scale, scales.data() + i * sizeof(float), sizeof(float));
    auto values = vectors.substr(i * dimension, dimension);
    result[i].values.resize(dimension);
    if (dimension != 0)
      std::memcpy(result[i].values.data(), values.data(), dimension);
  }
  return result;
}

std::string from_hex_digits(std::string_view hex) {
  auto nibble = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    auto high = nibble(hex[i]);
    auto low = nibble(hex[i + 1]);
    if (high < 0 || low < 0)
      return {};
    out.push_back(static_cast<char>(high << 4 | low));
  }
  return hex.size() % 2 == 0 ? out : std::string{};
}

std::string from_hex(std::string_view hex) { return is_blob_name(hex) ? from_hex_digits(hex) : std::string{}; }

std::string to_hex(std::string_view bytes) {
  constexpr auto digits = "0123456789abcdef";
  std::string out(2 * bytes.size(), '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto byte = static_cast<unsigned char>(bytes[i]);
    out[2 * i] = digits[byte >> 4];
    out[2 * i + 1] = digits[byte & 15];
  }
  return out;
}

std::string sha256_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) != 1)
    return {};
  return to_hex({reinterpret_cast<const char*>(digest), size});
}

} // namespace troupe::storage
