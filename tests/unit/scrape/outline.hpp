#pragma once
/// A snapshot's blocks at a glance.

#include <string>

#include "protocols/document.hpp"
#include "tests/fixtures/snapshot_rules.hpp"

namespace troupe {

/// One line for each block: a letter of its kind, its level, and its text with line ends as `/`.
inline std::string outline(const document& x) {
  std::string out;
  for (auto& b : x.blocks) {
    auto text = x.text.substr(b.start, b.end - b.start);
    for (auto& c : text)
      c = c == '\n' ? '/' : c;
    out += "hpirCqcds"[static_cast<std::size_t>(b.kind)] + std::to_string(b.level) + " " + text + "\n";
  }
  return out;
}

} // namespace troupe
