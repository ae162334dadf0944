#pragma once
/// ASCII alone, as URLs and header names want it: no locale.

#include <string>
#include <string_view>

namespace troupe {

inline std::string lower_case(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + 32);
  return out;
}

} // namespace troupe
