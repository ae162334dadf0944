#include "gateway/cli/keys.hpp"

#include <array>
#include <utility>

namespace troupe::cli {

namespace {

/// ECMA-48 control sequences and the application forms that terminals send for the same keys.
constexpr std::array<std::pair<std::string_view, key>, 14> sequences{{{"[A", key::up},
                                                                      {"OA", key::up},
                                                                      {"[B", key::down},
                                                                      {"OB", key::down},
                                                                      {"[5~", key::page_up},
                                                                      {"[6~", key::page_down},
                                                                      {"[H", key::home},
                                                                      {"OH", key::home},
                                                                      {"[1~", key::home},
                                                                      {"[7~", key::home},
                                                                      {"[F", key::end},
                                                                      {"OF", key::end},
                                                                      {"[4~", key::end},
                                                                      {"[8~", key::end}}};

/// How many bytes after an escape belong to its sequence: `[`, parameters and intermediates, one final byte.
std::size_t length_of_sequence(std::string_view rest) {
  if (rest.empty() || (rest[0] != '[' && rest[0] != 'O'))
    return 0;
  std::size_t i = 1;
  while (i < rest.size() && rest[i] >= 0x20 && rest[i] < 0x40)
    ++i;
  return std::min(i + 1, rest.size());
}

key_press plain(char c) {
  switch (c) {
  case '\r':
  case '\n':
    return {key::enter};
  case '\b':
  case 0x7F:
    return {key::backspace};
  default:
    return c >= ' ' && c <= '~' ? key_press{key::text, c} : key_press{};
  }
}

} // namespace

std::vector<key_press> parse_keys(std::string_view bytes) {
  std::vector<key_press> out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\x1b') {
      out.push_back(plain(bytes[i]));
      continue;
    }
    auto length = length_of_sequence(bytes.substr(i + 1));
    key_press pressed{length == 0 ? key::escape : key::unknown};
    for (const auto& [sequence, meaning] : sequences)
      if (bytes.substr(i + 1, length) == sequence)
        pressed.what = meaning;
    out.push_back(pressed);
    i += length;
  }
  return out;
}

} // namespace troupe::cli
