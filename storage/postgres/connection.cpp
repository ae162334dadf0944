#include "storage/postgres/connection.hpp"

#include <algorithm>
#include <charconv>
#include <pqxx/pqxx>

namespace troupe::storage::postgres {

namespace {

// libpqxx 6 (Debian 12) and 7 (Debian 13) differ in how values are given that are counted at run time only.
#if PQXX_VERSION_MAJOR >= 7
pqxx::result ask(pqxx::nontransaction& to, const std::string& sql, const std::vector<std::string>& xs) {
  pqxx::params values;
  for (const auto& x : xs)
    values.append(x);
  return to.exec(sql, values);
}
std::string_view text_of(const pqxx::field& x) { return x.view(); }
#else
pqxx::result ask(pqxx::nontransaction& to, const std::string& sql, const std::vector<std::string>& xs) {
  return to.exec_params(sql, pqxx::prepare::make_dynamic_params(xs));
}
std::string_view text_of(const pqxx::field& x) { return {x.c_str(), x.size()}; }
#endif

constexpr auto go_on = "Writing goes on by itself when the database is back.";
constexpr auto look_at_url = "Look at DATABASE_URL and whether the server runs and lets this user in.";

std::string first_line(std::string_view text) {
  constexpr std::string_view label = "ERROR:  ";
  text = text.substr(0, text.find('\n'));
  if (text.starts_with(label))
    text.remove_prefix(label.size());
  return std::string{text};
}

failure passing(const std::string& why) {
  return {failure::kind::passing,
          {errc::unavailable, "PostgreSQL could not order two writes: " + first_line(why), "Try again."}};
}

failure cut_off(const std::string& why) {
  return {failure::kind::cut_off,
          {errc::unavailable, "the connection to PostgreSQL is gone: " + first_line(why), go_on}};
}

/// By SQLSTATE (PostgreSQL manual, appendix A).
failure describe(const pqxx::sql_error& x) {
  using kind = failure::kind;
  const auto& state = x.sqlstate();
  auto said = first_line(x.what());
  auto of_class = [&](std::string_view c) { return state.starts_with(c); };
  if (state == "40001" || state == "40P01" || state == "55P03")
    return passing(said);
  if (state == "53100")
    return {kind::lasting, {errc::disk_full, "the disk of PostgreSQL is full", "Free some space on its server."}};
  // No code: not the server said it but libpq, which lost it.
  if (state.empty() || of_class("08") || of_class("57P"))
    return cut_off(said);
  if (state == "57014")
    return {kind::lasting,
            {errc::deadline_exceeded, "PostgreSQL took too long for a statement", "Look at its load, or try again."}};
  if (of_class("53"))
    return {kind::lasting, {errc::unavailable, "PostgreSQL has no room for this: " + said, go_on}};
  if (of_class("22") || of_class("23"))
    return {kind::of_the_op, {errc::storage_failed, "PostgreSQL refused: " + said, "Report this with the node's log."}};
  if (of_class("28") || of_class("3D") || state == "42501")
    return {kind::lasting, {errc::storage_failed, "PostgreSQL refuses this: " + said, look_at_url}};
  if (state == "25006")
    return {kind::lasting,
            {errc::storage_failed, "PostgreSQL takes no writes: " + said, "Name the primary in DATABASE_URL."}};
  return {kind::lasting, {errc::storage_failed, "PostgreSQL refused: " + said, "Report this with the node's log."}};
}

/// Runs `f`, libpqxx's exceptions made ours.
template <class F>
auto translated(F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const pqxx::broken_connection& x) {
    throw cut_off(x.what());
  } catch (const pqxx::transaction_rollback& x) { // in libpqxx 6 no sql_error
    throw passing(x.what());
  } catch (const pqxx::sql_error& x) {
    throw describe(x);
  } catch (const pqxx::failure& x) {
    throw failure{failure::kind::lasting,
                  {errc::storage_failed, std::string{"PostgreSQL failed: "} + first_line(x.what()), look_at_url}};
  }
}

bool is_plain_name(std::string_view x) {
  auto plain = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !x.empty() && x.size() < 64 && (x[0] < '0' || x[0] > '9') && std::all_of(x.begin(), x.end(), plain);
}

} // namespace

// -- rows -------------------------------------------------------------------------------------------------------------

struct rows::answer {
  pqxx::result result;
};

namespace {

pqxx::field cell(const pqxx::result& x, std::size_t row, int column) {
  return x[static_cast<pqxx::result::size_type>(row)][static_cast<pqxx::row::size_type>(column)];
}

} // namespace

