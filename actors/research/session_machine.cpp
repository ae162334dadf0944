#include "actors/research/session_machine.hpp"

#include <algorithm>

#include "actors/research/plan.hpp"

namespace troupe {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

const char* name_of_step(std::size_t kind) {
  constexpr std::array names{"listing files", "looking up pages", "fetching",      "embedding",          "storing",
                             "indexing",      "searching",        "loading pages", "counting documents", "writing"};
  return kind < names.size() ? names[kind] : "a step";
}

template <class T>
expected<T> as(expected<session_answer>& x) {
  if (!x)
    return tl::make_unexpected(x.error());
  if (auto* value = std::get_if<T>(&*x))
    return std::move(*value);
  return fail(errc::internal, "a step got an answer of another kind");
}

} // namespace

milliseconds reserve_of(std::uint32_t timeout_s) {
  return std::clamp(milliseconds{seconds{timeout_s}} / 10, milliseconds{300}, milliseconds{2000});
}

session_machine::session_machine(research_row row, node_id node, session_log log, session_options options)
  : row_(std::move(row)), node_(std::move(node)), options_(options), log_(std::move(log)), said_(row_.progress) {}

session_desk session_machine::desk(session_clock at) { return {steps_, out_, at, {gather_until_}}; }

session_effects session_machine::start(session_clock at) {
  if (log_.ended) {
    ended_ = true;
    steps_.tell(end_session{true, {}});
    return steps_.take();
  }
  if (row_.started_at == timestamp{})
    row_.started_at = at.wall;
  auto spent = std::chrono::duration_cast<steady_clock::duration>(at.wall - row_.started_at);
  auto hard = at.now + seconds{row_.request.timeout_s} - std::max(spent, steady_clock::duration::zero());
  gather_until_ = hard - reserve_of(row_.request.timeout_s);
  answer_until_ = std::max(hard, at.now + reserve_of(row_.request.timeout_s));
  said_at_ = at.now;
  hold_ = reads_what_is_there();
  auto d = desk(at);
  open_log(d);
  if (row_.cancel_requested)
    return cancel(at);
  return proceed(at);
}

void session_machine::open_log(session_desk& desk) {
  auto& out = desk.out;
  if (log_.started)
    out.say(events::research_resumed{row_.attempt, node_, log_.last}, desk.at.wall);
  else
    out.say(events::research_started{row_.attempt, node_}, desk.at.wall);
  enter(research_phase::plan);
  if (row_.request.kind == research_kind::research) {
    questions_ = log_.planned ? log_.questions : plan_questions(row_.request.question);
    if (!log_.planned)
      out.say(events::plan_ready{questions_}, desk.at.wall);
  }
  gather_ = std::make_unique<gathering>(row_, options_, log_);
  enter(research_phase::gather);
  reindex(desk);
}

session_effects session_machine::answered(std::uint64_t id, expected<session_answer> x, session_clock at) {
  session_step step;
  if (ended_ || !steps_.close(id, step))
    return {};
  auto d = desk(at);
  dispatch(step, std::move(x), d);
  return proceed(at);
}

void session_machine::dispatch(const session_step& step, expected<session_answer> x, session_desk& desk) {
  switch (step.kind) {
  case request_kind<list_files>():
    return gather_->listed(step, as<file_list>(x), desk);
  case request_kind<find_fetches>():
    return gather_->found(step, as<fetch_list>(x), desk);
  case request_kind<fetch_page>():
    return gather_->read(step, as<page_read>(x), desk);
  case request_kind<embed_document>():
    return gather_->embedded(step, as<embedded_document>(x), desk);
  case request_kind<commit_research>():
    return commit_done(as<commit_ack>(x), desk);
  case request_kind<index_documents>():
    return index_done(step, as<index_ack>(x), desk);
  case request_kind<search_passages>():
    return read_->searched(step, as<search_hits>(x), desk, read_until(desk));
  case request_kind<get_document>():
    return read_->loaded(step, as<document>(x));
  case request_kind<find_page>():
    return gather_->found_page(step, as<page_standing>(x), desk);
  case request_kind<compose_answer>():
    return composed(as<composed_answer>(x), desk);
  default:
    return gather_->counted_collections(as<store_figures>(x), desk);
  }
}

session_effects session_machine::tick(session_clock at) {
  hold_ = false;
  return ended_ ? session_effects{} : proceed(at);
}

session_effects session_machine::granted(const grant_work& x, session_clock at) {
  if (ended_ || !gather_)
    return {};
  auto d = desk(at);
  gather_->granted(x, d);
  return proceed(at);
}

session_effects session_machine::cancel(session_clock at) {
  if (ended_ || ending_)
    return {};
  auto d = desk(at);
  if (!drafted_ && !log_.report_text.empty()) { // what an earlier attempt wrote
    drafted_.emplace().markdown = log_.report_text;
    drafted_->writer = "extractive";
  }
  end_with(events::research_cancelled{elapsed_ms(at)}, research_status::cancelled, d, drafted_);
  return proceed(at);
}

session_effects session_machine::fenced() {
  if (!ended_)
    stop_for({errc::fenced, "the lease of this research is held by another node", {}});
  return steps_.take();
}

void session_machine::stop_for(error why) {
  ended_ = true;
  steps_.abandon();
  steps_.tell(abort_fetches{work_token(row_)});
  steps_.tell(end_session{false, std::move(why)});
}

