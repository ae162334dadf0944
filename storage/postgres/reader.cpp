#include <algorithm>
#include <unordered_map>

#include "protocols/json/research_json.hpp"
#include "storage/packing.hpp"
#include "storage/postgres/dead_letters.hpp"
#include "storage/postgres/index_pages.hpp"
#include "storage/postgres/rows.hpp"
#include "storage/postgres/writer.hpp"

namespace troupe::storage::postgres {

namespace {

class postgres_reader final : public reader {
public:
  postgres_reader(const address& to, std::shared_ptr<blob_store> blobs) : db_(to), blobs_(std::move(blobs)) {}

  expected<research_row> get(const get_research& x) override {
    return viewed(db_, [&]() -> expected<research_row> {
      auto r = db_.run("select " TROUPE_ROW " from ledger l where l.id = $1", x.research.value);
      if (r.empty())
        return no_such_research(x.research);
      return read_row(r, 0);
    });
  }

  expected<research_list> list(const list_research& x) override {
    return viewed(db_, [&]() -> expected<research_list> {
      research_list result;
      auto limit = std::clamp(x.limit, std::uint32_t{1}, most_rows);
      // Ids sort by creation; above '~' sorts nothing that an id may hold.
      const auto after = x.after.empty() ? std::string{"~"} : x.after;
      auto r = x.status.empty()
                 ? db_.run("select " TROUPE_ROW " from ledger l where l.id < $1 order by l.id desc limit $2::bigint",
                           after, limit + 1)
                 : db_.run("select " TROUPE_ROW " from ledger l where l.state = $3 and l.id < $1 order by l.id desc "
                           "limit $2::bigint",
                           after, limit + 1, x.status);
      for (std::size_t i = 0; i < r.size(); ++i) {
        if (result.items.size() == limit) {
          result.next = result.items.back().id.value;
          break;
        }
        auto row = read_row(r, i);
        if (!row)
          return tl::make_unexpected(row.error());
        result.items.push_back(std::move(*row));
      }
      return result;
    });
  }

  expected<event_page> events(const read_events& x) override {
    return viewed(db_, [&]() -> expected<event_page> {
      auto s = find_standing(db_, x.research);
      if (!s)
        return no_such_research(x.research);
      event_page page;
      page.last = x.after;
      read_log(*s, x, page);
      page.final = is_final(s->status) && page.last.value >= s->last_seq;
      return page;
    });
  }

  expected<report> get(const get_report& x) override {
    return viewed(db_, [&]() -> expected<report> {
      auto s = find_standing(db_, x.research);
      if (!s)
        return no_such_research(x.research);
      auto r = db_.run("select body from reports where research = $1::bigint", s->row);
      if (!r.empty())
        return parse_report(r.text(0, 0));
      return tl::make_unexpected(no_report(s->status));
    });
  }

  expected<dead_letter_list> list(const list_dead_letters& x) override {
    return viewed(db_, [&]() -> expected<dead_letter_list> { return list_buried(db_, x); });
  }

  expected<document> get(const get_document& x) override {
    return viewed(db_, [&]() -> expected<document> { return find_document(x.document); });
  }

  expected<fetch_list> find(const find_fetches& x) override {
    if (x.urls.size() > most_addresses)
      return too_many_addresses();
    return viewed(db_, [&]() -> expected<fetch_list> { return find_newest(x); });
  }

  expected<index_page> load(const load_index& x) override {
    return viewed(db_, [&]() -> expected<index_page> { return read_index_page(db_, *blobs_, x); });
  }

  expected<store_figures> figures(const get_store_figures&) override {
    return viewed(db_, [&]() -> expected<store_figures> {
      auto r = db_.run("select (select count(*) from ledger where state = 'queued' and not held),"
                       " (select count(*) from ledger where state = 'queued' and held),"
                       " (select count(*) from ledger where state = 'running'),"
                       " (select value from totals where name = 'documents'),"
                       " (select value from totals where name = 'passages')");
      store_figures f;
      f.queued = r.as<std::uint64_t>(0, 0);
      f.held = r.as<std::uint64_t>(0, 1);
      f.running = r.as<std::uint64_t>(0, 2);
      f.documents = r.as<std::uint64_t>(0, 3);
      f.passages = r.as<std::uint64_t>(0, 4);
      auto named =
        db_.run("select name, documents from collections where not evidence order by name limit $1::bigint", most_rows);
      for (std::size_t i = 0; i < named.size(); ++i)
        f.collections.emplace_back(named.text(i, 0), named.as<std::uint64_t>(i, 1));
      return f;
    });
  }

private:
  void read_log(const standing& s, const read_events& x, event_page& page) {
    auto limit = std::clamp(x.limit, std::uint32_t{1}, most_events);
    auto most = std::min<std::size_t>(x.max_bytes, most_event_bytes);
    // As many as fit, and the first however long it is.
    auto r = db_.run("select seq, at, type, data from (select seq, at, type, data, "
                     "sum(octet_length(data)) over (order by seq) as bytes, row_number() over (order by seq) as place "
                     "from (select * from events where research = $1::bigint and seq > $2::bigint order by seq "
                     "limit $3::bigint) page) sized where bytes <= $4::bigint or place = 1 order by seq",
                     s.row, x.after.value, limit, most);
    for (std::size_t i = 0; i < r.size(); ++i) {
      page.last = event_seq{r.as<std::uint64_t>(i, 0)};
      page.events.push_back(
        {x.research, page.last, from_ns(r.integer(i, 1)), std::string{r.text(i, 2)}, std::string{r.text(i, 3)}});
    }
  }

