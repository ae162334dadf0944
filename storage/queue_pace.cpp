#include "storage/queue_pace.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::storage {

namespace {

constexpr std::size_t most_entries = 60;
/// What is said while there is nothing to go by.
constexpr std::chrono::seconds usual{5};

double seconds(timestamp::duration x) { return std::chrono::duration<double>(x).count(); }

} // namespace

void queue_pace::forget(timestamp now) {
  // A clock that was set back makes what is known worthless.
  if (!recent_.empty() && recent_.back().at > now + std::chrono::seconds{1})
    recent_.clear();
  if (promised_ > now + longest)
    promised_ = now;
  while (!recent_.empty() && (recent_.size() > most_entries || recent_.front().at < now - longest))
    recent_.pop_front();
}

void queue_pace::left(std::uint32_t count, timestamp at) {
  forget(at);
  if (!recent_.empty() && at - recent_.back().at < std::chrono::seconds{1})
    recent_.back().count += count;
  else
    recent_.push_back({at, count});
}

std::optional<double> queue_pace::rate(timestamp at) const {
  // The first departures only begin the span that is measured: what left before them is not known.
  if (recent_.size() < 2)
    return std::nullopt;
  std::uint64_t count = 0;
  for (auto i = recent_.begin() + 1; i != recent_.end(); ++i)
    count += i->count;
  auto span = std::max(seconds(at - recent_.front().at), 1.0);
  return static_cast<double>(count) / span;
}

std::chrono::seconds queue_pace::wait(timestamp at, const std::function<std::chrono::seconds()>& oldest_running) {
  forget(at);
  auto known = rate(at);
  if (!known) // and nothing to tell their places apart by
    return std::clamp(oldest_running(), usual, longest);
  auto each = std::chrono::duration_cast<timestamp::duration>(std::chrono::duration<double>(1.0 / *known));
  promised_ = std::min(std::max(promised_, at) + each, at + longest);
  auto whole = std::chrono::seconds{static_cast<std::int64_t>(std::ceil(seconds(promised_ - at)))};
  return std::clamp(whole, shortest, longest);
}

} // namespace troupe::storage
