#pragma once
/// Whose turn it is among the priority classes: weighted fair shares by stride scheduling (Waldspurger and Weihl 1995),
/// with every tenth turn for who has waited longest.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "protocols/research.hpp"

namespace troupe {

inline constexpr std::size_t priority_classes = 4;

/// Not shared between threads. Shares are 40/30/20/10 among the classes that have something; the share of an idle class
/// goes to the others, and it saves nothing up.
class fair_share {
public:
  using clock = std::chrono::steady_clock;
  /// Since when the first of each class has waited; nothing for a class that has nothing.
  using heads = std::array<std::optional<clock::time_point>, priority_classes>;

  /// `aged_after`: what has waited longer takes every tenth turn, whatever its class.
  explicit fair_share(std::chrono::milliseconds aged_after) : aged_after_(aged_after) {}

  /// The class whose turn it is; nothing when none has anything. Changes nothing until `taken`.
  [[nodiscard]] std::optional<std::size_t> next(const heads& waiting, clock::time_point now);
  /// The turn was used, by the class that `next` named.
  void taken(std::size_t chosen) noexcept;

private:
  static constexpr std::array<double, priority_classes> strides_{1.0 / 40, 1.0 / 30, 1.0 / 20, 1.0 / 10};
  static constexpr std::uint32_t aged_turn_ = 10;

  std::chrono::milliseconds aged_after_;
  std::array<double, priority_classes> pass_{};
  std::array<bool, priority_classes> had_{};
  double now_ = 0; ///< pass of the last turn: where a class that was idle starts
  std::uint32_t turns_ = 0;
  bool free_ = false; ///< the turn `next` named is one of those for the aged
};

} // namespace troupe
