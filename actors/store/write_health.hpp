#pragma once
/// Whether the store can be written: what stands behind the database check of `/health/ready`.

#include <mutex>
#include <optional>

#include "protocols/error.hpp"

namespace troupe {

/// Said by the writer, read by any thread.
class write_health {
public:
  /// `why` is the medium's fault, not that of one write: `disk_full`, `storage_failed`, or a database that is away.
  static bool concerns(const error& why) {
    return why.code == errc::disk_full || why.code == errc::storage_failed || why.code == errc::unavailable;
  }

  void failed(error why) {
    std::lock_guard guard{mutex_};
    trouble_ = std::move(why);
  }
  void works() {
    std::lock_guard guard{mutex_};
    trouble_.reset();
  }
  /// Why nothing can be written just now.
  [[nodiscard]] std::optional<error> trouble() const {
    std::lock_guard guard{mutex_};
    return trouble_;
  }

private:
  mutable std::mutex mutex_;
  std::optional<error> trouble_;
};

} // namespace troupe
