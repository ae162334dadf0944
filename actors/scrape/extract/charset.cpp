#include "actors/scrape/extract/charset.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::size_t declaration_window = 4096; ///< the standard looks at 1,024 bytes; real pages are later
constexpr std::size_t detection_window = 64u << 10;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the well-formed sequence at `p`, or 0 with `bad` set to the length of the maximal ill-formed subpart
/// (Unicode 15, section 3.9, table 3-7).
std::size_t sequence_at(const unsigned char* p, const unsigned char* end, std::size_t& bad) {
  bad = 1;
  auto lead = p[0];
  std::size_t need = lead < 0x80 ? 0 : lead < 0xC2 ? 9 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 9;
  if (need == 9)
    return 0;
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i <= need; ++i) {
    if (p + i >= end || p[i] < low || p[i] > high) {
      bad = i;
      return 0;
    }
    low = 0x80;
    high = 0xBF;
  }
  return need + 1;
}

struct utf8_census {
  std::size_t multibyte = 0;
  std::size_t malformed = 0;
};

utf8_census census(std::string_view bytes) {
  utf8_census result;
  auto p = reinterpret_cast<const unsigned char*>(bytes.data());
  auto end = p + bytes.size();
  while (p < end) {
    if (*p < 0x80) {
      ++p;
      continue;
    }
    std::size_t bad = 0;
    if (auto n = sequence_at(p, end, bad)) {
      ++result.multibyte;
      p += n;
    } else {
      ++result.malformed;
      p += bad;
    }
  }
  return result;
}

/// `charset=` of a `<meta>` tag's text, or of its `content` attribute.
std::string_view label_after(std::string_view tag, std::string_view key) {
  auto at = find_ignoring_case(tag, key);
  if (at == tag.npos)
    return {};
  auto rest = tag.substr(at + key.size());
  auto skip = rest.find_first_not_of(" \t\n\r\f");
  if (skip == rest.npos || rest[skip] != '=')
    return {};
  rest.remove_prefix(skip + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n\r\f\"'"), rest.size()));
  return rest.substr(0, rest.find_first_of(" \t\n\r\f\"';/>?"));
}

std::string_view declared_in_markup(std::string_view bytes) {
  auto head = bytes.substr(0, declaration_window);
  if (head.starts_with("<?xml"))
    if (auto found = encoding_of_label(label_after(head.substr(0, head.find('>')), "encoding")); !found.empty())
      return found;
  for (std::size_t at = 0; (at = find_ignoring_case(head, "<meta", at)) != head.npos;) {
    auto end = std::min(head.find('>', at), head.size());
    auto found = encoding_of_label(label_after(head.substr(at, end - at), "charset"));
    // A page that was read as ASCII so far can't be UTF-16 (HTML standard, 13.2.3.2).
    if (found.starts_with("utf-16"))
      return "utf-8";
    if (!found.empty())
      return found;
    at = end;
  }
  return {};
}

std::string_view by_statistics(std::string_view bytes) {
  auto sample = bytes.substr(0, detection_window);
  std::unique_ptr<uchardet, decltype(&uchardet_delete)> detector{uchardet_new(), uchardet_delete};
  if (!detector || uchardet_handle_data(detector.get(), sample.data(), sample.size()) != 0)
    return "windows-1252";
  uchardet_data_end(detector.get());
  auto found = encoding_of_label(uchardet_get_charset(detector.get()));
  return found.empty() || found == "utf-8" ? "windows-1252" : found;
}

std::string_view by_mark(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF"))
    return "utf-8";
  if (bytes.starts_with("\xFE\xFF"))
    return "utf-16be";
  if (bytes.starts_with("\xFF\xFE"))
    return "utf-16le";
  return {};
}

/// The ICU converter that does what the standard says; ICU knows the other names themselves.
const char* icu_name(std::string_view encoding) {
  if (encoding == "gbk")
    return "gb18030";
  if (encoding == "big5")
    return "big5-hkscs";
  if (encoding == "shift_jis")
    return "windows-31j";
  if (encoding == "euc-kr")
    return "windows-949";
  if (encoding == "x-mac-cyrillic")
    return "x-mac-cyrillic";
  return encoding.data(); // names come from string literals: terminated
}

