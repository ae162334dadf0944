#pragma once
/// The research session without actors: what was asked, what has happened, what to do next. It is fed answers, ticks
/// and orders, and gives back effects; everything it needs to go on after a crash is in the event log (DESIGN section
/// 5).
///
///   start ─► plan ─► gather (list, look up, fetch, embed, commit, index) ─► read (search, load) ─► answer ─► write
///                                                                            ─► verify ─► final commit ─► end_session
///
/// One commit is under way at a time; pages and events that arrive meanwhile form the next one, so nothing is ever
/// delayed to enlarge a commit and events keep their order.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "actors/research/gather.hpp"
#include "actors/research/read.hpp"
#include "protocols/research.hpp"

namespace troupe {

/// Kept back from the time budget of a research, for reading and writing what was gathered.
std::chrono::milliseconds reserve_of(std::uint32_t timeout_s);

class session_machine {
public:
  /// `log`: the fold of everything logged under this id so far.
  session_machine(research_row row, node_id node, session_log log, session_options options);

  /// The first call, once.
  session_effects start(session_clock at);
  /// An answer to the effect `id`. Unknown and repeated ids are ignored.
  session_effects answered(std::uint64_t id, expected<session_answer> x, session_clock at);
  /// About five times a second.
  session_effects tick(session_clock at);
  /// A pool has room for something that was offered to it.
  session_effects granted(const grant_work& x, session_clock at);
  /// Somebody asked to cancel.
  session_effects cancel(session_clock at);
  /// The lease is lost: stop at once, write nothing.
  session_effects fenced();

  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] const research_row& row() const noexcept { return row_; }
  [[nodiscard]] research_phase phase() const noexcept { return phase_; }
  /// One line for the tree: `gathering 12 of 40 pages · 34 s left`.
  [[nodiscard]] std::string status(session_clock at) const;

private:
  /// A commit on its way, with what has to be indexed after it.
  struct sent_commit {
    std::vector<event_data> events;
    index_documents to_index;
    std::uint32_t passages = 0;
    bool final = false;
  };
  /// How the research ends, once that is decided.
  struct ending {
    event_data event;
    research_status status = research_status::done;
    error failure;
    std::optional<report> answer;
    bool sent = false;
    std::vector<dead_letter> dead{};
  };

  session_desk desk(session_clock at);
  session_effects proceed(session_clock at);
  void dispatch(const session_step& step, expected<session_answer> x, session_desk& desk);
  void sweep(session_desk& desk);
  void open_log(session_desk& desk);
  [[nodiscard]] bool reads_what_is_there() const;
  void enter(research_phase x) { phase_ = x; }

  // -- gather
  void advance_gather(session_desk& desk);
  void finish_gather(session_desk& desk);
  [[nodiscard]] bool gathered(const session_desk& desk) const;
  [[nodiscard]] deadline read_until(const session_desk& desk) const;
  [[nodiscard]] std::vector<collection_name> written_collections() const;
  [[nodiscard]] std::vector<collection_name> read_collections() const;

  // -- answer, write, verify
  void write_answer(session_desk& desk);
  void ask_writer(session_desk& desk);
  void composed(expected<composed_answer> x, session_desk& desk);
  void say_answer(const composition& x, session_desk& desk);
  void end_poisoned(const error& why, session_desk& desk);
  void say_deltas(const std::string& markdown, session_desk& desk);
  void conclude(report answer, bool evidence, session_desk& desk);
  void conclude_gather(session_desk& desk);
  void end_with_nothing_readable(session_desk& desk);
  void end_without_sources(session_desk& desk);
  void say_citations(const report& answer, session_desk& desk);
  [[nodiscard]] report_coverage coverage() const;
  [[nodiscard]] std::string shortfall() const;

  // -- the end
  void end_with(event_data what, research_status status, session_desk& desk, std::optional<report> answer = {},
                error failure = {});
  void stop_for(error why);
  [[nodiscard]] std::uint64_t elapsed_ms(const session_clock& at) const;

  // -- commits
  void pump(session_desk& desk);
  void add_final(commit_research& step, sent_commit& sent, const session_desk& desk);
  void ask_index(index_documents what, events::passages_indexed adds, session_desk& desk);
  void commit_done(expected<commit_ack> x, session_desk& desk);
  void index_done(const session_step& step, const expected<index_ack>& x, session_desk& desk);
  void reindex(session_desk& desk);
  void say_progress(session_desk& desk);
  [[nodiscard]] research_progress progress() const;

  // -- what this is about
  research_row row_;
  node_id node_;
  session_options options_;
  session_log log_; ///< kept up to date as commits succeed

  // -- where it stands
  research_phase phase_ = research_phase::queued;
  bool ended_ = false;
  bool deadline_hit_ = false;
  bool hold_ = false;   ///< the first events wait for the answer, in case that ends the research too
  std::string stalled_; ///< the step that was given up, for the report
  std::chrono::steady_clock::time_point gather_until_{};
  std::chrono::steady_clock::time_point answer_until_{};
  std::vector<std::string> questions_;

  // -- its parts
  step_table steps_;
  outbox out_;
  std::unique_ptr<gathering> gather_;
  std::unique_ptr<retrieval> read_;
  std::shared_ptr<const compose_task> composing_; ///< what a writer has to do
  std::uint32_t compose_tries_ = 0;
  std::chrono::steady_clock::time_point compose_again_{};
  std::optional<report> drafted_; ///< what there is of a report, for a cancelled research
  std::optional<ending> ending_;

  // -- commits and indexing
  std::optional<sent_commit> sent_;
  std::map<std::uint64_t, events::passages_indexed> indexing_; ///< what each batch asked for adds
  std::uint64_t index_batches_ = 0;
  bool index_stalled_ = false; ///< what is stored from then on is told to the index, but not waited for
  events::passages_indexed indexed_;
  research_progress said_;
  std::chrono::steady_clock::time_point said_at_{};
};

} // namespace troupe
