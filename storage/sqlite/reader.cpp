#include <algorithm>

#include "protocols/json/research_json.hpp"
#include "storage/packing.hpp"
#include "storage/sqlite/dead_letters.hpp"
#include "storage/sqlite/index_pages.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/writer.hpp"

namespace troupe::storage::sqlite {

namespace {

/// Several statements that see the same commit.
class view {
public:
  explicit view(connection& db) : db_(db) { db_.run("begin"); }
  view(const view&) = delete;
  view& operator=(const view&) = delete;
  ~view() { db_.rollback(); }

private:
  connection& db_;
};

class sqlite_reader final : public reader {
public:
  sqlite_reader(std::unique_ptr<connection> db, std::shared_ptr<blob_store> blobs)
    : db_(std::move(db)), blobs_(std::move(blobs)) {}

  expected<research_row> get(const get_research& x) override {
    return guarded([&]() -> expected<research_row> {
      auto c = db_->query(TROUPE_SELECT_ROW "where l.id = ?", x.research.value);
      if (!c.next())
        return no_such_research(x.research);
      return read_row(c);
    });
  }

  expected<research_list> list(const list_research& x) override {
    return guarded([&]() -> expected<research_list> {
      research_list result;
      auto limit = std::clamp(x.limit, std::uint32_t{1}, most_rows);
      // Ids sort by creation; above '~' sorts nothing that an id may hold.
      const auto after = x.after.empty() ? std::string{"~"} : x.after;
      auto c = x.status.empty()
                 ? db_->query(TROUPE_SELECT_ROW "where l.id < ? order by l.id desc limit ?", after, limit + 1)
               : x.status == "queued"
                 ? db_->query(TROUPE_SELECT_ROW "where l.row in ("
                                                " select row from ledger indexed by ledger_queue"
                                                "  where state = 'queued' and held = 0"
                                                " union all"
                                                " select row from ledger indexed by ledger_held"
                                                "  where state = 'queued' and held = 1) "
                                                "and l.id < ? order by l.id desc limit ?",
                              after, limit + 1)
                 : db_->query(TROUPE_SELECT_ROW "indexed by ledger_states where l.state <> 'queued' and l.state = ? "
                                                "and l.id < ? order by l.id desc limit ?",
                              x.status, after, limit + 1);
      while (c.next()) {
        if (result.items.size() == limit) {
          result.next = result.items.back().id.value;
          break;
        }
        auto row = read_row(c);
        if (!row)
          return tl::make_unexpected(row.error());
        result.items.push_back(std::move(*row));
      }
      return result;
    });
  }

