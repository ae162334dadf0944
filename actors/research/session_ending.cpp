// How a session answers and ends: draft, verify, write, and the one final event.
#include <algorithm>
#include <set>

#include "actors/research/session_machine.hpp"
#include "actors/research/words.hpp"
#include "actors/research/write.hpp"

namespace troupe {

namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t most_attempts = 3; // of a writer, before what it is given counts as poison
constexpr std::size_t most_deltas = 5;     // a report is written at once: all of its pieces fall into one second

std::size_t common_start(const std::string& a, const std::string& b) {
  auto limit = std::min(a.size(), b.size());
  auto at = static_cast<std::size_t>(
    std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(limit), b.begin()).first - a.begin());
  return clip(b, at).size();
}

} // namespace

/// What was found goes to a writer, which computes elsewhere; without a single passage there is nothing to compute.
void session_machine::write_answer(session_desk& desk) {
  if (read_->failure() && !deadline_hit_)
    return end_with(events::research_failed{*read_->failure()}, research_status::failed, desk, {}, *read_->failure());
  enter(research_phase::answer);
  compose_task task;
  task.facts = {row_.request.question, coverage(), shortfall()};
  auto found = read_->passages() > 0;
  task.evidence = read_->take_evidence();
  task.pages = read_->take_pages();
  composing_ = std::make_shared<const compose_task>(std::move(task));
  if (found)
    ask_writer(desk);
  else
    say_answer(compose(*composing_), desk);
}

void session_machine::ask_writer(session_desk& desk) {
  ++compose_tries_;
  // Its place in the queue of the writers is no stall; the time of the research bounds it.
  auto until = std::max(answer_until_, desk.at.now + milliseconds{300}) + reserve_of(row_.request.timeout_s) / 2;
  steps_.ask(compose_answer{composing_, {}}, deadline{until}, row_.id.value, compose_tries_);
}

/// A writer that ends does so because of this evidence or of another's: it is tried again, but not for ever.
void session_machine::composed(expected<composed_answer> x, session_desk& desk) {
  if (x && x->result)
    return say_answer(*x->result, desk);
  if (desk.at.now >= answer_until_) {
    deadline_hit_ = true;
    return say_answer(compose_nothing({row_.request.question, coverage(), shortfall()}), desk);
  }
  if (compose_tries_ >= most_attempts)
    return end_poisoned(x ? error{} : x.error(), desk);
  compose_again_ = desk.at.now + milliseconds{200}; // whoever ended is started again meanwhile
}

/// The whole research becomes a dead letter: nobody who composes its answer lives through it.
void session_machine::end_poisoned(const error& why, session_desk& desk) {
  error failure{errc::poisoned,
                "writing the answer ended every writer that tried, " + std::to_string(compose_tries_)
                  + " of them: " + why.message,
                "Look at the log of the node for the cause, then requeue it: POST /api/v1/dead-letters/ID/requeue."};
  end_with(events::research_failed{failure}, research_status::failed, desk, {}, failure);
  ending_->dead.push_back(make_dead_letter("research", row_.id, {}, compose_tries_, failure, desk.at.wall));
}

void session_machine::say_answer(const composition& x, session_desk& desk) {
  composing_.reset();
  enter(research_phase::verify);
  for (auto& rejected : x.rejected)
    if (!log_.rejected.contains(rejected.document.value + "\n" + rejected.quote))
      desk.out.say(events::citation_rejected{rejected.document, rejected.quote, rejected.reason}, desk.at.wall);
  for (std::uint32_t i = 0; i < questions_.size(); ++i) {
    auto found = i < x.questions.size() ? x.questions[i] : question_result{};
    if (!log_.answered.contains(i))
      desk.out.say(events::question_answered{i, questions_[i], found.passages, found.claims}, desk.at.wall);
  }
  enter(research_phase::write);
  drafted_ = x.answer;
  say_citations(x.answer, desk);
  say_deltas(x.answer.markdown, desk);
  conclude(x.answer, x.evidence, desk);
}

report_coverage session_machine::coverage() const {
  report_coverage x;
  std::set<document_id> seen = gather_->documents();
  seen.insert(read_->read_documents().begin(), read_->read_documents().end());
  x.pages = static_cast<std::uint32_t>(std::max<std::uint64_t>(seen.size(), read_->documents()));
  x.passages = read_->passages();
  x.questions = static_cast<std::uint32_t>(questions_.size());
  x.shards_answered = read_->coverage();
  return x;
}

