#include "storage/queue_pace.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::storage {

namespace {

constexpr std::chrono::seconds stretch_length{10};
/// What is said while there is nothing to go by, not even something that runs.
constexpr std::chrono::seconds usual{5};
/// A research is taken to last so long at least while none has been seen to end: what has only begun tells nothing.
constexpr std::chrono::milliseconds least_run{2000};

double seconds(timestamp::duration x) { return std::chrono::duration<double>(x).count(); }

} // namespace

void queue_pace::forget(timestamp now) {
  // A clock that was set back makes what is known worthless.
  if (seen_ > now + std::chrono::seconds{1}) {
    known_.clear();
    going_on_ = false;
    left_at_ = {};
    promised_ = {};
  }
  seen_ = now;
  if (left_at_ < now - longest) {
    known_.clear();
    going_on_ = false;
  }
  while (!known_.empty() && known_.front().until < now - longest && (known_.size() > 1 || !going_on_))
    known_.pop_front();
}

void queue_pace::left(timestamp at) {
  forget(at);
  left_at_ = at;
  if (!going_on_) {
    known_.push_back({at, at, 0, true});
    going_on_ = true;
    return;
  }
  auto* now = &known_.back();
  now->until = std::max(now->until, at);
  if (at - now->from >= stretch_length) {
    known_.push_back({at, at, 0, false});
    now = &known_.back();
  }
  if (!now->first || at - now->from >= std::chrono::seconds{1})
    ++now->left;
}

void queue_pace::waiting(bool any, timestamp at) {
  forget(at);
  if (!any) {
    if (going_on_ && known_.back().left == 0 && known_.back().first)
      known_.pop_back(); // it emptied in no time
    going_on_ = false;
    promised_ = {}; // whoever was promised a place finds one
  }
}

std::optional<double> queue_pace::rate(timestamp at) const {
  std::uint64_t count = 0;
  double span = 0;
  for (const auto& x : known_) {
    auto last = going_on_ && &x == &known_.back();
    count += x.left;
    span += seconds(std::max(last ? at : x.until, x.until) - x.from);
  }
  if (count == 0)
    return std::nullopt;
  return static_cast<double>(count) / std::max(span, 1.0);
}

std::chrono::seconds queue_pace::wait(timestamp at, const std::function<in_work()>& running) {
  forget(at);
  if (auto known = rate(at))
    return place(*known, shortest, at);
  auto now = running();
  if (now.count == 0)
    return usual;
  auto again = std::max(now.oldest, least_run);
  auto whole = std::chrono::ceil<std::chrono::seconds>(again);
  return place(now.count / seconds(again), std::clamp(whole, shortest, longest), at);
}

/// The next place that nobody was promised. Promises reckoned with another rate keep their order, not their time.
std::chrono::seconds queue_pace::place(double rate, std::chrono::seconds least, timestamp at) {
  auto before = promised_ > at ? seconds(promised_ - at) * promised_by_ : 0.0;
  auto from_now = std::min((before + 1) / rate, seconds(longest));
  promised_ = at + std::chrono::duration_cast<timestamp::duration>(std::chrono::duration<double>(from_now));
  promised_by_ = rate;
  // Rounded up, but for what only floating point adds.
  return std::clamp(std::chrono::seconds{static_cast<std::int64_t>(std::ceil(from_now - 1e-6))}, least, longest);
}

} // namespace troupe::storage
