#include "actors/index/int8_dot.hpp"

#include <algorithm>
#include <cmath>

// GCC makes one clone for each set of instructions and picks one when the program starts; sanitizers are not up by
// then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)                  \
  && !defined(__SANITIZE_THREAD__)
#define TROUPE_VECTOR_CLONES __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#define TROUPE_VECTOR_CLONES
#endif

namespace troupe {

wide_query widen(std::span<const float> query) {
  constexpr float top = 2047.0F;
  wide_query result;
  result.values.resize(query.size());
  float largest = 0;
  for (auto x : query)
    largest = std::max(largest, std::abs(x));
  if (largest == 0)
    return result;
  result.scale = largest / top;
  for (std::size_t i = 0; i < query.size(); ++i)
    result.values[i] = static_cast<std::int16_t>(std::lround(query[i] / result.scale));
  return result;
}

TROUPE_VECTOR_CLONES std::int32_t dot(const std::int16_t* query, const std::int8_t* row, std::size_t n) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += static_cast<std::int32_t>(query[i]) * static_cast<std::int16_t>(row[i]);
  return sum;
}

TROUPE_VECTOR_CLONES std::int32_t dot(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += static_cast<std::int32_t>(static_cast<std::int16_t>(a[i]) * static_cast<std::int16_t>(b[i]));
  return sum;
}

} // namespace troupe
