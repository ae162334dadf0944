// The session's commits: one at a time, then the index, then the next.
#include <algorithm>

#include "actors/research/session_machine.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_batches_indexing = 2;

indexed_document as_indexed(const stored_page& page, const std::vector<collection_name>& collections) {
  return {page.embedded,          page.fetch.url,        page.content.title, page.content.language,
          page.content.published, page.fetch.fetched_at, collections};
}

} // namespace

void session_machine::pump(session_desk& desk) {
  auto ending_due = ending_ && !ending_->sent;
  auto index_full = indexing_.size() >= most_batches_indexing && out_.pages() > 0 && !ending_;
  if (ended_ || sent_ || index_full || (out_.empty() && !ending_due) || (hold_ && !ending_due))
    return;
  auto batch = out_.take(options_.commit_pages, options_.commit_bytes);
  commit_research step;
  step.research = row_.id;
  step.epoch = row_.epoch;
  step.collections = written_collections();
  step.progress = progress();
  sent_commit sent;
  for (std::size_t i = 0; i < batch.events.size(); ++i)
    step.events.push_back(make_event(batch.at[i], batch.events[i]));
  sent.events = std::move(batch.events);
  sent.to_index.known = batch.known;
  sent.to_index.collections = step.collections;
  for (auto& page : batch.pages) {
    sent.to_index.documents.push_back(as_indexed(page, step.collections));
    sent.passages += static_cast<std::uint32_t>(page.embedded.passages.size());
  }
  sent.passages += batch.known_passages;
  step.known = std::move(batch.known);
  step.pages = std::move(batch.pages);
  step.dead = std::move(batch.dead);
  if (ending_due && out_.empty())
    add_final(step, sent, desk);
  sent_ = std::move(sent);
  steps_.ask(std::move(step), desk.within(options_.stall), row_.id.value);
}

/// The last commit: report, final event and status together.
void session_machine::add_final(commit_research& step, sent_commit& sent, const session_desk& desk) {
  step.events.push_back(make_event(desk.at.wall, ending_->event));
  step.status = ending_->status;
  step.failure = ending_->failure;
  if (ending_->answer)
    step.final_report.push_back(*ending_->answer);
  step.dead.insert(step.dead.end(), ending_->dead.begin(), ending_->dead.end());
  sent.final = true;
  ending_->sent = true;
}

void session_machine::commit_done(expected<commit_ack> x, session_desk& desk) {
  if (!x) // applied or not, nobody knows: the next claim reads the log and goes on from there
    return stop_for(x.error());
  auto done = std::move(*sent_);
  sent_.reset();
  for (auto& event : done.events)
    log_.add(event);
  log_.last = x->last;
  done.to_index.outdated = std::move(x->outdated);
  done.to_index.left = std::move(x->left);
  auto pages = done.to_index.documents.size() + done.to_index.known.size();
  auto waited_for = !ending_ && !index_stalled_;
  if (pages > 0 && !waited_for) { // others search, and it may come back
    done.to_index.until = desk.within(options_.stall);
    steps_.tell(std::move(done.to_index));
  }
  if (done.final) {
    ended_ = true;
    steps_.abandon();
    steps_.tell(end_session{true, {}});
    return;
  }
  if (pages == 0 || !waited_for)
    return;
  ask_index(std::move(done.to_index), {static_cast<std::uint32_t>(pages), done.passages}, desk);
}

void session_machine::ask_index(index_documents what, events::passages_indexed adds, session_desk& desk) {
  auto batch = ++index_batches_;
  indexing_.emplace(batch, adds);
  steps_.ask(std::move(what), desk.within(options_.stall), {}, batch);
}

void session_machine::index_done(const session_step& step, const expected<index_ack>& x, session_desk& desk) {
  auto node = indexing_.extract(step.tag);
  if (node.empty())
    return;
  if (!x) { // stored all the same: a shard takes them in when it fills itself from the store
    index_stalled_ = index_stalled_ || x.error().code == errc::stalled;
    if (stalled_.empty())
      stalled_ = "indexing failed: " + x.error().message;
    return;
  }
  indexed_.documents += node.mapped().documents;
  indexed_.passages += node.mapped().passages;
  auto newer = indexed_.documents > log_.indexed.documents || indexed_.passages > log_.indexed.passages;
  if (newer)
    desk.out.say(indexed_, desk.at.wall);
}

/// After a restart the shards may not have seen the last batch: its documents are named again, which costs nothing
/// when they are known.
void session_machine::reindex(session_desk& desk) {
  auto& documents = gather_->documents();
  if (documents.empty())
    return;
  index_documents what;
  what.known.assign(documents.begin(), documents.end());
  what.collections = written_collections();
  ask_index(std::move(what), {log_.fetched, log_.passages}, desk);
}

void session_machine::say_progress(session_desk& desk) {
  auto now = progress();
  if (ending_ || now == said_ || desk.at.now - said_at_ < options_.event_gap)
    return;
  said_ = now;
  said_at_ = desk.at.now;
  desk.out.say(events::progress_made{now}, desk.at.wall);
}

} // namespace troupe
