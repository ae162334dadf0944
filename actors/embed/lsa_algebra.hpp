#pragma once
/// The linear algebra of a fit. Eigen stays in its source, so that nobody else compiles it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe {

/// Rows one after the other; `starts` has one more than there are rows.
struct sparse_rows {
  struct value {
    std::uint32_t column;
    float weight;
  };
  std::span<const value> values;
  std::span<const std::size_t> starts;
  std::size_t columns = 0;
  [[nodiscard]] std::size_t rows() const { return starts.empty() ? 0 : starts.size() - 1; }
};

struct right_vectors {
  std::size_t rank = 0;          ///< as many as asked for, or as the matrix has
  std::vector<float> components; ///< `rank` for each column, one column after the other
  std::vector<float> singular;   ///< falling
};

/// The `rank` leading right singular vectors of `a`, by power iterations from `rank + oversample` random directions
/// with orthonormalisation between (Halko et al. 2011, algorithm 4.4). Deterministic for a seed. Memory: about 4 bytes
/// for each row and column times `rank + oversample`. `stop`, looked at between iterations: nobody wants it any more,
/// and the rank is 0.
right_vectors leading_right_vectors(const sparse_rows& a, std::size_t rank, std::size_t oversample,
                                    std::size_t iterations, std::uint64_t seed,
                                    const std::atomic<bool>* stop = nullptr);

} // namespace troupe
