#include "gateway/cli/progress.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "actors/egress/url.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

namespace {

using namespace events;

/// The step an event belongs to; none for those that belong to no step or to any.
std::optional<step> step_of(const event_data& x) {
  if (std::holds_alternative<research_started>(x))
    return step::plan;
  if (std::holds_alternative<plan_ready>(x) || std::holds_alternative<source_found>(x)
      || std::holds_alternative<page_fetched>(x) || std::holds_alternative<page_failed>(x)
      || std::holds_alternative<page_skipped>(x) || std::holds_alternative<passages_indexed>(x))
    return step::gather;
  if (std::holds_alternative<question_answered>(x))
    return step::read;
  if (std::holds_alternative<citation_verified>(x) || std::holds_alternative<citation_rejected>(x)
      || std::holds_alternative<report_delta>(x) || std::holds_alternative<report_ready>(x))
    return step::write;
  return std::nullopt;
}

std::optional<std::string> lasting_line(const event_data& x) {
  if (const auto* p = std::get_if<page_failed>(&x))
    return "failed    " + printable(p->url) + ": " + reason_words(p->reason, p->detail)
           + (p->attempts > 1 ? " (" + std::to_string(p->attempts) + " attempts)" : "");
  if (const auto* p = std::get_if<page_skipped>(&x); p != nullptr && p->reason == "robots_disallowed")
    return "skipped   " + printable(p->url) + ": " + reason_words(p->reason, p->detail);
  if (const auto* p = std::get_if<research_resumed>(&x))
    return "resumed   by " + printable(p->node.value) + " after event " + grouped(p->after.value);
  return std::nullopt;
}

/// The number that `text` begins with; 1 when it begins with none.
std::uint64_t leading_number(const std::string& text) {
  std::uint64_t x = 1;
  std::from_chars(text.data(), text.data() + text.size(), x);
  return x;
}

} // namespace

const char* to_string(step x) noexcept {
  static constexpr std::array names{"plan", "gather", "read", "write"};
  return names[static_cast<std::size_t>(x)];
}

std::string reason_words(const std::string& reason, const std::string& detail) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{{
    {"robots_disallowed", "robots.txt forbids it"},
    {"duplicate", "same content as a page already read"},
    {"unsupported_media", "not a kind of file this reads"},
    {"content_empty", "nothing readable in it"},
    {"out_of_scope", "outside the site asked for"},
    {"too_large", "bigger than a page may be"},
    {"deadline_exceeded", "took too long"},
  }};
  if (!detail.empty())
    return printable(detail);
  for (const auto& [code, text] : words)
    if (code == reason)
      return std::string{text};
  auto plain = printable(reason);
  std::replace(plain.begin(), plain.end(), '_', ' ');
  return plain;
}

std::optional<std::string> progress_fold::take(event_seq seq, timestamp at, const event_data& x) {
  if (seq <= last_)
    return std::nullopt;
  last_ = seq;
  if (auto which = step_of(x))
    enter(*which, at);
  count(at, x);
  return lasting_line(x);
}

void progress_fold::enter(step which, timestamp at) {
  if (current_ && *current_ >= which)
    return;
  if (current_)
    spans_[static_cast<std::size_t>(*current_)].end = at;
  auto& span = spans_[static_cast<std::size_t>(which)];
  span.begin = current_ ? spans_[static_cast<std::size_t>(*current_)].end : at;
  current_ = which;
}

void progress_fold::count(timestamp at, const event_data& x) {
  if (const auto* plan = std::get_if<plan_ready>(&x)) {
    questions_ = plan->questions.size();
  } else if (const auto* source = std::get_if<source_found>(&x)) {
    known_ += source->known;
    listed_ += source->pages;
    crawls_ = crawls_ || source->kind == "url";
    if (source->kind == "path")
      announced_.push_back(file_url(source->location));
  } else if (const auto* page = std::get_if<page_fetched>(&x)) {
    (page->from == "known" ? reused_ : fetched_) += 1;
  } else if (const auto* passed = std::get_if<page_skipped>(&x)) {
    if (is_left_out(*passed))
      left_out_ += passed->reason == "more" ? leading_number(passed->detail) : 1;
    else
      ++skipped_;
  } else if (std::holds_alternative<page_failed>(x)) {
    ++failed_;
  } else if (const auto* indexed = std::get_if<passages_indexed>(&x)) {
    indexed_ = indexed->passages;
  } else if (const auto* answer = std::get_if<question_answered>(&x)) {
    evidence_ += answer->passages;
    ++answered_;
  } else if (const auto* made = std::get_if<progress_made>(&x)) {
    progress_ = made->progress;
  } else if (std::holds_alternative<citation_verified>(x)) {
    ++verified_;
  } else if (std::holds_alternative<citation_rejected>(x)) {
    ++rejected_;
  } else if (const auto* ready = std::get_if<report_ready>(&x)) {
    report_ = *ready;
    spans_[static_cast<std::size_t>(step::write)].end = at;
  }
  if (is_final(x)) {
    final_ = x;
    if (current_ && spans_[static_cast<std::size_t>(*current_)].end == timestamp{})
      spans_[static_cast<std::size_t>(*current_)].end = at;
  }
}

