#include "actors/scrape/extract/media_type.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/feed_text.hpp"
#include "actors/scrape/extract/formats/file_formats.hpp"

namespace troupe {

namespace {

constexpr std::size_t sniffed = 1445; ///< as many bytes as the MIME sniffing standard reads

bool has_binary_mark(std::string_view x) {
  using namespace std::string_view_literals;
  constexpr std::array marks{"\x89PNG"sv,
                             "GIF8"sv,
                             "\xFF\xD8\xFF"sv,
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

content_kind sniff(std::string_view bytes) {
  if (looks_like_html(bytes))
    return content_kind::html;
  return trim(bytes.substr(0, sniffed)).starts_with('<') && looks_like_feed(bytes) ? content_kind::feed
                                                                                   : content_kind::plain;
}

/// By what it holds; a damaged one is what it is called, so that its reader can say what is wrong with it.
content_kind archive_kind(std::string_view bytes, std::string_view essence) {
  auto found = kind_of_archive(bytes);
  if (found == content_kind::binary && essence == media_type_of(content_kind::docx))
    return content_kind::docx;
  if (found == content_kind::binary && essence == media_type_of(content_kind::epub))
    return content_kind::epub;
  return found;
}

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
  if (bytes.starts_with("PK\x03\x04"))
    return archive_kind(bytes, essence);
  if (has_binary_mark(bytes)
      || (!wide_encoding(bytes, declared.charset) && looks_binary(bytes, essence.starts_with("text/"))))
    return content_kind::binary;
  if (essence == "text/html" || essence == "application/xhtml+xml")
    return content_kind::html;
  if (essence == "text/markdown" || essence == "text/x-markdown")
    return content_kind::markdown;
  if (essence == "text/x-rst")
    return content_kind::restructured;
  if (essence == "text/csv" || essence == "application/csv" || essence == "text/tab-separated-values")
    return content_kind::delimited;
  if (essence == "application/json" || essence == "text/json" || essence.ends_with("+json"))
    return content_kind::json;
  if (essence == "application/rss+xml" || essence == "application/atom+xml" || essence == "application/rdf+xml")
    return looks_like_feed(bytes) ? content_kind::feed : content_kind::binary;
  if (essence == "text/plain" || essence == "text/x-log")
    return content_kind::plain;
  if (essence.empty() || essence == "application/octet-stream" || essence == "unknown/unknown"
      || essence == "application/unknown" || essence == "*/*")
    return sniff(bytes);
  if (essence == "text/xml" || essence == "application/xml")
    return looks_like_html(bytes)   ? content_kind::html
           : looks_like_feed(bytes) ? content_kind::feed
                                    : content_kind::binary;
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
  case content_kind::docx:
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  case content_kind::epub:
    return "application/epub+zip";
  case content_kind::delimited:
    return "text/csv";
  case content_kind::json:
    return "application/json";
  case content_kind::feed:
    return "application/rss+xml";
  case content_kind::binary:
    break;
  }
  return "application/octet-stream";
}

std::string_view media_type_of_name(std::string_view name) noexcept {
  using enum content_kind;
  static constexpr std::array<std::pair<std::string_view, content_kind>, 14> endings{{{".html", html},
                                                                                      {".htm", html},
                                                                                      {".md", markdown},
                                                                                      {".markdown", markdown},
                                                                                      {".txt", plain},
                                                                                      {".text", plain},
                                                                                      {".rst", restructured},
                                                                                      {".pdf", pdf},
                                                                                      {".docx", docx},
                                                                                      {".epub", epub},
                                                                                      {".csv", delimited},
                                                                                      {".tsv", delimited},
                                                                                      {".json", json},
                                                                                      {".rss", feed}}};
  auto ends = [name](std::string_view ending) {
    return name.size() > ending.size() && equals_ignoring_case(name.substr(name.size() - ending.size()), ending);
  };
  for (auto& [ending, kind] : endings)
    if (ends(ending))
      return media_type_of(kind);
  return ends(".xhtml") ? "application/xhtml+xml" : ends(".atom") ? "application/atom+xml" : std::string_view{};
}

} // namespace troupe
