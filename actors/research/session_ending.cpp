// How a session answers and ends: draft, verify, write, and the one final event.
#include <algorithm>

#include "actors/research/answer.hpp"
#include "actors/research/session_machine.hpp"
#include "actors/research/verify.hpp"
#include "actors/research/words.hpp"
#include "actors/research/write.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_deltas = 5; // a report is written at once: all of its pieces fall into one second

std::size_t common_start(const std::string& a, const std::string& b) {
  auto limit = std::min(a.size(), b.size());
  auto at = static_cast<std::size_t>(
    std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(limit), b.begin()).first - a.begin());
  return clip(b, at).size();
}

} // namespace

void session_machine::write_answer(session_desk& desk) {
  if (read_->failure() && !deadline_hit_)
    return end_with(events::research_failed{*read_->failure()}, research_status::failed, desk, {}, *read_->failure());
  enter(research_phase::answer);
  auto draft = draft_answer(row_.request.question, read_->evidence(), read_->pages(), coverage().pages);
  enter(research_phase::verify);
  for (auto& x : verify_draft(draft, read_->pages()))
    if (!log_.rejected.contains(x.document.value + "\n" + x.quote))
      desk.out.say(events::citation_rejected{x.document, x.quote, x.reason}, desk.at.wall);
  for (std::uint32_t i = 0; i < questions_.size(); ++i) {
    auto found = i < draft.questions.size() ? draft.questions[i] : question_result{};
    if (!log_.answered.contains(i))
      desk.out.say(events::question_answered{i, questions_[i], found.passages, found.claims}, desk.at.wall);
  }
  enter(research_phase::write);
  auto facts = report_facts{row_.request.question, coverage(), shortfall()};
  for (auto& x : draft.questions)
    facts.coverage.questions_answered += x.claims > 0 ? 1 : 0;
  auto answer = write_report(facts, draft, read_->pages());
  drafted_ = answer;
  say_citations(answer, desk);
  say_deltas(answer.markdown, desk);
  conclude(std::move(answer), !draft.sections.empty(), desk);
}

report_coverage session_machine::coverage() const {
  report_coverage x;
  std::set<document_id> seen = gather_->documents();
  for (auto& page : read_->pages())
    seen.insert(page.content.id);
  x.pages = static_cast<std::uint32_t>(std::max<std::uint64_t>(seen.size(), read_->documents()));
  x.passages = read_->passages();
  x.questions = static_cast<std::uint32_t>(questions_.size());
  x.shards_answered = read_->coverage();
  return x;
}

std::string session_machine::shortfall() const {
  auto read = std::to_string(gather_->pages_fetched()) + " of " + std::to_string(gather_->pages_found());
  if (deadline_hit_)
    return "The time of " + std::to_string(row_.request.timeout_s) + " s ended after " + read + " pages were read.";
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
    return partial("deadline", why); // of a step
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
  auto reason = deadline_hit_ || !stalled_.empty() ? "deadline" : gather_->truncated() ? "budget" : "source_lost";
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
  gather_->stop();
  steps_.abandon();
  indexing_.clear();
  if (status == research_status::cancelled || status == research_status::failed)
    steps_.tell(abort_fetches{row_.id.value});
  if (answer && status != research_status::cancelled && !log_.report_ready)
    desk.out.say(events::report_ready{static_cast<std::uint32_t>(answer->claims.size()),
                                      static_cast<std::uint32_t>(answer->citations.size()),
                                      static_cast<std::uint32_t>(answer->sources.size()), answer->markdown.size(),
                                      answer->writer},
                 desk.at.wall);
  ending_ = ending{std::move(what), status, std::move(failure), std::move(answer), false};
}

} // namespace troupe
