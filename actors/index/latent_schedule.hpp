#pragma once
/// When a shard is fitted a latent space: once there is enough to fit one to, and again whenever it has doubled. Plain
/// values; whoever asks brings the time.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace troupe {

class latent_schedule {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Below so many passages words and hashed vectors do as well.
  static constexpr std::size_t least = 300;
  /// Documents come in bursts: a fit waits for such a pause, but while they go on coming no longer than `patience`.
  static constexpr std::chrono::milliseconds pause{300};
  static constexpr std::chrono::seconds patience{10};

  /// Whether `passages` are enough for another fit.
  [[nodiscard]] bool due(std::size_t passages) const { return passages >= std::max(least, 2 * fitted_); }
  /// How long to wait before looking again; zero: fit now. Asked only while it is due; `added`: when something was last
  /// made searchable.
  std::chrono::milliseconds wait(time_point now, time_point added) {
    if (due_since_ == time_point{})
      due_since_ = now;
    auto start = std::max(not_before_, std::min(added + pause, due_since_ + patience));
    return start <= now ? std::chrono::milliseconds{0} : std::chrono::ceil<std::chrono::milliseconds>(start - now);
  }

  /// A fit began over so many passages.
  void began(std::size_t passages) {
    fitting_ = passages;
    due_since_ = {};
  }
  void ended() {
    fitted_ = fitting_;
    retry_ = first_retry;
  }
  void failed(time_point now) {
    not_before_ = now + retry_;
    retry_ = std::min<std::chrono::seconds>(2 * retry_, longest_retry);
  }
  /// What the space in use was fitted over; 0 before the first.
  [[nodiscard]] std::size_t fitted() const { return fitted_; }

private:
  static constexpr std::chrono::seconds first_retry{5};
  static constexpr std::chrono::seconds longest_retry{300};

  std::size_t fitted_ = 0;
  std::size_t fitting_ = 0;
  time_point due_since_{};
  time_point not_before_{};
  std::chrono::seconds retry_ = first_retry;
};

} // namespace troupe
