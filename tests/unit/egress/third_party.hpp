#pragma once
/// The third-party data sets of TROUPE_TEST_DATA.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace troupe {

/// The whole file below TROUPE_TEST_DATA; nothing, and one line that says so, when that is unset.
inline std::optional<std::string> third_party(const std::string& name) {
  const char* root = std::getenv("TROUPE_TEST_DATA");
  if (root == nullptr) {
    std::printf("skipped: %s, TROUPE_TEST_DATA is not set\n", name.c_str());
    return std::nullopt;
  }
  std::ifstream in{std::string{root} + '/' + name, std::ios::binary};
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

/// JSON text whose lone surrogate escapes are U+FFFD, which simdjson would refuse and a URL parser never sees.
inline std::string without_lone_surrogates(std::string json) {
  auto unit = [&](std::size_t i) -> unsigned long {
    return i + 6 <= json.size() && json[i] == '\\' && json[i + 1] == 'u'
             ? std::stoul(json.substr(i + 2, 4), nullptr, 16)
             : 0;
  };
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '\\')
      continue;
    auto x = unit(i);
    if (x >= 0xd800 && x < 0xdc00 && unit(i + 6) >= 0xdc00 && unit(i + 6) < 0xe000)
      i += 11;
    else if (x >= 0xd800 && x < 0xe000)
      json.replace(i + 2, 4, "FFFD");
    else
      ++i;
  }
  return json;
}

} // namespace troupe