std::string session_machine::shortfall() const {
  auto counts = progress(); // an attempt that took over has not found all anew
  auto read = std::to_string(counts.pages_fetched) + " of " + std::to_string(counts.pages_found);
  if (deadline_hit_ && counts.pages_found == 0 && counts.passages == 0 && gather_->collections_found() == 0)
    return "The " + std::to_string(row_.request.timeout_s) + " s were over before it was known what there is to read.";
  if (deadline_hit_)
    return "Reading had to end after " + read + " pages, for the answer to be there within "
           + std::to_string(row_.request.timeout_s) + " s.";
  if (!stalled_.empty())
    return "A step was given up: " + stalled_ + ".";
  if (gather_->truncated())
    return "The budget ended after " + read + " pages were read.";
  if (auto lost = gather_->lost_source())
    return "A source could not be read: " + lost->message + ".";
  if (read_ && read_->coverage() < 1.0)
    return "Only " + std::to_string(static_cast<int>(read_->coverage() * 100))
           + " % of what is stored could be searched in time.";
  return {};
}

void session_machine::say_citations(const report& answer, session_desk& desk) {
  for (auto& x : answer.citations)
    if (!log_.verified.contains(citation_key(x.document, x.start, x.end)))
      desk.out.say(events::citation_verified{x}, desk.at.wall);
}

/// What an earlier attempt wrote and still holds is not written again.
void session_machine::say_deltas(const std::string& markdown, session_desk& desk) {
  auto from = common_start(log_.report_text, markdown);
  std::size_t at = 0;
  if (from == markdown.size() && log_.report_text.size() > from)
    desk.out.say(events::report_delta{row_.attempt, from, {}}, desk.at.wall);
  for (auto& piece : report_pieces(markdown, most_deltas)) {
    auto end = at + piece.size();
    if (end > from) {
      auto start = std::max(at, from);
      desk.out.say(events::report_delta{row_.attempt, start, piece.substr(start - at)}, desk.at.wall);
    }
    at = end;
  }
}

void session_machine::conclude(report answer, bool evidence, session_desk& desk) {
  auto why = shortfall();
  auto partial = [&](const char* reason, std::string detail) {
    end_with(events::research_partial{elapsed_ms(desk.at), reason, std::move(detail)}, research_status::partial, desk,
             std::move(answer));
  };
  if (deadline_hit_)
    return partial("deadline", why);
  if (!evidence)
    return partial("no_evidence", why.empty() ? "Nothing in the pages read answers the question." : why);
  if (!stalled_.empty())
    return partial("stalled", why);
  if (gather_->truncated())
    return partial("budget", why);
  if (gather_->lost_source())
    return partial("source_lost", why);
  if (!why.empty()) // an index that was not whole yet
    return partial("deadline", why);
  end_with(events::research_done{elapsed_ms(desk.at)}, research_status::done, desk, std::move(answer));
}

void session_machine::conclude_gather(session_desk& desk) {
  if (gather_->nothing_read() != nullptr)
    return end_without_sources(desk);
  auto why = shortfall();
  if (why.empty())
    return end_with(events::research_done{elapsed_ms(desk.at)}, research_status::done, desk);
  auto reason = deadline_hit_          ? "deadline"
                : !stalled_.empty()    ? "stalled"
                : gather_->truncated() ? "budget"
                                       : "source_lost";
  end_with(events::research_partial{elapsed_ms(desk.at), reason, why}, research_status::partial, desk);
}

/// Files there were, but no text in any: that is another thing than text that does not answer.
void session_machine::end_with_nothing_readable(session_desk& desk) {
  auto& paths = row_.request.paths;
  auto where = paths.empty() ? std::string{"the places named"} : paths.front();
  if (paths.size() > 1)
    where += " and " + std::to_string(paths.size() - 1) + " more";
  error why{errc::content_empty, "nothing readable is in " + where,
            "Name a file or folder with text in it: HTML, Markdown, plain text and PDF are read."};
  end_with(events::research_failed{why}, research_status::failed, desk, {}, why);
}

/// Where it was sent, nothing could or may be read.
void session_machine::end_without_sources(session_desk& desk) {
  auto why = *gather_->nothing_read();
  why.message = "no source could be read: " + why.message;
  end_with(events::research_failed{why}, research_status::failed, desk, {}, why);
}

/// Decides the end; it takes effect with the next commit.
void session_machine::end_with(event_data what, research_status status, session_desk& desk,
                               std::optional<report> answer, error failure) {
  gather_->stop(desk);
  steps_.abandon();
  indexing_.clear();
  composing_.reset();
  if (status == research_status::cancelled || status == research_status::failed)
    steps_.tell(abort_fetches{work_token(row_)});
  if (answer && status != research_status::cancelled && !log_.report_ready)
    desk.out.say(events::report_ready{static_cast<std::uint32_t>(answer->claims.size()),
                                      static_cast<std::uint32_t>(answer->citations.size()),
                                      static_cast<std::uint32_t>(answer->sources.size()), answer->markdown.size(),
                                      answer->writer},
                 desk.at.wall);
  ending_ = ending{std::move(what), status, std::move(failure), std::move(answer), false};
}

} // namespace troupe
