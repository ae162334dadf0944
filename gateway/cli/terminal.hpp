#pragma once
/// What the command line knows about where its words end up.

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/research/words.hpp"

namespace troupe::cli {

/// One of the two output streams of this process.
struct terminal {
  bool interactive = false; ///< a person looks at it
  bool colour = false;      ///< interactive, and neither NO_COLOR nor TERM=dumb
  unsigned width = 80;      ///< columns, 40..200
};

/// `fd`: 1 or 2.
terminal terminal_of(int fd);

/// `text` with control characters (C0, DEL, C1) replaced by spaces: text from the web must not move the cursor. Ill
/// formed UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);
/// Columns that `text` takes on a terminal; wide East Asian characters take two, combining marks none.
unsigned columns(std::string_view text);
/// `text` shortened to `width` columns with an ellipsis at the end when it is longer.
std::string shortened(std::string_view text, unsigned width);
/// `text` followed by spaces up to `width` columns.
std::string padded(std::string_view text, unsigned width);

/// `0.4 s`, `2 min 05 s`, `2 h 14 min`, `3 d 4 h`.
std::string duration_text(std::uint64_t ms);

} // namespace troupe::cli
