#pragma once
/// What an actor tells about itself while it runs: counters any thread may read.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace troupe {

/// Shared by an actor (writer) and its supervisor (reader); outlives restarts of the actor.
class actor_figures {
public:
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> busy_ns{0};
  std::atomic<std::uint64_t> queue{0};

  /// One line about what it is doing. Any thread; at most 200 bytes are kept.
  void status(std::string line) {
    line.resize(std::min<std::size_t>(line.size(), 200));
    std::lock_guard guard{mutex_};
    status_ = std::move(line);
  }
  [[nodiscard]] std::string status() const {
    std::lock_guard guard{mutex_};
    return status_;
  }

private:
  mutable std::mutex mutex_;
  std::string status_;
};

/// A count in a status line: "0 hosts", "1 host", "2 hosts".
inline std::string how_many(std::uint64_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string{one} + (n == 1 ? "" : "s");
}

using figures_ptr = std::shared_ptr<actor_figures>;

/// Counts a message and the time spent on it: a local at the top of a handler that does work.
class busy_span {
public:
  explicit busy_span(const figures_ptr& f) : figures_(f.get()), start_(std::chrono::steady_clock::now()) {}
  busy_span(const busy_span&) = delete;
  busy_span& operator=(const busy_span&) = delete;
  ~busy_span() {
    if (figures_ == nullptr)
      return;
    auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start_);
    figures_->messages.fetch_add(1, std::memory_order_relaxed);
    figures_->busy_ns.fetch_add(static_cast<std::uint64_t>(spent.count()), std::memory_order_relaxed);
  }

private:
  actor_figures* figures_;
  std::chrono::steady_clock::time_point start_;
};

} // namespace troupe
