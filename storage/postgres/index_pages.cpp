#include "storage/postgres/index_pages.hpp"

#include <algorithm>
#include <unordered_map>

#include "storage/packing.hpp"
#include "storage/postgres/library.hpp"
#include "storage/rules.hpp"

namespace troupe::storage::postgres {

namespace {

constexpr auto from_backup = "Restore the database or the blobs from a backup.";

/// A page under way: what is asked for all its documents at once.
struct filling {
  connection& db;
  std::vector<indexed_document> documents;
  std::vector<std::uint64_t> bytes;
  std::unordered_map<std::int64_t, std::size_t> places; ///< by row
  array numbers, years;

  indexed_document& of(const rows& r, std::size_t i) { return documents[places.at(r.integer(i, 0))]; }
};

void add_addresses(filling& f) {
  auto r = f.db.run("select distinct on (document) document, url, fetched_at from fetches "
                    "where document = any($1::bigint[]) order by document, fetched_at desc",
                    f.numbers);
  for (std::size_t i = 0; i < r.size(); ++i) {
    f.of(r, i).url = r.text(i, 1);
    f.of(r, i).fetched_at = from_ns(r.integer(i, 2));
  }
}

void add_collections(filling& f) {
  auto r = f.db.run("select m.document, c.name from document_collections m join collections c on c.row = m.collection "
                    "where m.document = any($1::bigint[]) order by c.row",
                    f.numbers);
  for (std::size_t i = 0; i < r.size(); ++i)
    f.of(r, i).collections.emplace_back(std::string{r.text(i, 1)});
}

void add_passages(filling& f) {
  auto r = f.db.run("select p.document, p.ordinal, p.start, p.\"end\", p.heading from passages p "
                    "join unnest($1::smallint[], $2::bigint[]) d(year, row) on p.year = d.year and p.document = d.row "
                    "order by p.document, p.ordinal",
                    f.years, f.numbers);
  for (std::size_t i = 0; i < r.size(); ++i)
    f.of(r, i).embedded.passages.push_back(
      {r.as<std::uint32_t>(i, 1), r.as<std::uint32_t>(i, 2), r.as<std::uint32_t>(i, 3), std::string{r.text(i, 4)}, {}});
}

expected<void> add_embeddings(filling& f) {
  auto r = f.db.run("select distinct on (document) document, model, dimension, scales, vectors from embeddings "
                    "where document = any($1::bigint[]) order by document, row desc",
                    f.numbers);
  for (std::size_t i = 0; i < r.size(); ++i) {
    auto vectors = unpack_embeddings(r.as<std::size_t>(i, 2), r.bytes(i, 3), r.bytes(i, 4));
    if (!vectors)
      return tl::make_unexpected(vectors.error());
    f.of(r, i).embedded.model = r.text(i, 1);
    f.of(r, i).embedded.embeddings = std::move(*vectors);
  }
  return {};
}

/// Whether the snapshot is there: another process may have taken it away by now.
expected<bool> add_texts(blob_store& blobs, std::uint64_t bytes, embedded_document& to) {
  auto text = read_snapshot(blobs, to.document.value, bytes);
  if (!text && text.error().code == errc::not_found)
    return false;
  if (!text)
    return tl::make_unexpected(text.error());
  for (auto& p : to.passages) {
    if (p.start > p.end || p.end > text->size())
      return fail(errc::storage_failed, "a passage leaves its snapshot", from_backup);
    p.text = text->substr(p.start, p.end - p.start);
  }
  return true;
}

} // namespace

expected<std::string> read_snapshot(blob_store& blobs, const std::string& id, std::uint64_t bytes) {
  auto text = blobs.get(id);
  if (text && text->size() != bytes)
    return fail(errc::storage_failed, "the snapshot " + id + " is damaged", from_backup);
  return text;
}

expected<index_page> read_index_page(connection& db, blob_store& blobs, const load_index& x) {
  index_page page;
  page.last_row = x.after_row;
  auto limit = std::clamp(x.limit, std::uint32_t{1}, most_documents);
  auto r = db.run("select row, encode(id, 'hex'), bytes, title, language, published, year from documents "
                  "where row > $1::bigint order by row limit $2::bigint",
                  x.after_row, limit + 1);
  filling f{db, {}, {}, {}, {}, {}};
  std::set<std::int64_t> all;
  std::uint64_t taken = 0;
  std::size_t n = 0;
  for (; n < r.size(); ++n) {
    auto bytes = r.as<std::uint64_t>(n, 2);
    if (n == limit || (taken != 0 && taken + bytes > most_text_bytes))
      break;
    taken += x.brief ? 0 : bytes;
    page.last_row = r.as<std::uint64_t>(n, 0);
    indexed_document d;
    d.embedded.document = document_id{std::string{r.text(n, 1)}};
    d.title = r.text(n, 3);
    d.language = r.text(n, 4);
    d.published = r.text(n, 5);
    f.places.emplace(r.integer(n, 0), f.documents.size());
    f.documents.push_back(std::move(d));
    f.bytes.push_back(bytes);
    f.numbers.add(r.integer(n, 0));
    f.years.add(r.integer(n, 6));
    all.insert(r.integer(n, 0));
  }
  page.done = n == r.size();
  if (f.documents.empty())
    return page;
  add_addresses(f);
  add_collections(f);
  if (!x.brief) {
    add_passages(f);
    if (auto added = add_embeddings(f); !added)
      return tl::make_unexpected(added.error());
  }
  auto outdated = outdated_of(db, all);
  for (std::size_t i = 0; i < f.documents.size(); ++i) {
    auto& d = f.documents[i];
    d.outdated = outdated.contains(d.embedded.document);
    if (!x.brief) {
      auto there = add_texts(blobs, f.bytes[i], d.embedded);
      if (!there)
        return tl::make_unexpected(there.error());
      if (!*there)
        continue;
    }
    page.documents.push_back(std::move(d));
  }
  return page;
}

} // namespace troupe::storage::postgres