  expected<document> find_document(const document_id& id) {
    auto missing = [&] {
      return fail(errc::not_found, "there is no document '" + id.value + "'", "Take its id from a report's sources.");
    };
    const auto key = from_hex(id.value);
    if (key.empty())
      return missing();
    auto r = db_.run("select bytes, title, byline, published, language, blocks, pages from documents "
                     "where id = $1::bytea",
                     bytes_view{key});
    if (r.empty())
      return missing();
    document d;
    d.id = id;
    d.title = r.text(0, 1);
    d.byline = r.text(0, 2);
    d.published = r.text(0, 3);
    d.language = r.text(0, 4);
    auto blocks = unpack_blocks(r.bytes(0, 5));
    auto pages = unpack_offsets(r.bytes(0, 6));
    auto text = read_snapshot(*blobs_, id.value, r.as<std::uint64_t>(0, 0));
    if (!blocks || !text || !pages)
      return tl::make_unexpected(!blocks ? blocks.error() : !text ? text.error() : pages.error());
    d.pages = std::move(*pages);
    d.blocks = std::move(*blocks);
    d.text = std::move(*text);
    return d;
  }

  /// In the order in which they were asked for.
  expected<fetch_list> find_newest(const find_fetches& x) {
    array addresses;
    for (const auto& url : x.urls)
      addresses.add(bytes_view{from_hex(sha256_hex(clean(url)))});
    auto r = db_.run("select place, f.final_url, f.fetched_at, f.status, f.media_type, f.raw_sha256, f.validator, "
                     "f.bytes, encode(d.id, 'hex'), case when $2::boolean then f.links else '' end, d.title, "
                     "d.passages, d.bytes, f.access, f.simhash "
                     "from unnest($1::bytea[]) with ordinality asked(address, place) cross join lateral ("
                     " select * from fetches where address = asked.address order by fetched_at desc, row desc limit 1"
                     ") f join documents d on d.row = f.document order by place",
                     addresses, x.with_links);
    fetch_list result;
    for (std::size_t i = 0; i < r.size(); ++i) {
      fetch_record f;
      f.url = x.urls[r.as<std::size_t>(i, 0) - 1];
      f.final_url = r.text(i, 1);
      f.fetched_at = from_ns(r.integer(i, 2));
      f.status = r.as<std::uint16_t>(i, 3);
      f.media_type = r.text(i, 4);
      f.raw_sha256 = r.text(i, 5);
      f.validator = r.text(i, 6);
      f.bytes = r.as<std::uint64_t>(i, 7);
      f.document = document_id{std::string{r.text(i, 8)}};
      auto links = unpack_links(r.bytes(i, 9));
      if (!links)
        return tl::make_unexpected(links.error());
      f.links = std::move(*links);
      f.title = r.text(i, 10);
      f.passages = r.as<std::uint32_t>(i, 11);
      f.nature = {std::string{r.text(i, 13)}, static_cast<std::uint64_t>(r.integer(i, 14))};
      if (!blobs_->has(f.document.value,
                       r.as<std::uint64_t>(i, 12))) { // as if it had never been read, but for its links
        f.document = {};
        f.validator.clear();
      }
      result.items.push_back(std::move(f));
    }
    return result;
  }

  connection db_;
  std::shared_ptr<blob_store> blobs_;
};

} // namespace

std::unique_ptr<reader> make_reader(const address& to, std::shared_ptr<blob_store> blobs) {
  return std::make_unique<postgres_reader>(to, std::move(blobs));
}

} // namespace troupe::storage::postgres
