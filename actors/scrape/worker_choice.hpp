#pragma once
/// Who gets the next piece of work: the worker with the least in hand, in turn among equals.

#include <cstddef>
#include <optional>
#include <vector>

namespace troupe {

class worker_choice {
public:
  /// `most`: pieces that one worker may have in hand.
  explicit worker_choice(std::size_t workers = 0, std::size_t most = 256) : in_hand_(workers), most_(most) {}

  /// The worker that takes it, nothing when all hands are full. `not_this`: one that just failed with it.
  std::optional<std::size_t> take(std::optional<std::size_t> not_this = std::nullopt) noexcept {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < in_hand_.size(); ++i) {
      auto worker = (turn_ + i) % in_hand_.size();
      if (in_hand_[worker] >= most_ || (in_hand_.size() > 1 && not_this == worker))
        continue;
      if (!best || in_hand_[worker] < in_hand_[*best])
        best = worker;
    }
    if (best) {
      ++in_hand_[*best];
      turn_ = *best + 1;
    }
    return best;
  }
  void give_back(std::size_t worker) noexcept { --in_hand_[worker]; }
  [[nodiscard]] std::size_t in_hand() const noexcept {
    std::size_t sum = 0;
    for (auto n : in_hand_)
      sum += n;
    return sum;
  }

private:
  std::vector<std::size_t> in_hand_;
  std::size_t most_;
  std::size_t turn_ = 0;
};

} // namespace troupe
