#pragma once
/// One HTML token at a time, by the tokenizer rules of the HTML standard (13.2.5).

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "actors/scrape/extract/html_tag.hpp"

namespace troupe {

enum class html_token_kind : std::uint8_t { text, start, end, nothing };

struct html_token {
  html_token_kind kind = html_token_kind::text;
  tag name = tag::none;
  bool self_closing = false;
  std::size_t attributes = 0; ///< offset behind the name
  std::size_t end = 0;        ///< offset behind the token; of the input when it never ends
};

/// The token at `in[at]`, which is `<`. `text`: the `<` is only a character. `nothing`: comments, doctype, bogus
/// markup, tags cut off by the end of the input.
html_token read_token(std::string_view in, std::size_t at);

/// Not decoded; the value is empty when there is none.
struct raw_attribute {
  std::string_view name;
  std::string_view value;
};

/// Reads the attribute at `at`; false at the end of the tag, with `at` behind its `>`, or at the end of the input.
bool read_attribute(std::string_view in, std::size_t& at, raw_attribute& out, bool& self_closing);

} // namespace troupe
