#pragma once
/// The store (DESIGN sections 5 and 6): one writer, many readers, blobs. Engines implement these three; actors own
/// them. No call throws: drivers' exceptions end here, as `storage_failed`, `disk_full`, `fenced` and the like.

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/error.hpp"
#include "protocols/storing.hpp"

namespace troupe::storage {

/// One write, as it came from an actor.
using write_op =
  std::variant<accept_research, claim_research, renew_leases, commit_research, cancel_research, settle_dead_letter>;
/// Its answer: the message the interface promises, in the same order of alternatives.
using write_answer =
  std::variant<accepted_research, claimed_research, lease_report, commit_ack, research_row, settled_dead_letter>;

/// What survives what: `full` syncs each group to disk before it answers (survives power loss); `normal` leaves that to
/// the operating system (survives `kill -9`).
enum class durability : std::uint8_t { full, normal };

/// Applied together, answered together. Owned by one thread.
class writer {
public:
  virtual ~writer() = default;
  /// Applies `ops` in order in one transaction (group commit): each either takes effect wholly or fails alone. Blobs
  /// are durable before it. When the transaction itself fails, every op has failed. `wakes`: logs that grew, but for
  /// those that begin with a research which is not due yet.
  virtual std::vector<expected<write_answer>> apply(std::span<const write_op> ops,
                                                    std::vector<events_committed>& wakes) = 0;
  /// Upkeep that can wait (checkpoints), called between groups. `idle`: nothing waits just now.
  virtual void tend(bool /*idle*/) {}
  /// Whether a group could be made durable now: writes what changes nothing. Asked again and again after a failure.
  virtual expected<void> try_writing() { return {}; }
};

/// Answers from committed state. Owned by one thread each.
class reader {
public:
  virtual ~reader() = default;
  virtual expected<research_row> get(const get_research&) = 0;
  virtual expected<research_list> list(const list_research&) = 0;
  virtual expected<event_page> events(const read_events&) = 0;
  virtual expected<report> get(const get_report&) = 0;
  virtual expected<dead_letter_list> list(const list_dead_letters&) = 0;
  virtual expected<document> get(const get_document&) = 0;
  /// A snapshot that is gone from the blobs leaves its fetch without `document` and `validator`.
  virtual expected<fetch_list> find(const find_fetches&) = 0;
  virtual expected<index_page> load(const load_index&) = 0;
  virtual expected<store_figures> figures(const get_store_figures&) = 0;
};

/// Content-addressed bytes. Any thread.
class blob_store {
public:
  virtual ~blob_store() = default;
  /// Makes `blobs` (name = lower-case SHA-256, bytes) durable, all or an error. Present ones are left alone.
  virtual expected<void> put(std::span<const std::pair<std::string, std::string_view>> blobs) = 0;
  virtual expected<std::string> get(std::string_view name) = 0;
  /// Whether it is there with as many bytes, and may be read.
  virtual bool has(std::string_view name, std::uint64_t bytes) = 0;
  /// Removes one that nothing names. Not while it may be put again: a `put` leaves a present one alone.
  virtual void drop(std::string_view name) noexcept = 0;
  /// Names of all there are, in no order. What is no blob is passed over.
  virtual expected<void> each(const std::function<void(const std::string& name)>& what) = 0;
  /// Whether there is room for a blob now; leaves nothing behind.
  virtual expected<void> try_writing() { return {}; }
};

/// Opens connections. Any thread.
class store {
public:
  virtual ~store() = default;
  virtual expected<std::unique_ptr<writer>> open_writer() = 0;
  virtual expected<std::unique_ptr<reader>> open_reader() = 0;
  /// Which database this is, letters and digits, where it isn't the one of the data folder: another one numbers its
  /// documents otherwise.
  [[nodiscard]] virtual std::string identity() const { return {}; }
};

struct sqlite_options {
  std::filesystem::path folder; ///< the data folder; `troupe.db` and `blobs/` are made in it
  durability durable = durability::full;
  std::uint32_t ledger_limit = 10000; ///< queued researches before `overloaded`; as many again may wait for their time
  /// Nobody else has this folder open (its lock is held): leases found in it were those of a process that is gone, and
  /// are expired at once instead of being waited for.
  bool sole_owner = false;
};

/// Opens the embedded store, applies the numbered schema. Errors say what to do (a locked, unwritable or newer
/// database).
expected<std::shared_ptr<store>> open_sqlite(const sqlite_options& options);

struct postgres_options {
  std::string url;              ///< `DATABASE_URL`: several hosts may stand in it, and Prisma's `?schema=`
  std::filesystem::path folder; ///< `blobs/` is made in it
  durability durable = durability::full;
  std::uint32_t ledger_limit = 10000; ///< as above, for all nodes together
};

/// Opens the store of a cluster, applies the numbered schema. Any number of nodes may have it open. Errors say what is
/// wrong with the address or the server.
expected<std::shared_ptr<store>> open_postgres(const postgres_options& options);

/// Connects to `url` and says what answers, such as `PostgreSQL 15.14`; changes nothing.
expected<std::string> describe_postgres(const std::string& url);

} // namespace troupe::storage
