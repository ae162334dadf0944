#include "storage/postgres/commit.hpp"

#include <map>
#include <unordered_map>

#include "protocols/json/research_json.hpp"
#include "storage/postgres/dead_letters.hpp"
#include "storage/postgres/library.hpp"

namespace troupe::storage::postgres {

namespace {

/// Pages and known documents, and the collections they join; what of earlier ones is outdated by it goes into `answer`.
/// `not_found` for a document that is not stored.
expected<void> store_documents(group& g, const commit_research& x, commit_ack& answer) {
  std::vector<std::int64_t> documents;
  std::set<std::int64_t> touched;
  for (const auto& page : x.pages)
    documents.push_back(store_page(g, page, touched));
  for (const auto& id : x.known) {
    auto row = document_row(g.db, id);
    if (row == 0)
      return no_such_document(id);
    documents.push_back(row);
  }
  if (!touched.empty()) {
    auto outdated = outdated_of(g.db, touched);
    answer.outdated.assign(outdated.begin(), outdated.end());
  }
  if (documents.empty())
    return {};
  for (const auto& name : x.collections) {
    auto collection = join_collection(g, name, x.research, documents);
    for (const auto& id : make_room(g, collection, documents))
      answer.left.push_back({id, name});
  }
  return {};
}

/// What a commit makes of its ledger row; the last one of a research counts.
struct row_change {
  const commit_research* step = nullptr;
  const standing* where = nullptr;
};

/// What is written once for all steps.
struct batch {
  event_batch events;
  std::map<std::int64_t, const report*> reports; ///< by ledger row
  std::map<std::int64_t, row_change> changes;

  void insert(connection& db) {
    events.insert(db);
    insert_reports(db);
    update_rows(db);
  }

private:
  void insert_reports(connection& db) {
    if (reports.empty())
      return;
    array research, body;
    for (const auto& [row, x] : reports) {
      research.add(row);
      body.add(encode_report(*x));
    }
    db.run("insert into reports (research, body) select * from unnest($1::bigint[], $2::text[]) "
           "on conflict (research) do update set body = excluded.body",
           research, body);
  }

  void update_rows(connection& db) {
    if (changes.empty())
      return;
    array row, last, state, phase, found, fetched, failed, passages, sources, finished, code, message, advice;
    for (const auto& [number, x] : changes) {
      const auto& p = x.step->progress;
      auto ends = is_final(x.step->status);
      const auto why = x.step->status == research_status::failed ? x.step->failure : error{errc::none, {}, {}};
      row.add(number);
      last.add(x.where->last_seq);
      state.add(to_string(x.step->status));
      phase.add(to_string(ends ? research_phase::ended : p.phase));
      found.add(p.pages_found);
      fetched.add(p.pages_fetched);
      failed.add(p.pages_failed);
      passages.add(p.passages);
      sources.add(p.sources);
      finished.add(ends ? to_ns(x.step->events.back().at) : 0);
      code.add(to_string(why.code));
      message.add(why.message);
      advice.add(why.advice);
    }
    db.run("update ledger l set last_seq = x.last, state = x.state, phase = x.phase, pages_found = x.found, "
           "pages_fetched = x.fetched, pages_failed = x.failed, passages = x.passages, sources = x.sources, "
           "finished_at = x.finished, lease_until = case x.finished when 0 then lease_until else 0 end, "
           "error_code = x.code, error_message = x.message, error_advice = x.advice "
           "from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], "
           "$8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[]) "
           "x(row, last, state, phase, found, fetched, failed, passages, sources, finished, code, message, advice) "
           "where l.row = x.row",
           row, last, state, phase, found, fetched, failed, passages, sources, finished, code, message, advice);
  }
};

/// One step, but for what `to` writes once for all.
expected<write_answer> step(group& g, const commit_research& x, std::optional<standing>& s, batch& to) {
  if (!s)
    return no_such_research(x.research);
  if (s->status != research_status::running || s->epoch != x.epoch.value)
    return fenced(x);
  commit_ack answer;
  if (auto stored = store_documents(g, x, answer); !stored)
    return tl::make_unexpected(stored.error());
  for (const auto& letter : x.dead)
    bury(g.db, s->row, letter);
  to.events.add(g, x.research, *s, x.epoch.value, x.events);
  for (const auto& report : x.final_report)
    to.reports[s->row] = &report;
  to.changes[s->row] = {&x, &*s};
  s->status = x.status;
  answer.last = event_seq{s->last_seq};
  return done(std::move(answer));
}

} // namespace

committed_steps commit_all(group& g, std::span<const commit_research* const> xs) {
  std::vector<research_id> ids;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto* x : xs)
    if (places.emplace(x->research.value, ids.size()).second)
      ids.push_back(x->research);
  auto standings = lock_standings(g.db, ids);
  committed_steps result;
  batch all;
  for (const auto* x : xs) {
    auto before = g.db.writes();
    result.answers.push_back(step(g, *x, standings[places.at(x->research.value)], all));
    result.half_done = !result.answers.back() && g.db.writes() != before;
    if (result.half_done)
      return result;
  }
  all.insert(g.db);
  return result;
}

} // namespace troupe::storage::postgres
