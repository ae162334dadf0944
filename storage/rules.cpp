#include "storage/rules.hpp"

#include <algorithm>

#include "protocols/json/event_json.hpp"
#include "storage/packing.hpp"

namespace troupe::storage {

namespace {

auto refused(const commit_research& x, const std::string& why) {
  return fail(errc::invalid_argument, "a commit of " + x.research.value + " was refused: " + why, "Report this.");
}

/// The final event and the final status come together, and nothing follows.
expected<void> check_ending(const commit_research& x) {
  if (x.status == research_status::queued)
    return refused(x, "a session can't queue its research (release the lease instead)");
  for (std::size_t i = 0; i + 1 < x.events.size(); ++i)
    if (is_final_event(x.events[i].type))
      return refused(x, "an event follows the final one");
  auto ends = !x.events.empty() && is_final_event(x.events.back().type);
  if (ends != is_final(x.status))
    return refused(x, "the final status and the final event come in one commit");
  if (ends && x.events.back().type != std::string{"research."} + to_string(x.status))
    return refused(x, "the final event is not that of its status");
  return {};
}

auto bad_page(const stored_page& x, const std::string& why) {
  return fail(errc::invalid_argument, "the page " + x.fetch.url + " can't be stored: " + why, "Report this.");
}

} // namespace

tl::unexpected<error> no_such_research(const research_id& id) {
  return fail(errc::not_found, "there is no research '" + id.value + "'",
              "See GET /api/v1/research for those there are.");
}

tl::unexpected<error> fenced(const commit_research& x) {
  return fail(errc::fenced,
              "the lease on " + x.research.value + " is no longer held under epoch " + std::to_string(x.epoch.value),
              "Stop this session; its research has ended or runs elsewhere.");
}

tl::unexpected<error> no_such_document(const document_id& id) {
  return fail(errc::not_found, "the document " + id.value + " is not stored", "Fetch its page again.");
}

tl::unexpected<error> too_many_addresses() {
  return fail(errc::invalid_argument, "more than 2,000 addresses in one look-up", "Ask for fewer at a time.");
}

new_event cancelled_event(const standing& s, timestamp at) {
  auto since = s.started_at != 0 ? s.started_at : s.created_at;
  auto elapsed = std::max<std::int64_t>(0, to_ns(at) - since) / 1'000'000;
  return make_event(at, events::research_cancelled{static_cast<std::uint64_t>(elapsed)});
}

error no_report(research_status status) {
  if (is_final(status))
    return {errc::conflict, "this research ended as " + std::string{to_string(status)} + ", without a report",
            "See its events for the reason."};
  return {errc::conflict, "this research has no report yet", "Wait for its report.ready event."};
}

error full_queue(std::uint32_t ledger_limit) {
  return {errc::overloaded, std::to_string(ledger_limit) + " researches are waiting already",
          "Try again when some have ended."};
}

error full_of_held(std::uint32_t ledger_limit, std::uint32_t retry_after_s) {
  return {errc::overloaded, std::to_string(ledger_limit) + " researches are waiting for their `not_before` already",
          "Try again when the first of them is due, or leave `not_before` out.", retry_after_s};
}

error quarantine_reason() {
  return {errc::poisoned, "this research ended twice with the process that ran it, without getting anywhere",
          "Look at the log of the node for the cause, then requeue it: POST /api/v1/dead-letters/ID/requeue."};
}

research_request asked_again(const research_row& row, const dead_letter& letter) {
  auto x = row.request;
  x.not_before = {};
  if (letter.subject.empty())
    return x;
  if (x.kind == research_kind::research)
    x.collections = {collection_name{row.id.value}};
  x.kind = research_kind::ingest;
  x.question.clear();
  x.sources.clear();
  x.urls.clear();
  x.paths.clear();
  x.depth = 0;
  constexpr std::string_view file = "file://";
  if (letter.subject.starts_with(file))
    x.paths.push_back(letter.subject.substr(file.size()));
  else
    x.urls.push_back(letter.subject);
  return x;
}

std::size_t dimension_of(const embedded_document& x) {
  return x.embeddings.empty() ? 0 : x.embeddings.front().values.size();
}

expected<void> check_page(const stored_page& x) {
  const auto& text = x.content.text;
  if (sha256_hex(text) != x.content.id.value)
    return bad_page(x, "its id is not the SHA-256 of its text");
  for (const auto& p : x.embedded.passages)
    if (p.start > p.end || p.end > text.size())
      return bad_page(x, "a passage leaves its text");
  const auto& vectors = x.embedded.embeddings;
  if (!vectors.empty() && vectors.size() != x.embedded.passages.size())
    return bad_page(x, "it has not as many embeddings as passages");
  auto dimension = dimension_of(x.embedded);
  if (std::any_of(vectors.begin(), vectors.end(), [&](const auto& e) { return e.values.size() != dimension; }))
    return bad_page(x, "its embeddings have several dimensions");
  return {};
}

expected<void> check_commit(const commit_research& x) {
  if (auto ending = check_ending(x); !ending)
    return ending;
  if (x.final_report.size() > 1)
    return refused(x, "it has more than one report");
  for (const auto& page : x.pages)
    if (auto good = check_page(page); !good)
      return good;
  return {};
}

} // namespace troupe::storage