  expected<event_page> events(const read_events& x) override {
    return guarded([&]() -> expected<event_page> {
      view together{*db_};
      auto s = find_standing(*db_, x.research);
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
    return guarded([&]() -> expected<report> {
      view together{*db_};
      auto s = find_standing(*db_, x.research);
      if (!s)
        return no_such_research(x.research);
      auto c = db_->query("select body from reports where research = ?", s->row);
      if (c.next())
        return parse_report(c.text(0));
      return tl::make_unexpected(no_report(s->status));
    });
  }

  expected<dead_letter_list> list(const list_dead_letters& x) override {
    return guarded([&]() -> expected<dead_letter_list> { return list_buried(*db_, x); });
  }

  expected<document> get(const get_document& x) override {
    return guarded([&]() -> expected<document> { return find_document(x.document); });
  }

  expected<fetch_list> find(const find_fetches& x) override {
    if (x.urls.size() > most_addresses)
      return too_many_addresses();
    return guarded([&]() -> expected<fetch_list> {
      view together{*db_};
      fetch_list result;
      for (const auto& url : x.urls)
        if (auto added = add_fetch(url, x.with_links, result); !added)
          return tl::make_unexpected(added.error());
      return result;
    });
  }

  expected<index_page> load(const load_index& x) override {
    return guarded([&]() -> expected<index_page> {
      view together{*db_};
      return read_index_page(*db_, *blobs_, x);
    });
  }

  expected<store_figures> figures(const get_store_figures&) override {
    return guarded([&]() -> expected<store_figures> {
      view together{*db_};
      auto count = [&](sql_text sql) { return static_cast<std::uint64_t>(db_->number(0, sql)); };
      store_figures f;
      f.queued = count(TROUPE_COUNT_QUEUED);
      f.held = count(TROUPE_COUNT_HELD);
      f.running = count("select count(*) from ledger where state = 'running'");
      f.documents = count("select value from totals where name = 'documents'");
      f.passages = count("select value from totals where name = 'passages'");
      auto c =
        db_->query("select name, documents from collections where evidence = 0 order by name limit ?", most_rows);
      while (c.next())
        f.collections.emplace_back(c.text(0), c.as<std::uint64_t>(1));
      return f;
    });
  }

private:
  void read_log(const standing& s, const read_events& x, event_page& page) {
    auto limit = std::clamp(x.limit, std::uint32_t{1}, most_events);
    auto most = std::min<std::size_t>(x.max_bytes, most_event_bytes);
    std::size_t bytes = 0;
    auto c = db_->query("select seq, at, type, data from events where research = ? and seq > ? order by seq limit ?",
                        s.row, x.after.value, limit);
    while (c.next()) {
      bytes += c.text(3).size();
      if (bytes > most && !page.events.empty())
        break;
      page.last = event_seq{c.as<std::uint64_t>(0)};
      page.events.push_back(
        {x.research, page.last, from_ns(c.integer(1)), std::string{c.text(2)}, std::string{c.text(3)}});
    }
  }

  expected<document> find_document(const document_id& id) {
    auto missing = [&] {
      return fail(errc::not_found, "there is no document '" + id.value + "'", "Take its id from a report's sources.");
    };
    const auto key = from_hex(id.value);
    if (key.empty())
      return missing();
    auto c = db_->query("select bytes, title, byline, published, language, blocks, pages from documents where id = ?",
                        blob_view{key});
    if (!c.next())
      return missing();
    document d;
    d.id = id;
    d.title = c.text(1);
    d.byline = c.text(2);
    d.published = c.text(3);
    d.language = c.text(4);
    auto blocks = unpack_blocks(c.text(5));
    auto pages = unpack_offsets(c.text(6));
    auto text = read_snapshot(*blobs_, id.value, c.as<std::uint64_t>(0));
    if (!blocks || !text || !pages)
      return tl::make_unexpected(!blocks ? blocks.error() : !text ? text.error() : pages.error());
    d.pages = std::move(*pages);
    d.blocks = std::move(*blocks);
    d.text = std::move(*text);
    return d;
  }

  expected<void> add_fetch(const std::string& url, bool with_links, fetch_list& to) {
    auto c = db_->query("select f.final_url, f.fetched_at, f.status, f.media_type, f.raw_sha256, f.validator, f.bytes, "
                        "d.id, iif(?2, f.links, x''), d.title, d.passages, d.bytes, f.access, f.simhash from fetches f "
                        "join documents d on d.row = f.document "
                        "where f.url = ?1 order by f.fetched_at desc, f.row desc limit 1",
                        url, with_links);
    if (!c.next())
      return {};
    fetch_record f;
    f.url = url;
    f.final_url = c.text(0);
    f.fetched_at = from_ns(c.integer(1));
    f.status = c.as<std::uint16_t>(2);
    f.media_type = c.text(3);
    f.raw_sha256 = c.text(4);
    f.validator = c.text(5);
    f.bytes = c.as<std::uint64_t>(6);
    f.document = document_id{to_hex(c.text(7))};
    auto links = unpack_links(c.text(8));
    if (!links)
      return tl::make_unexpected(links.error());
    f.links = std::move(*links);
    f.title = c.text(9);
    f.passages = c.as<std::uint32_t>(10);
    f.nature = {std::string{c.text(12)}, static_cast<std::uint64_t>(c.integer(13))};
    if (!blobs_->has(f.document.value, c.as<std::uint64_t>(11))) { // as if it had never been read, but for its links
      f.document = {};
      f.validator.clear();
    }
    to.items.push_back(std::move(f));
    return {};
  }

  std::unique_ptr<connection> db_;
  std::shared_ptr<blob_store> blobs_;
};

} // namespace

std::unique_ptr<reader> make_reader(std::unique_ptr<connection> db, std::shared_ptr<blob_store> blobs) {
  return std::make_unique<sqlite_reader>(std::move(db), std::move(blobs));
}

} // namespace troupe::storage::sqlite
