#pragma once
/// What a research has done so far, folded from its events, as the four lines a person watches.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/event.hpp"

namespace troupe::cli {

/// A step of the work as people see it. `gather` covers fetching and indexing, `read` retrieval and answering, `write`
/// writing and verification.
enum class step : std::uint8_t { plan, gather, read, write };

/// One line of the progress display: name, what happened, and how long it took once it has ended.
struct step_line {
  step which = step::plan;
  std::string text;
  bool ended = false;
  std::uint64_t ms = 0;
};

/// Folds events in the order of their seq; the same event twice changes nothing.
class progress_fold {
public:
  /// What the event adds for good, if anything: a page that failed, a takeover.
  std::optional<std::string> take(event_seq seq, timestamp at, const event_data& x);

  /// Lines of the steps that have begun.
  [[nodiscard]] std::vector<step_line> lines() const;
  [[nodiscard]] event_seq last() const noexcept { return last_; }
  /// The final event, when it has come.
  [[nodiscard]] const std::optional<event_data>& final_event() const noexcept { return final_; }

private:
  struct step_span {
    timestamp begin{};
    timestamp end{};
  };
  void enter(step which, timestamp at);
  void count(timestamp at, const event_data& x);
  [[nodiscard]] bool is_left_out(const events::page_skipped& x) const;
  [[nodiscard]] std::string plan_text() const;
  [[nodiscard]] std::string gather_text() const;
  [[nodiscard]] std::string read_text() const;
  [[nodiscard]] std::string write_text() const;

  event_seq last_;
  std::optional<event_data> final_;
  step_span spans_[4];
  std::optional<step> current_;
  // -- what the events told
  std::uint64_t questions_ = 0;
  std::uint64_t known_ = 0;   ///< pages of the sources that need no fetch
  std::uint64_t listed_ = 0;  ///< pages of the sources
  bool crawls_ = false;       ///< a source whose pages are found on the way
  std::uint64_t fetched_ = 0; ///< pages read now
  std::uint64_t reused_ = 0;  ///< pages whose stored snapshot was fresh
  std::uint64_t skipped_ = 0;
  std::uint64_t left_out_ = 0;         ///< files that are none of a folder's pages
  std::vector<std::string> announced_; ///< folders and files that were announced, as URLs
  std::uint64_t failed_ = 0;
  std::uint64_t indexed_ = 0;  ///< passages
  std::uint64_t evidence_ = 0; ///< passages that retrieval gave
  std::uint64_t answered_ = 0;
  std::uint64_t verified_ = 0;
  std::uint64_t rejected_ = 0;
  research_progress progress_;
  std::optional<events::report_ready> report_;
};

/// `plan`, `gather`, `read`, `write`.
const char* to_string(step x) noexcept;

/// A reason or error code as words: `robots_disallowed` is "robots.txt forbids it".
std::string reason_words(const std::string& reason, const std::string& detail);

} // namespace troupe::cli