rows::rows(std::shared_ptr<const answer> x) : answer_(std::move(x)) {}

std::size_t rows::size() const { return static_cast<std::size_t>(answer_->result.size()); }

std::int64_t rows::affected() const { return static_cast<std::int64_t>(answer_->result.affected_rows()); }

std::int64_t rows::integer(std::size_t row, int column) const {
  auto x = text(row, column);
  std::int64_t value = 0;
  std::from_chars(x.data(), x.data() + x.size(), value);
  return value;
}

std::string_view rows::text(std::size_t row, int column) const { return text_of(cell(answer_->result, row, column)); }

// -- connection -------------------------------------------------------------------------------------------------------

namespace {

/// Adds `name=value` where the address says nothing of it: a URL, or libpq's own words with spaces between.
void add_default(std::string& url, const std::string& name, const std::string& value) {
  if (url.find(name + '=') != std::string::npos)
    return;
  auto is_url = url.find("://") != std::string::npos;
  url += !is_url ? ' ' : url.find('?') == std::string::npos ? '?' : '&';
  url += name + '=' + value;
}

} // namespace

expected<address> read_address(const std::string& url) {
  address result;
  result.url = url;
  constexpr std::string_view name = "schema=";
  auto question = url.find('?');
  auto at = question == std::string::npos ? question : url.find(name, question);
  if (at != std::string::npos && (url[at - 1] == '?' || url[at - 1] == '&')) {
    auto end = std::min(url.find('&', at), url.size());
    result.schema = url.substr(at + name.size(), end - at - name.size());
    if (!is_plain_name(result.schema))
      return fail(errc::invalid_argument, "the schema in DATABASE_URL is no plain name",
                  "Use small letters, digits and underscores, at most 63.");
    // With the sign before it, or, at the head of several, the one behind.
    if (end < url.size())
      result.url.erase(at, end + 1 - at);
    else
      result.url.erase(at - 1);
  }
  add_default(result.url, "connect_timeout", "10");
  add_default(result.url, "tcp_user_timeout", "30000");
  return result;
}

struct connection::session {
  explicit session(const std::string& url) : link(url), work(link) {}
  pqxx::connection link;
  pqxx::nontransaction work; ///< transactions are begun and ended by statements of ours
};

connection::connection(address to) : to_(std::move(to)) {}
connection::~connection() { rollback(); }

connection::session& connection::connected() {
  if (!session_) {
    try {
      session_ = translated([&] { return std::make_unique<session>(to_.url); });
    } catch (const failure& x) {
      // Not tried again at once: the next group, or the next question, does.
      throw failure{failure::kind::lasting,
                    {errc::unavailable, "can't reach PostgreSQL: " + x.what_happened.message, look_at_url}};
    }
  }
  return *session_;
}

/// Runs `f`; a connection that turned out to be gone is made anew next time.
template <class F>
auto connection::watched(F&& f) -> decltype(f()) {
  try {
    return translated(f);
  } catch (const failure& x) {
    if (x.how == failure::kind::cut_off) {
      session_.reset();
      begun_ = false;
    }
    throw;
  }
}

rows connection::execute(std::string_view sql, const std::vector<std::string>& xs) {
  auto& s = connected();
  auto result = watched([&] { return ask(s.work, std::string{sql}, xs); });
  writes_ += result.affected_rows() > 0 ? 1 : 0; // of a read as well: the rows it answers
  return rows{std::make_shared<const rows::answer>(rows::answer{result})};
}

void connection::begin(access how) {
  rollback();
  if (how == access::read)
    run("begin isolation level repeatable read, read only");
  else
    run("begin");
  begun_ = true;
  // For this transaction only: a pooler gives the session to others after it.
  run("select set_config('statement_timeout', $1, true), set_config('synchronous_commit', $2, true), "
      "case when $3 <> '' then set_config('search_path', $3, true) end",
      to_.within_ms, to_.durable ? "on" : "off", to_.schema);
}

void connection::commit() {
  run("commit");
  begun_ = false;
}

void connection::rollback() noexcept {
  if (!std::exchange(begun_, false))
    return;
  try {
    run("rollback");
  } catch (...) {
    session_.reset();
  }
}

void connection::script(std::string_view sql) {
  auto& s = connected();
  watched([&] { return s.work.exec(std::string{sql}); });
}

} // namespace troupe::storage::postgres
