#pragma once
/// Sites and folders for sessions to research, and what must hold of any log that has ended. Includes CAF's checks:
/// after `CAF_SUITE`, and last.

#include "tests/unit/research/fake_world.hpp"

#include "caf/test/unit_test.hpp"

namespace troupe::research_tests {

using namespace std::chrono_literals;

inline const std::string vacuum_text =
  "Autovacuum is a daemon that runs VACUUM on tables by itself.\n\n"
  "Autovacuum decides to vacuum a table when the number of dead tuples exceeds a threshold. "
  "The threshold is computed from the size of the table and from a scale factor.";

inline fake_world small_web() {
  fake_world w;
  auto site = std::string{"http://example.org/"};
  w.pages[site] = {"Welcome to the manual of a database. It has many chapters about vacuum and tables.",
                   "Home",
                   {site + "vacuum", site + "cost", site + "missing", site + "private", site + "copy"},
                   errc::none};
  w.pages[site + "vacuum"] = {vacuum_text, "Vacuum", {site + "deep"}, errc::none};
  w.pages[site + "cost"] = {
    "Vacuum has a cost limit. A worker sleeps when the cost of a table exceeds the limit.", "Cost", {}, errc::none};
  w.pages[site + "private"] = {"", "", {}, errc::robots_disallowed};
  w.pages[site + "copy"] = {vacuum_text, "Vacuum again", {}, errc::none};
  w.pages[site + "deep"] = {
    "Deep down, a table is vacuumed by a worker of autovacuum every minute.", "Deep", {}, errc::none};
  return w;
}

inline fake_world small_folder(std::size_t n) {
  fake_world w;
  for (std::size_t i = 0; i < n; ++i) {
    auto url = "file:///docs/" + std::to_string(1000 + i) + ".html";
    w.pages[url] = {i == 3 ? vacuum_text
                           : "Page " + std::to_string(i) + " speaks of other things such as lamp "
                               + std::to_string(i * i) + ".",
                    "Page " + std::to_string(i),
                    {},
                    errc::none};
    w.folders["/docs"].push_back(url);
  }
  return w;
}

inline research_row row_of(const fake_world& w, bool web, std::uint32_t attempt = 1) {
  research_row row;
  row.id = research_id{"r_01TEST"};
  row.request.question = "When does autovacuum decide to vacuum a table?";
  if (web)
    row.request.urls = {"http://example.org/"};
  else
    row.request.paths = {"/docs"};
  row.status = research_status::running;
  row.attempt = attempt;
  row.epoch = lease_epoch{attempt};
  row.started_at = w.wall;
  return row;
}

inline void queue(fake_world& w) {
  auto x = make_event(
    w.wall, events::research_queued{"When does autovacuum decide to vacuum a table?", priority_class::standard});
  w.log.push_back({research_id{"r_01TEST"}, event_seq{1}, x.at, x.type, x.data});
}

inline std::size_t count(const fake_world& w, const std::string& type) {
  return static_cast<std::size_t>(std::count_if(w.log.begin(), w.log.end(), [&](auto& x) { return x.type == type; }));
}

/// Events with the same key are repetitions.
inline std::string log_key(const event_data& data, const std::string& type, std::size_t i) {
  if (auto* fetched = std::get_if<events::page_fetched>(&data))
    return "page " + fetched->url;
  if (auto* skipped = std::get_if<events::page_skipped>(&data))
    return "page " + skipped->url;
  if (auto* failed = std::get_if<events::page_failed>(&data))
    return "page " + failed->url;
  if (auto* answered = std::get_if<events::question_answered>(&data))
    return type + std::to_string(answered->index);
  if (auto* source = std::get_if<events::source_found>(&data))
    return type + source->kind + source->location;
  if (auto* indexed = std::get_if<events::passages_indexed>(&data))
    return type + std::to_string(indexed->documents) + "," + std::to_string(indexed->passages);
  if (auto* cited = std::get_if<events::citation_verified>(&data))
    return type + citation_key(cited->cited.document, cited->cited.start, cited->cited.end);
  if (auto* delta = std::get_if<events::report_delta>(&data))
    return type + std::to_string(delta->offset) + delta->text;
  auto many = type == "progress" || type == "research.resumed";
  return many ? type + std::to_string(i) : type;
}

/// Every `[n]` of a piece of the report was verified at an earlier seq.
inline void check_cited(const std::string& text, const std::set<std::string>& verified) {
  for (auto at = text.find('['); at != std::string::npos; at = text.find('[', at + 1)) {
    auto end = text.find_first_not_of("0123456789", at + 1);
    if (end != std::string::npos && end > at + 1 && text[end] == ']')
      CAF_CHECK(verified.contains(text.substr(at, end + 1 - at)));
  }
}

/// What must hold of any log that has ended.
inline void check_log(const fake_world& w) {
  std::set<std::string> once;
  std::string text;
  std::set<std::string> verified;
  for (std::size_t i = 0; i < w.log.size(); ++i) {
    auto& x = w.log[i];
    CAF_REQUIRE_EQUAL(x.seq.value, i + 1);
    CAF_REQUIRE_EQUAL(is_final_event(x.type), i + 1 == w.log.size());
    auto data = decode_data(x.type, x.data);
    CAF_REQUIRE(data.has_value());
    auto key = log_key(*data, x.type, i);
    if (auto* cited = std::get_if<events::citation_verified>(&*data))
      verified.insert("[" + std::to_string(cited->cited.n) + "]");
    if (auto* delta = std::get_if<events::report_delta>(&*data)) {
      check_cited(delta->text, verified);
      text.resize(std::min<std::uint64_t>(text.size(), delta->offset));
      text += delta->text;
    }
    auto fresh = once.insert(key).second;
    CAF_CHECK(fresh);
    if (!fresh)
      CAF_MESSAGE("twice in the log: " + key);
  }
  CAF_CHECK_EQUAL(count(w, "research.started") + count(w, "research.queued"), 2u);
  if (!w.reports.empty() && w.status != research_status::cancelled)
    CAF_CHECK_EQUAL(text, w.reports.back().markdown);
}

inline std::map<std::string, std::string> pages_of(const fake_world& w) {
  std::map<std::string, std::string> out;
  for (auto& x : w.log) {
    auto data = decode_data(x.type, x.data);
    if (auto* fetched = std::get_if<events::page_fetched>(&*data))
      out[fetched->url] = fetched->document.value;
    if (auto* skipped = std::get_if<events::page_skipped>(&*data))
      out[skipped->url] = skipped->reason;
    if (auto* failed = std::get_if<events::page_failed>(&*data))
      out[failed->url] = failed->reason;
  }
  return out;
}

/// The world as it stands when the process dies right after the first `n` events were durable.
inline fake_world cut_after(const fake_world& whole, const fake_world& fresh, std::size_t n) {
  auto w = fresh;
  w.log.assign(whole.log.begin(), whole.log.begin() + static_cast<std::ptrdiff_t>(n));
  for (auto& [url, document] : pages_of(w))
    if (auto it = whole.fetches.find(url); it != whole.fetches.end()) {
      w.fetches[url] = it->second;
      w.documents[it->second.document] = whole.documents.at(it->second.document);
      w.collections[it->second.document] = {"r_01TEST"};
    }
  w.wall = whole.wall;
  return w;
}

} // namespace troupe::research_tests
