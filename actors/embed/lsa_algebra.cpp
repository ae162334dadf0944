#include "actors/embed/lsa_algebra.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "actors/embed/hashing.hpp"

namespace troupe {

namespace {

using dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using index = Eigen::Index;

/// a · x
dense times(const sparse_rows& a, const dense& x) {
  dense result = dense::Zero(static_cast<index>(a.rows()), x.cols());
  for (std::size_t row = 0; row < a.rows(); ++row)
    for (auto i = a.starts[row]; i < a.starts[row + 1]; ++i)
      result.row(static_cast<index>(row)) += a.values[i].weight * x.row(static_cast<index>(a.values[i].column));
  return result;
}

/// aᵀ · x
dense transposed_times(const sparse_rows& a, const dense& x) {
  dense result = dense::Zero(static_cast<index>(a.columns), x.cols());
  for (std::size_t row = 0; row < a.rows(); ++row)
    for (auto i = a.starts[row]; i < a.starts[row + 1]; ++i)
      result.row(static_cast<index>(a.values[i].column)) += a.values[i].weight * x.row(static_cast<index>(row));
  return result;
}

dense random_signs(index rows, index columns, std::uint64_t seed) {
  dense result(rows, columns);
  auto state = mix_bits(seed);
  for (index r = 0; r < rows; ++r)
    for (index c = 0; c < columns; ++c)
      result(r, c) = (mix_bits(state++) & 1U) != 0 ? 1.0F : -1.0F;
  return result;
}

/// An orthonormal basis of what the columns of `x` span.
dense orthonormal(const dense& x) {
  Eigen::HouseholderQR<dense> qr{x};
  return qr.householderQ() * dense::Identity(x.rows(), std::min(x.rows(), x.cols()));
}

} // namespace

right_vectors leading_right_vectors(const sparse_rows& a, std::size_t rank, std::size_t oversample,
                                    std::size_t iterations, std::uint64_t seed, const std::atomic<bool>* stop) {
  rank = std::min({rank, a.rows(), a.columns});
  right_vectors result;
  if (rank == 0)
    return result;
  auto width = static_cast<index>(std::min({rank + oversample, a.rows(), a.columns}));
  auto basis = orthonormal(times(a, random_signs(static_cast<index>(a.columns), width, seed)));
  for (std::size_t i = 0; i < iterations; ++i) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed))
      return result;
    basis = orthonormal(times(a, transposed_times(a, basis)));
  }
  // Of b = basisᵀ · a only bᵀ is made; its small Gram matrix tells its singular vectors.
  auto b = transposed_times(a, basis);
  const Eigen::MatrixXd gram = (b.transpose() * b).cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved{gram};
  const auto& values = solved.eigenvalues(); // rising
  auto largest = std::max(values(width - 1), 0.0);
  dense turn(width, static_cast<index>(rank));
  for (std::size_t i = 0; i < rank; ++i) {
    auto from = width - 1 - static_cast<index>(i);
    if (values(from) <= largest * 1e-10) // the matrix has no more
      break;
    auto singular = std::sqrt(values(from));
    turn.col(static_cast<index>(i)) = (solved.eigenvectors().col(from) / singular).cast<float>();
    result.singular.push_back(static_cast<float>(singular));
  }
  result.rank = result.singular.size();
  const dense components = b * turn.leftCols(static_cast<index>(result.rank));
  result.components.assign(components.data(), components.data() + components.size());
  return result;
}

} // namespace troupe
