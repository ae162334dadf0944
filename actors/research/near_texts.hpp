#pragma once
/// Which texts were read already, nearly to the word, under another address.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Keys (`near_duplicate_key`) of at most 4,096 texts, the newest, each with its address. Looking one up compares it
/// with all of them, some microseconds.
class near_texts {
public:
  static constexpr std::size_t most = 4096;

  /// The address of a text that differs in at most 3 of 64 bits; null without one, and for key 0.
  [[nodiscard]] const std::string* find(std::uint64_t key) const;
  void add(std::uint64_t key, std::string url);
  void forget(std::string_view url);

private:
  struct text {
    std::uint64_t key = 0;
    std::string url;
  };
  std::vector<text> texts_;
  std::size_t oldest_ = 0; ///< is overwritten next, once there are `most`
};

} // namespace troupe
