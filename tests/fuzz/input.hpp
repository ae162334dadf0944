#pragma once
/// What every fuzzer needs: its bytes as text, choices taken from them, and a loud end.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace troupe {

/// The bytes of one run. Choices are taken from the front, so that what is left is the text itself.
class fuzz_input {
public:
  fuzz_input(const std::uint8_t* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}

  /// Below `n`; 0 when nothing is left.
  std::size_t choice(std::size_t n) {
    if (left_.empty())
      return 0;
    auto x = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return x % n;
  }
  [[nodiscard]] std::string_view rest() const { return left_; }

private:
  std::string_view left_;
};

/// Ends the run as a finding.
inline void must_hold(bool what, const std::string& otherwise) {
  if (what)
    return;
  std::fprintf(stderr, "broken: %s\n", otherwise.c_str());
  std::abort();
}

} // namespace troupe