std::string convert(std::string_view bytes, std::string_view encoding) {
  auto status = U_ZERO_ERROR;
  std::unique_ptr<UConverter, decltype(&ucnv_close)> from{ucnv_open(icu_name(encoding), &status), ucnv_close};
  if (U_FAILURE(status))
    return repair_utf8(bytes);
  std::unique_ptr<UConverter, decltype(&ucnv_close)> to{ucnv_open("utf-8", &status), ucnv_close};
  if (U_FAILURE(status))
    return repair_utf8(bytes);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  char buffer[16384];
  UChar pivot[2048];
  auto* pivot_source = pivot;
  auto* pivot_target = pivot;
  auto source = bytes.data();
  for (auto more = true; more;) {
    auto target = buffer;
    status = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, buffer + sizeof(buffer), &source, bytes.data() + bytes.size(), pivot,
                   &pivot_source, &pivot_target, pivot + 2048, out.empty(), true, &status);
    out.append(buffer, target);
    more = status == U_BUFFER_OVERFLOW_ERROR && target != buffer;
  }
  return out;
}

} // namespace

void normalise_lines(std::string& text) {
  if (text.find('\0') != text.npos) {
    std::string out;
    out.reserve(text.size() + 64);
    for (char c : text)
      c == '\0' ? out.append(replacement) : out.append(1, c);
    text = std::move(out);
  }
  auto in = text.find('\r');
  if (in == text.npos)
    return;
  auto out = in;
  for (; in < text.size(); ++in) {
    if (text[in] != '\r')
      text[out++] = text[in];
    else if (in + 1 >= text.size() || text[in + 1] != '\n')
      text[out++] = '\n';
  }
  text.resize(out);
}

std::string repair_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  auto p = reinterpret_cast<const unsigned char*>(bytes.data());
  auto end = p + bytes.size();
  while (p < end) {
    auto run = p;
    std::size_t bad = 0;
    while (p < end) {
      auto n = *p < 0x80 ? 1 : sequence_at(p, end, bad);
      if (n == 0)
        break;
      p += n;
    }
    out.append(reinterpret_cast<const char*>(run), reinterpret_cast<const char*>(p));
    if (p < end) {
      out.append(replacement);
      p += bad;
    }
  }
  return out;
}

std::string_view detect_encoding(std::string_view bytes, std::string_view transport, bool markup) {
  if (auto mark = by_mark(bytes); !mark.empty())
    return mark;
  auto declared = encoding_of_label(transport);
  if (declared.empty() && markup)
    declared = declared_in_markup(bytes);
  auto seen = census(bytes.substr(0, 1u << 20));
  // Pages converted to UTF-8 often keep the old label. So many well-formed sequences are no accident in any other
  // encoding, except in those that are made of escapes or of 16-bit units.
  constexpr std::size_t no_accident = 16;
  if (!declared.empty() && declared != "utf-8")
    return seen.malformed == 0 && seen.multibyte >= no_accident && !declared.starts_with("utf-16") ? "utf-8" : declared;
  // UTF-8, declared or supposed, is believed unless every byte above ASCII speaks against it.
  if (seen.malformed == 0 || seen.multibyte > seen.malformed)
    return "utf-8";
  return declared.empty() || seen.multibyte == 0 ? by_statistics(bytes) : declared;
}

decoded_text decode_text(std::string_view bytes, std::string_view transport, bool markup) {
  auto encoding = detect_encoding(bytes, transport, markup);
  if (auto mark = by_mark(bytes); !mark.empty())
    bytes.remove_prefix(mark == "utf-8" ? 3 : 2);
  decoded_text result{encoding == "utf-8" ? repair_utf8(bytes) : convert(bytes, encoding), std::string{encoding}};
  normalise_lines(result.text);
  return result;
}

} // namespace troupe
