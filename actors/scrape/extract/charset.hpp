#pragma once
/// Bytes of unknown encoding to UTF-8, by the WHATWG Encoding Standard's labels and the order of the HTML standard's
/// encoding sniffing (BOM, transport, prescan), with statistical detection last.

#include <string>
#include <string_view>

namespace troupe {

/// UTF-8 text with LF line ends and without U+0000, and the name of the encoding it came from.
struct decoded_text {
  std::string text;
  std::string charset;
};

/// The standard's name of an encoding label (`latin1` is `windows-1252`), any case, with surrounding white space;
/// empty for a label nobody knows.
std::string_view encoding_of_label(std::string_view label);

/// The encoding that `bytes` claim or seem to be in. `transport` is the label of the Content-Type header, may be empty;
/// `markup`: look for `<meta charset>` and an XML declaration in the first 4 KB.
std::string_view detect_encoding(std::string_view bytes, std::string_view transport, bool markup);

/// Converts; what is malformed becomes U+FFFD (one for each maximal subpart of UTF-8), a BOM is dropped, CR and CR LF
/// become LF, U+0000 becomes U+FFFD.
decoded_text decode_text(std::string_view bytes, std::string_view transport, bool markup);

/// CR LF and CR to LF, U+0000 to U+FFFD. For what brings them in after decoding, as `&#13;` does.
void normalise_lines(std::string& text);

/// UTF-8 repair alone: malformed sequences become U+FFFD.
std::string repair_utf8(std::string_view bytes);

} // namespace troupe
