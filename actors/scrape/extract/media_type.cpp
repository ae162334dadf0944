#include "actors/scrape/extract/media_type.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t sniffed = 1445; ///< as many bytes as the MIME sniffing standard reads

bool has_binary_mark(std::string_view x) {
  using namespace std::string_view_literals;
  constexpr std::array marks{"\x89PNG"sv,
                             "GIF8"sv,
                             "\xFF\xD8\xFF"sv,
                             "PK\x03\x04"sv,
                             "\x1F\x8B"sv,
                             "RIFF"sv,
                             "\x7F"
                             "ELF"sv,
                             "BZh"sv,
                             "\xFD"
                             "7zXZ"sv,
                             "OggS"sv,
                             "ID3"sv,
                             "wOFF"sv,
                             "wOF2"sv,
                             "\0asm"sv,
                             "7z\xBC\xAF"sv};
  return std::any_of(marks.begin(), marks.end(), [x](std::string_view mark) { return x.starts_with(mark); });
}

bool wide_encoding(std::string_view x, const std::string& charset) {
  return x.starts_with("\xFE\xFF") || x.starts_with("\xFF\xFE") || charset.starts_with("utf-16")
         || charset.starts_with("ucs-2") || charset == "unicode";
}

/// Control characters that no text has, more of them where somebody says that it is text.
bool looks_binary(std::string_view x, bool said_text) {
  x = x.substr(0, sniffed);
  std::size_t nuls = 0;
  std::size_t controls = 0;
  for (char c : x) {
    auto byte = static_cast<unsigned char>(c);
    nuls += byte == 0 ? 1 : 0;
    controls += byte < 0x20 && !is_space(c) && byte != 0x1B && byte != 0x08 && byte != 0x0B ? 1 : 0;
  }
  if (said_text) // a stray NUL is forgiven
    return nuls >= 2 && controls * 20 > x.size();
  auto strange = controls + 3 * nuls;
  return strange > 8 && strange * 32 > x.size();
}

bool looks_like_html(std::string_view x) {
  x = x.substr(0, sniffed);
  if (x.starts_with("\xEF\xBB\xBF"))
    x.remove_prefix(3);
  x = trim(x);
  for (std::string_view mark : {"<!doctype html", "<html", "<head", "<body", "<script", "<title", "<table", "<div",
                                "<h1", "<p>", "<br", "<!--", "<style", "<meta", "<a "})
    if (equals_ignoring_case(x.substr(0, mark.size()), mark))
      return true;
  return x.starts_with("<?xml") && find_ignoring_case(x, "<html") != x.npos;
}

content_kind sniff(std::string_view bytes) { return looks_like_html(bytes) ? content_kind::html : content_kind::plain; }

} // namespace

media_type_parts parse_media_type(std::string_view value) {
  media_type_parts result;
  value = clip(value, 1024);
  auto semicolon = std::min(value.find(';'), value.size());
  result.essence = lower_case(trim(value.substr(0, semicolon)));
  auto at = find_ignoring_case(value, "charset=", semicolon);
  if (at != value.npos) {
    auto rest = trim(value.substr(at + 8));
    auto quoted = rest.starts_with('"');
    rest.remove_prefix(quoted ? 1 : 0);
    result.charset = lower_case(trim(rest.substr(0, rest.find_first_of(quoted ? "\"" : ";, \t"))));
  }
  return result;
}

content_kind kind_of(std::string_view bytes, const media_type_parts& declared) {
  auto& essence = declared.essence;
  if (bytes.starts_with("%PDF-") || essence == "application/pdf")
    return content_kind::pdf;
  if (has_binary_mark(bytes)
      || (!wide_encoding(bytes, declared.charset) && looks_binary(bytes, essence.starts_with("text/"))))
    return content_kind::binary;
  if (essence == "text/html" || essence == "application/xhtml+xml")
    return content_kind::html;
  if (essence == "text/markdown" || essence == "text/x-markdown")
    return content_kind::markdown;
  if (essence == "text/x-rst")
    return content_kind::restructured;
  if (essence == "text/plain" || essence == "text/x-log")
    return content_kind::plain;
  if (essence.empty() || essence == "application/octet-stream" || essence == "unknown/unknown"
      || essence == "application/unknown" || essence == "*/*")
    return sniff(bytes);
  if (essence == "text/xml" || essence == "application/xml")
    return looks_like_html(bytes) ? content_kind::html : content_kind::binary;
  return content_kind::binary;
}

std::string_view media_type_of(content_kind kind) noexcept {
  switch (kind) {
  case content_kind::html:
    return "text/html";
  case content_kind::markdown:
    return "text/markdown";
  case content_kind::restructured:
    return "text/x-rst";
  case content_kind::plain:
    return "text/plain";
  case content_kind::pdf:
    return "application/pdf";
  default:
    return "application/octet-stream";
  }
}

} // namespace troupe