/// Everything that follows from what is known now.
session_effects session_machine::proceed(session_clock at) {
  auto d = desk(at);
  if (phase_ == research_phase::gather && !deadline_hit_ && at.now >= gather_until_) {
    deadline_hit_ = true;
    gather_->stop(d);
    steps_.abandon_reading();
    steps_.tell(abort_fetches{work_token(row_)});
  }
  sweep(d);
  if (!ended_ && !ending_ && phase_ == research_phase::gather)
    advance_gather(d);
  if (!ended_ && !ending_ && phase_ == research_phase::read && read_->finished())
    write_answer(d);
  if (!ended_ && !ending_ && composing_ && steps_.waiting<compose_answer>() == 0 && at.now >= compose_again_)
    ask_writer(d);
  if (!ended_) {
    say_progress(d);
    pump(d);
  }
  return steps_.take();
}

/// Steps nobody answered in time count as failed.
void session_machine::sweep(session_desk& desk) {
  deadline_hit_ = deadline_hit_ || (phase_ >= research_phase::read && desk.at.now >= answer_until_);
  for (auto id : steps_.overdue(desk.at.now)) {
    session_step step;
    if (ended_ || !steps_.close(id, step))
      continue;
    auto late = desk.at.now >= answer_until_; // a step that had no time left is not to blame
    error why{late ? errc::deadline_exceeded : errc::stalled,
              std::string{name_of_step(step.kind)} + " made no progress and was given up",
              late ? "Give it more time." : "Ask again. If it happens again, troupe tree shows what is stuck."};
    if (!late && stalled_.empty() && step.kind != request_kind<find_page>()) // that one is about one page
      stalled_ = why.message;
    dispatch(step, tl::make_unexpected(std::move(why)), desk);
  }
}

void session_machine::advance_gather(session_desk& desk) {
  gather_->advance(desk);
  if (gathered(desk))
    finish_gather(desk);
}

bool session_machine::gathered(const session_desk& desk) const {
  if (deadline_hit_ && desk.at.now >= gather_until_ + (answer_until_ - gather_until_) / 2)
    return true; // what is not searchable by now won't be
  auto unsent = out_.pages() > 0 || out_.known() > 0;
  auto unindexed = sent_ && (!sent_->to_index.documents.empty() || !sent_->to_index.known.empty());
  return gather_->finished() && !unsent && !unindexed && indexing_.empty();
}

std::vector<collection_name> session_machine::written_collections() const {
  if (row_.request.kind == research_kind::research)
    return {collection_name{row_.id.value}};
  return row_.request.collections.empty() ? std::vector{collection_name{"default"}} : row_.request.collections;
}

/// A research that names nothing to read reads everything there is.
bool session_machine::reads_what_is_there() const {
  auto& x = row_.request;
  return x.kind == research_kind::research && x.urls.empty() && x.paths.empty() && x.sources.empty()
         && x.collections.empty();
}

std::vector<collection_name> session_machine::read_collections() const {
  auto& x = row_.request;
  if (reads_what_is_there())
    return {};
  auto all = x.collections;
  all.emplace_back(row_.id.value);
  return all;
}

void session_machine::finish_gather(session_desk& desk) {
  auto& x = row_.request;
  if (x.kind == research_kind::ingest)
    return conclude_gather(desk);
  auto own_only = x.collections.empty() && !(x.urls.empty() && x.paths.empty() && x.sources.empty());
  if (gather_->nothing_read() != nullptr)
    return end_without_sources(desk);
  if (own_only && x.urls.empty() && x.sources.empty() && gather_->documents().empty() && shortfall().empty())
    return end_with_nothing_readable(desk);
  enter(research_phase::read);
  // What this research gathered is indexed by now; what others did may not be, in a process that just started.
  read_ = std::make_unique<retrieval>(questions_, read_collections(), !own_only, options_);
  if (!own_only || !gather_->documents().empty())
    read_->start(desk, read_until(desk));
  if (read_->finished())
    write_answer(desk);
}

/// Reading gets a moment even when the time is over: what was gathered should not be lost for it.
deadline session_machine::read_until(const session_desk& desk) const {
  return std::min(deadline{std::max(answer_until_, desk.at.now + milliseconds{300})}, desk.within(options_.stall));
}

std::uint64_t session_machine::elapsed_ms(const session_clock& at) const {
  auto spent = std::chrono::duration_cast<milliseconds>(at.wall - row_.started_at).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(spent, 0));
}

research_progress session_machine::progress() const {
  research_progress x;
  x.phase = ending_ ? research_phase::ended : phase_;
  if (gather_) {
    x.pages_found = gather_->pages_found();
    x.pages_fetched = gather_->pages_fetched();
    x.pages_failed = gather_->pages_failed();
  }
  // A takeover finds the links of what was read before anew: what was said once is not taken back.
  x.pages_found = std::max({x.pages_found, log_.progress.pages_found, x.pages_fetched + x.pages_failed});
  // Of collections nothing is indexed here: what counts is what was found in them.
  x.passages = std::max(indexed_.passages, read_ ? read_->passages() : 0);
  if (drafted_)
    x.sources = static_cast<std::uint32_t>(drafted_->sources.size());
  else if (read_)
    x.sources = static_cast<std::uint32_t>(read_->read_documents().size());
  return x;
}

std::string session_machine::status(session_clock at) const {
  auto x = progress();
  std::string line = to_string(x.phase);
  if (x.phase == research_phase::gather)
    line += " " + std::to_string(x.pages_fetched) + " of " + std::to_string(x.pages_found) + " pages";
  auto left = std::chrono::duration_cast<seconds>(answer_until_ - at.now).count();
  return line + " · " + std::to_string(std::max<std::int64_t>(left, 0)) + " s left";
}

} // namespace troupe
