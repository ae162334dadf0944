#include "actors/egress/host.hpp"

#include "actors/egress/percent.hpp"

#include <algorithm>
#include <memory>

#include <unicode/uidna.h>
#include <unicode/utf8.h>

namespace troupe {

namespace {

constexpr std::string_view forbidden_in_host{"\0\t\n\r #/:<>?@[\\]^|", 17};

bool forbidden_in_domain(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte <= 0x1f || byte == 0x7f || c == '%' || forbidden_in_host.find(c) != std::string_view::npos;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// What Unicode 16's IDNA table maps where older ICU releases refuse or map otherwise; nothing for other characters,
/// 0 for those that vanish.
std::optional<std::int32_t> newer_mapping(std::int32_t point) {
  if (point >= 0x10a0 && point <= 0x10c5)
    return point + 0x2d00 - 0x10a0; // Georgian capitals
  if (point == 0x180e || (point >= 0x2061 && point <= 0x2063) || (point >= 0x206a && point <= 0x206f))
    return 0;
  switch (point) {
  case 0x04c0:
    return 0x04cf;
  case 0x1e9e:
    return 0x00df; // capital sharp s
  case 0x2132:
    return 0x214e;
  case 0x2183:
    return 0x2184;
  case 0x2f868:
    return 0x36fc;
  case 0x2f874:
    return 0x5f53;
  case 0x2f91f:
    return 0x243ab;
  case 0x2f95f:
    return 0x7aee;
  case 0x2f9bf:
    return 0x45d7;
  default:
    return std::nullopt;
  }
}

std::string with_newer_mappings(std::string_view domain) {
  std::string out;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(domain.data());
  for (std::size_t at = 0; at < domain.size();) {
    auto start = at;
    std::int32_t point = 0;
    U8_NEXT(bytes, at, domain.size(), point);
    auto mapped = newer_mapping(point);
    if (!mapped) {
      out.append(domain, start, at - start);
    } else if (*mapped != 0) {
      std::array<std::uint8_t, U8_MAX_LENGTH> encoded{};
      std::size_t length = 0;
      U8_APPEND_UNSAFE(encoded.data(), length, *mapped);
      out.append(reinterpret_cast<const char*>(encoded.data()), length);
    }
  }
  return out;
}

/// One converter for the whole process: ICU says that it is immutable after opening.
const UIDNA* uts46() {
  struct closer {
    void operator()(UIDNA* x) const { uidna_close(x); }
  };
  static const std::unique_ptr<UIDNA, closer> instance{[] {
    UErrorCode status = U_ZERO_ERROR;
    return uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII
                             | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                           &status);
  }()};
  return instance.get();
}

std::optional<std::string> through_icu(std::string_view domain) {
  // What CheckHyphens=false and VerifyDnsLength=false leave out.
  constexpr std::uint32_t tolerated = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG
                                      | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN
                                      | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  // A host beyond this is no host; the conversion of one label is quadratic in its length.
  if (domain.size() > 4096 || uts46() == nullptr)
    return std::nullopt;
  std::string out(domain.size() * 6 + 64, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode status = U_ZERO_ERROR;
    auto length = uidna_nameToASCII_UTF8(uts46(), domain.data(), static_cast<std::int32_t>(domain.size()), out.data(),
                                         static_cast<std::int32_t>(out.size()), &info, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      out.assign(static_cast<std::size_t>(length) + 1, '\0');
      continue;
    }
    if (U_FAILURE(status) || (info.errors & ~tolerated) != 0)
      return std::nullopt;
    out.resize(static_cast<std::size_t>(length));
    return out;
  }
  return std::nullopt;
}

std::optional<std::string> parse_opaque_host(std::string_view input) {
  std::string out;
  for (auto c : input) {
    if (forbidden_in_host.find(c) != std::string_view::npos)
      return std::nullopt;
    append_encoded(out, static_cast<unsigned char>(c), encode_set::c0_control);
  }
  return out;
}

} // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  std::optional<std::string> result;
  auto ascii = std::all_of(domain.begin(), domain.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) { // also labels that are no valid punycode: nobody can register them, nothing is gained by refusing
    result.emplace(domain);
    std::transform(result->begin(), result->end(), result->begin(), lower);
  } else {
    result = through_icu(with_newer_mappings(domain));
  }
  if (!result || result->empty() || std::any_of(result->begin(), result->end(), forbidden_in_domain))
    return std::nullopt;
  return result;
}

std::optional<std::string> parse_host(std::string_view input, bool opaque) {
  if (!input.empty() && input.front() == '[') {
    if (input.back() != ']' || input.size() < 2)
      return std::nullopt;
    auto pieces = parse_ipv6(input.substr(1, input.size() - 2));
    return pieces ? std::optional{serialise_ipv6(*pieces)} : std::nullopt;
  }
  if (opaque)
    return parse_opaque_host(input);
  auto domain = domain_to_ascii(scrub_utf8(percent_decode(input)));
  if (!domain || !ends_in_number(*domain))
    return domain;
  auto address = parse_ipv4(*domain);
  return address ? std::optional{serialise_ipv4(*address)} : std::nullopt;
}

} // namespace troupe