/// What a folder's listing leaves out is told before the folder is, and is none of its pages.
bool progress_fold::is_left_out(const page_skipped& x) const {
  if (x.reason == "duplicate" || x.reason == "content_empty" || !x.url.starts_with("file:"))
    return false;
  return std::none_of(announced_.begin(), announced_.end(), [&](auto& place) {
    return x.url == place || x.url.starts_with(place.ends_with('/') ? place : place + "/");
  });
}

std::string progress_fold::plan_text() const { return questions_ == 0 ? "starting" : counted(questions_, "question"); }

std::string progress_fold::gather_text() const {
  std::string text;
  auto read = fetched_ + reused_;
  auto to_fetch = listed_ > known_ ? listed_ - known_ : 0;
  if (crawls_) {
    text = counted(std::max<std::uint64_t>(read, progress_.pages_fetched), "page");
    if (progress_.pages_found > read + failed_ + skipped_)
      text += " of " + grouped(progress_.pages_found) + " found";
    if (reused_ + known_ > 0)
      text += " · " + grouped(std::max(reused_, known_)) + " known";
  } else if (known_ > 0 || to_fetch == 0) {
    text = counted(known_, "page") + " known · " + grouped(to_fetch) + " to fetch";
    if (fetched_ > 0)
      text += " · " + grouped(fetched_) + " read";
  } else {
    text = grouped(std::min(read, to_fetch)) + " of " + counted(to_fetch, "page") + " read";
  }
  if (skipped_ > 0)
    text += " · " + grouped(skipped_) + " skipped";
  if (failed_ > 0)
    text += " · " + grouped(failed_) + " failed";
  if (left_out_ > 0)
    text += " · " + counted(left_out_, "other file") + " left out";
  return text;
}

std::string progress_fold::read_text() const {
  auto text = counted(evidence_, "passage");
  if (progress_.sources > 0)
    text += " from " + counted(progress_.sources, "page");
  else if (answered_ == questions_)
    text += " for " + counted(questions_, "question");
  if (answered_ < questions_)
    text += " · " + grouped(answered_) + " of " + counted(questions_, "question");
  return text;
}

std::string progress_fold::write_text() const {
  if (!report_)
    return counted(verified_, "citation") + " verified";
  if (report_->citations == 0)
    return "nothing that can be cited";
  auto text = counted(report_->claims, "claim") + ", " + counted(report_->citations, "citation");
  text += verified_ >= report_->citations ? ", all verified" : ", " + grouped(verified_) + " verified";
  if (rejected_ > 0)
    text += " · " + grouped(rejected_) + " rejected";
  return text;
}

std::vector<step_line> progress_fold::lines() const {
  std::vector<step_line> out;
  if (!current_)
    return out;
  for (auto which : {step::plan, step::gather, step::read, step::write}) {
    const auto& span = spans_[static_cast<std::size_t>(which)];
    auto unplanned = which == step::plan && questions_ == 0 && *current_ != step::plan; // nothing was asked
    if (span.begin == timestamp{} || unplanned)
      continue;
    step_line line{which, {}, span.end != timestamp{}, 0};
    switch (which) {
    case step::plan:
      line.text = plan_text();
      break;
    case step::gather:
      line.text = gather_text();
      break;
    case step::read:
      line.text = read_text();
      break;
    case step::write:
      line.text = write_text();
      break;
    }
    if (line.ended && span.end > span.begin)
      line.ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(span.end - span.begin).count());
    out.push_back(std::move(line));
  }
  return out;
}

} // namespace troupe::cli
