#pragma once
/// What a reader of a file format tells beside the blocks it writes.

#include <string>
#include <vector>

#include "protocols/document.hpp"

namespace troupe {

/// Of the file's own description where it has one, else of its text. Empty when unknown.
struct file_facts {
  std::string title{};
  std::string byline{};
  std::string published{}; ///< `YYYY-MM-DD`
  std::string language{};  ///< ISO 639 code
  std::vector<link> links{};
};

/// Bytes of text after which the readers of this folder stop: a small file can say the same thing very often.
constexpr std::size_t most_file_text = 12u << 20;

} // namespace troupe
