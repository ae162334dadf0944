#include "storage/postgres/dead_letters.hpp"

#include <algorithm>

#include "storage/postgres/ledger.hpp"
#include "storage/postgres/rows.hpp"

namespace troupe::storage::postgres {

namespace {

#define TROUPE_LETTER                                                                                                  \
  "select d.id, d.queue, l.id, d.subject, d.attempts, d.error_code, d.error_message, d.error_advice, d.at, "           \
  "d.research from dead_letters d join ledger l on l.row = d.research "

dead_letter read_letter(const rows& r, std::size_t i) {
  dead_letter x;
  x.id = r.text(i, 0);
  x.queue = r.text(i, 1);
  x.research = research_id{std::string{r.text(i, 2)}};
  x.subject = r.text(i, 3);
  x.attempts = r.as<std::uint32_t>(i, 4);
  x.why = {errc_from(std::string{r.text(i, 5)}), std::string{r.text(i, 6)}, std::string{r.text(i, 7)}};
  x.at = from_ns(r.integer(i, 8));
  return x;
}

} // namespace

void bury(connection& db, std::int64_t row, const dead_letter& x) {
  db.run("delete from dead_letters where research = $1::bigint and queue = $2 and subject = $3", row, x.queue,
         x.subject);
  db.run("insert into dead_letters (id, queue, research, subject, attempts, error_code, error_message, error_advice, "
         "at) values ($1, $2, $3::bigint, $4, $5::bigint, $6, $7, $8, $9::bigint)",
         x.id, x.queue, row, x.subject, x.attempts, to_string(x.why.code), x.why.message, x.why.advice, to_ns(x.at));
}

expected<write_answer> settle(group& g, const settle_dead_letter& x) {
  auto r = g.db.run(TROUPE_LETTER "where d.id = $1 for update of d", x.id);
  if (r.empty())
    return fail(errc::not_found, "there is no dead letter of this id",
                "GET /api/v1/dead-letters lists those there are.");
  settled_dead_letter answer;
  answer.letter = read_letter(r, 0);
  if (x.requeue) {
    auto row = row_of(g.db, r.integer(0, 9));
    if (!row)
      return tl::make_unexpected(row.error());
    accept_research ask;
    ask.id = x.as;
    ask.request = asked_again(*row, answer.letter);
    ask.granted = row->granted;
    ask.at = x.at;
    auto accepted = accept(g, ask);
    if (!accepted)
      return accepted;
    answer.accepted.push_back(std::move(std::get<accepted_research>(*accepted).row));
  }
  g.db.run("delete from dead_letters where id = $1", x.id);
  return done(std::move(answer));
}

dead_letter_list list_buried(connection& db, const list_dead_letters& x) {
  dead_letter_list result;
  auto limit = std::clamp(x.limit, std::uint32_t{1}, most_rows);
  // Ids sort by time; above '~' sorts nothing that an id may hold.
  auto r = db.run(TROUPE_LETTER "where d.id < $1 order by d.id desc limit $2::bigint",
                  x.after.empty() ? std::string{"~"} : x.after, limit + 1);
  for (std::size_t i = 0; i < r.size(); ++i) {
    if (result.items.size() == limit) {
      result.next = result.items.back().id;
      break;
    }
    result.items.push_back(read_letter(r, i));
  }
  return result;
}

} // namespace troupe::storage::postgres
