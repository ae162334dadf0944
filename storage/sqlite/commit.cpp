#include "storage/sqlite/commit.hpp"

#include "protocols/json/research_json.hpp"
#include "storage/sqlite/dead_letters.hpp"
#include "storage/sqlite/library.hpp"
#include "storage/sqlite/rows.hpp"

namespace troupe::storage::sqlite {

namespace {

/// Pages and known documents, and the collections they join; what of earlier ones is outdated by it goes into `answer`.
/// `not_found` for a document that is not stored.
expected<void> store_documents(group& g, const commit_research& x, commit_ack& answer) {
  std::vector<std::int64_t> rows;
  std::set<std::int64_t> touched;
  for (const auto& page : x.pages)
    rows.push_back(store_page(g, page, touched));
  for (const auto& id : x.known) {
    auto row = document_row(g.db, id);
    if (row == 0)
      return no_such_document(id);
    rows.push_back(row);
  }
  std::set<document_id> outdated;
  for (auto row : touched)
    if (is_outdated(g.db, row))
      outdated.insert(id_of(g.db, row));
  answer.outdated.assign(outdated.begin(), outdated.end());
  if (rows.empty())
    return {};
  for (const auto& name : x.collections) {
    auto collection = join_collection(g, name, x.research, rows);
    for (const auto& id : make_room(g, collection, rows))
      answer.left.push_back({id, name});
  }
  return {};
}

void update_row(connection& db, const standing& s, const research_progress& p) {
  db.run("update ledger set last_seq = ?, phase = ?, pages_found = ?, pages_fetched = ?, pages_failed = ?, "
         "passages = ?, sources = ? where row = ?",
         s.last_seq, to_string(p.phase), p.pages_found, p.pages_fetched, p.pages_failed, p.passages, p.sources, s.row);
}

/// A statement of its own, as the one above leaves the indexes of states and leases alone.
void end_row(connection& db, const standing& s, const commit_research& x) {
  const auto& p = x.progress;
  const auto why = x.status == research_status::failed ? x.failure : error{errc::none, {}, {}};
  db.run("update ledger set state = ?, phase = 'ended', lease_until = 0, finished_at = ?, error_code = ?, "
         "error_message = ?, error_advice = ?, last_seq = ?, pages_found = ?, pages_fetched = ?, pages_failed = ?, "
         "passages = ?, sources = ? where row = ?",
         to_string(x.status), to_ns(x.events.back().at), to_string(why.code), why.message, why.advice, s.last_seq,
         p.pages_found, p.pages_fetched, p.pages_failed, p.passages, p.sources, s.row);
}

} // namespace

expected<write_answer> commit(group& g, const commit_research& x) {
  auto s = find_standing(g.db, x.research);
  if (!s)
    return no_such_research(x.research);
  if (s->status != research_status::running || s->epoch != x.epoch.value)
    return fenced(x);
  commit_ack answer;
  if (auto stored = store_documents(g, x, answer); !stored)
    return tl::make_unexpected(stored.error());
  append_events(g, x.research, *s, x.epoch.value, x.events);
  for (const auto& report : x.final_report)
    g.db.run("insert or replace into reports (research, body) values (?, ?)", s->row, encode_report(report));
  for (const auto& letter : x.dead)
    bury(g.db, s->row, letter);
  if (is_final(x.status))
    end_row(g.db, *s, x);
  else
    update_row(g.db, *s, x.progress);
  answer.last = event_seq{s->last_seq};
  return done(std::move(answer));
}

} // namespace troupe::storage::sqlite
