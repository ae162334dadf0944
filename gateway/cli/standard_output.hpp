#pragma once
/// The three standard descriptors, and what became of what was printed. One set a process: main thread only.

#include <string_view>

namespace troupe::cli {

/// What became of everything printed so far.
enum class output_fate : unsigned char {
  written,
  reader_left, ///< the pipe was closed at its other end: who read has seen enough
  lost,        ///< a full disk, or a stdout that was closed from the start
};

/// Opens /dev/null in place of each descriptor 0-2 that is closed, so that no file opened later is given its number
/// and then takes what is meant for stdout or stderr. To be called before anything is opened.
void fill_standard_descriptors();

/// Whether stdout was closed when the process began.
bool stdout_was_closed() noexcept;

/// All of `text` to stdout, at once. It is a command's result: that it can't be written is remembered.
void print(std::string_view text);

/// The same for what nobody waits for, such as that a server has started: a failure is forgotten.
void announce(std::string_view text);

/// Once it is not `written`, more would be printed in vain.
output_fate printed() noexcept;

} // namespace troupe::cli
