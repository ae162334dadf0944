#pragma once
/// Inner products of quantised vectors, the innermost loop of the vector leg.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe {

/// A query in 12 bits a component: finer than the stored 8, and as fast to multiply.
struct wide_query {
  float scale = 0;
  std::vector<std::int16_t> values;
};

wide_query widen(std::span<const float> query);

/// Sum of products over `n` components. No overflow up to 8,000 of them.
std::int32_t dot(const std::int16_t* query, const std::int8_t* row, std::size_t n);
std::int32_t dot(const std::int8_t* a, const std::int8_t* b, std::size_t n);

} // namespace troupe
