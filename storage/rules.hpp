#pragma once
/// What holds in every engine: what is refused before a transaction begins, and what is said and asked when something
/// went wrong. Plain functions of values.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "protocols/error.hpp"
#include "protocols/storing.hpp"
#include "storage/store.hpp"

namespace troupe::storage {

/// Nanoseconds since the Unix epoch, as stored.
inline std::int64_t to_ns(timestamp at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}
inline timestamp from_ns(std::int64_t ns) {
  return timestamp{std::chrono::duration_cast<timestamp::duration>(std::chrono::nanoseconds{ns})};
}

/// What can be said against a page without looking at the database: its id is not its text's hash, offsets leave the
/// text, vectors don't match passages.
expected<void> check_page(const stored_page& x);
/// The same of a whole commit: the final event and the final status come together, and nothing follows.
expected<void> check_commit(const commit_research& x);
/// Values a vector; 0 without any.
std::size_t dimension_of(const embedded_document& x);

/// The answer for an id that nobody knows.
tl::unexpected<error> no_such_research(const research_id& id);
/// For a commit whose lease is another's by now, and for a document it names that is not there.
tl::unexpected<error> fenced(const commit_research& x);
tl::unexpected<error> no_such_document(const document_id& id);

// -- limits of what is read at once
constexpr std::uint32_t most_rows = 1000; ///< of the ledger, of dead letters, of collections
constexpr std::uint32_t most_events = 5000;
constexpr std::size_t most_event_bytes = std::size_t{1} << 20;
constexpr std::size_t most_addresses = 2000;
constexpr std::uint32_t most_documents = 1000;
constexpr std::uint64_t most_text_bytes = std::uint64_t{16} << 20;
tl::unexpected<error> too_many_addresses();

/// Why there is no report of a research that stands so.
error no_report(research_status status);

/// Why one more can't wait: for a slot, or, `retry_after_s` from now, for its time.
error full_queue(std::uint32_t ledger_limit);
error full_of_held(std::uint32_t ledger_limit, std::uint32_t retry_after_s);

/// Attempts in a row that ended with their process and got nowhere, after which a research is set aside.
constexpr std::int64_t most_crashes = 2;
/// What its row and its dead letter then say.
error quarantine_reason();

/// What a requeued letter asks for: the whole research, or that its page be read into the collections it was meant for.
research_request asked_again(const research_row& row, const dead_letter& letter);

/// A research as the write side needs it.
struct standing {
  std::int64_t row = 0;
  research_status status = research_status::queued;
  std::uint64_t epoch = 0;
  std::string owner;
  bool held = false; ///< queued, but its time has not come
  bool cancel_requested = false;
  std::int64_t created_at = 0;
  std::int64_t started_at = 0;
  std::uint64_t last_seq = 0;
};

/// What ends a research that stands so when it is cancelled.
new_event cancelled_event(const standing& s, timestamp at);

/// An op that took effect. Built in place: GCC 12 warns of variants that pass through a temporary.
template <class Answer>
expected<write_answer> done(Answer&& x) {
  return expected<write_answer>{tl::in_place, std::forward<Answer>(x)};
}

} // namespace troupe::storage
