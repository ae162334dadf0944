#pragma once
/// A program run as a child with limits: bytes in, bytes out, no shell. Blocking.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/error.hpp"

namespace troupe {

struct child_limits {
  std::uint64_t memory = 1u << 30; ///< address space, bytes
  std::uint32_t cpu_seconds = 30;
  std::uint32_t open_files = 32;
  std::uint64_t file_size = 64u << 20;    ///< of any file it writes
  std::uint64_t output = 64u << 20;       ///< of its standard output, bytes
  std::chrono::milliseconds wall{60'000}; ///< then its whole process group is killed
};

struct child_result {
  int status = 0;        ///< exit status; 128 + signal when it was killed
  std::string output;    ///< standard output
  std::string complaint; ///< at most 2 KB of its standard error
};

/// Runs `arguments[0]`, found on the PATH, with `input` on its standard input. `not_found` when there is no such
/// program, `deadline_exceeded` after the wall time, `too_large` for too much output, `internal` when no process can be
/// made. When `stop` becomes true it is killed within 50 ms: `cancelled`.
expected<child_result> run_child(const std::vector<std::string>& arguments, std::string_view input,
                                 const child_limits& limits, const std::atomic<bool>* stop = nullptr);

} // namespace troupe
