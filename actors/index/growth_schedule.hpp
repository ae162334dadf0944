#pragma once
/// When something costly is made of a growing collection: once there is enough of it, and again whenever it has grown
/// by so much. Plain values; whoever asks brings the time.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace troupe {

struct growth_pace {
  std::size_t least;               ///< below so many passages it is not worth it
  double growth;                   ///< to so many times as many since the last
  std::chrono::milliseconds pause; ///< documents come in bursts: it waits for such a pause in them
  std::chrono::seconds patience;   ///< but while they go on coming no longer than this
};

/// A latent space: below the least, words and hashed vectors do as well.
constexpr growth_pace latent_pace{300, 2.0, std::chrono::milliseconds{300}, std::chrono::seconds{10}};
/// A snapshot: fewer are filled from the store in a tenth of a second.
constexpr growth_pace snapshot_pace{2000, 1.25, std::chrono::milliseconds{2000}, std::chrono::seconds{60}};

class growth_schedule {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit growth_schedule(const growth_pace& pace) : pace_(pace) {}

  /// Whether `passages` are enough for another one.
  [[nodiscard]] bool due(std::size_t passages) const {
    return passages >= pace_.least && static_cast<double>(passages) >= pace_.growth * static_cast<double>(made_);
  }
  /// How long to wait before looking again; zero: now. Asked only while it is due; `added`: when something was last
  /// made searchable.
  std::chrono::milliseconds wait(time_point now, time_point added) {
    if (due_since_ == time_point{})
      due_since_ = now;
    auto start = std::max(not_before_, std::min<time_point>(added + pace_.pause, due_since_ + pace_.patience));
    return start <= now ? std::chrono::milliseconds{0} : std::chrono::ceil<std::chrono::milliseconds>(start - now);
  }

  /// One is begun over so many passages.
  void began(std::size_t passages) {
    making_ = passages;
    due_since_ = {};
  }
  void ended() {
    made_ = making_;
    retry_ = first_retry;
  }
  void failed(time_point now) {
    not_before_ = now + retry_;
    retry_ = std::min<std::chrono::seconds>(2 * retry_, longest_retry);
  }
  /// What the last was made of; 0 before the first.
  [[nodiscard]] std::size_t made_of() const { return made_; }

private:
  static constexpr std::chrono::seconds first_retry{5};
  static constexpr std::chrono::seconds longest_retry{300};

  growth_pace pace_;
  std::size_t made_ = 0;
  std::size_t making_ = 0;
  time_point due_since_{};
  time_point not_before_{};
  std::chrono::seconds retry_ = first_retry;
};

} // namespace troupe
