#include "storage/sqlite/dead_letters.hpp"

#include <algorithm>

#include "storage/sqlite/ledger.hpp"
#include "storage/sqlite/rows.hpp"

namespace troupe::storage::sqlite {

namespace {

#define TROUPE_SELECT_LETTER                                                                                           \
  "select d.id, d.queue, l.id, d.subject, d.attempts, d.error_code, d.error_message, d.error_advice, d.at, "           \
  "d.research from dead_letters d join ledger l on l.row = d.research "

dead_letter read_letter(const cursor& c) {
  dead_letter x;
  x.id = c.text(0);
  x.queue = c.text(1);
  x.research = research_id{std::string{c.text(2)}};
  x.subject = c.text(3);
  x.attempts = c.as<std::uint32_t>(4);
  x.why = {errc_from(std::string{c.text(5)}), std::string{c.text(6)}, std::string{c.text(7)}};
  x.at = from_ns(c.integer(8));
  return x;
}

} // namespace

void bury(connection& db, std::int64_t row, const dead_letter& x) {
  db.run("delete from dead_letters where research = ? and queue = ? and subject = ?", row, x.queue, x.subject);
  db.run(
    "insert into dead_letters (id, queue, research, subject, attempts, error_code, error_message, error_advice, at) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    x.id, x.queue, row, x.subject, x.attempts, to_string(x.why.code), x.why.message, x.why.advice, to_ns(x.at));
}

expected<write_answer> settle(group& g, const settle_dead_letter& x, std::uint32_t ledger_limit) {
  settled_dead_letter answer;
  std::int64_t research = 0;
  {
    auto c = g.db.query(TROUPE_SELECT_LETTER "where d.id = ?", x.id);
    if (!c.next())
      return fail(errc::not_found, "there is no dead letter of this id",
                  "GET /api/v1/dead-letters lists those there are.");
    answer.letter = read_letter(c);
    research = c.integer(9);
  }
  if (x.requeue) {
    auto row = row_of(g.db, research);
    if (!row)
      return tl::make_unexpected(row.error());
    accept_research ask;
    ask.id = x.as;
    ask.request = asked_again(*row, answer.letter);
    ask.granted = row->granted;
    ask.at = x.at;
    auto accepted = accept(g, ask, ledger_limit);
    if (!accepted)
      return accepted;
    answer.accepted.push_back(std::move(std::get<accepted_research>(*accepted).row));
  }
  g.db.run("delete from dead_letters where id = ?", x.id);
  return done(std::move(answer));
}

dead_letter_list list_buried(connection& db, const list_dead_letters& x) {
  dead_letter_list result;
  auto limit = std::clamp(x.limit, std::uint32_t{1}, most_rows);
  // Ids sort by time; above '~' sorts nothing that an id may hold.
  const auto after = x.after.empty() ? std::string{"~"} : x.after;
  auto c = db.query(TROUPE_SELECT_LETTER "where d.id < ? order by d.id desc limit ?", after, limit + 1);
  while (c.next()) {
    if (result.items.size() == limit) {
      result.next = result.items.back().id;
      break;
    }
    result.items.push_back(read_letter(c));
  }
  return result;
}

} // namespace troupe::storage::sqlite
