#pragma once
/// What every engine does with a group of writes before its transaction and after it.

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace troupe::storage {

/// Errors known before the transaction, one an op; `errc::none`: nothing against it.
using verdicts = std::vector<error>;

/// The snapshots of a group on their way into the blobs.
class group_snapshots {
public:
  /// Which of these are stored, by id. Asked of the database.
  using stored_of = std::function<expected<std::unordered_set<std::string>>(const std::vector<document_id>&)>;

  /// Checks commits and makes their blobs durable, before the transaction is opened. Texts stay the ops'.
  verdicts examine(std::span<const write_op> ops, blob_store& blobs, const stored_of& stored);
  /// Takes away what was made durable for commits that then failed (their lease was lost, the disk is full). Where that
  /// can't be done now the next start does it.
  void drop_unnamed(blob_store& blobs, const stored_of& stored) const;

private:
  std::vector<std::pair<std::string, std::string_view>> texts_;
};

/// One wake a log, with the newest seq.
void coalesce(const std::vector<events_committed>& from, std::vector<events_committed>& to);

/// The time of the newest op that has one.
timestamp newest(std::span<const write_op> ops);

} // namespace troupe::storage
