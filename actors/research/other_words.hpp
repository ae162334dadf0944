#pragma once
/// How people ask, and how manuals say it.

#include <span>
#include <string_view>

namespace troupe {

/// Words that an answer may use for `word` of a question (lower case); none for most.
std::span<const std::string_view> other_words(std::string_view word);

} // namespace troupe
