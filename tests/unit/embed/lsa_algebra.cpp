// The randomised decomposition against Eigen's exact one.
#define CAF_SUITE lsa_algebra

#include "actors/embed/lsa_algebra.hpp"

#include <cmath>
#include <random>

#include <Eigen/Dense>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

struct sparse {
  std::vector<sparse_rows::value> values;
  std::vector<std::size_t> starts{0};
  std::size_t columns = 0;
  [[nodiscard]] sparse_rows view() const { return {values, starts, columns}; }
  [[nodiscard]] Eigen::MatrixXd dense() const {
    Eigen::MatrixXd m =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(starts.size() - 1), static_cast<Eigen::Index>(columns));
    for (std::size_t r = 0; r + 1 < starts.size(); ++r)
      for (auto i = starts[r]; i < starts[r + 1]; ++i)
        m(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(values[i].column)) +=
          static_cast<double>(values[i].weight);
    return m;
  }
};

/// Rows of a few topics and noise, so that the leading directions stand out from the rest.
sparse made_up(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<float> weight{0.5F, 1.5F};
  sparse x;
  x.columns = columns;
  for (std::size_t r = 0; r < rows; ++r) {
    auto topic = r % 5;
    for (std::size_t c = 0; c < columns; ++c) {
      auto of_topic = c % 5 == topic && c < columns / 2;
      if (random() % 10 < (of_topic ? 9 - topic : 1))
        x.values.push_back({static_cast<std::uint32_t>(c), of_topic ? weight(random) : 0.3F * weight(random)});
    }
    x.starts.push_back(x.values.size());
  }
  return x;
}

} // namespace

CAF_TEST(the leading directions are those of the exact decomposition) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto a = made_up(60, 90, seed);
    auto found = leading_right_vectors(a.view(), 5, 10, 4, seed);
    CAF_REQUIRE_EQUAL(found.rank, 5u);
    const Eigen::JacobiSVD<Eigen::MatrixXd> exact{a.dense(), Eigen::ComputeThinU | Eigen::ComputeThinV};
    Eigen::MatrixXd v(90, 5);
    for (Eigen::Index c = 0; c < 90; ++c)
      for (Eigen::Index i = 0; i < 5; ++i)
        v(c, i) = static_cast<double>(found.components[static_cast<std::size_t>(c * 5 + i)]);
    CAF_CHECK((v.transpose() * v - Eigen::MatrixXd::Identity(5, 5)).norm() < 1e-3);
    // The same subspace: projecting one basis on the other loses nothing.
    auto kept = (exact.matrixV().leftCols(5).transpose() * v).norm();
    CAF_CHECK(std::abs(kept - std::sqrt(5.0)) < 1e-3);
    for (Eigen::Index i = 0; i < 5; ++i) {
      auto singular = static_cast<double>(found.singular[static_cast<std::size_t>(i)]);
      CAF_CHECK(std::abs(singular - exact.singularValues()(i)) < 1e-3 * exact.singularValues()(0));
    }
  }
}

CAF_TEST(a matrix gives no more directions than it has) {
  sparse twice; // two different rows, each three times
  twice.columns = 7;
  for (int i = 0; i < 3; ++i) {
    twice.values.push_back({1, 1.0F});
    twice.starts.push_back(twice.values.size());
    twice.values.push_back({4, 2.0F});
    twice.starts.push_back(twice.values.size());
  }
  auto found = leading_right_vectors(twice.view(), 4, 20, 4, 1);
  CAF_CHECK_EQUAL(found.rank, 2u);
  CAF_CHECK_EQUAL(found.components.size(), 14u);
  sparse empty;
  CAF_CHECK_EQUAL(leading_right_vectors(empty.view(), 4, 20, 4, 1).rank, 0u);
  empty.starts = {0, 0, 0};
  empty.columns = 3;
  CAF_CHECK_EQUAL(leading_right_vectors(empty.view(), 4, 20, 4, 1).rank, 0u);
}
