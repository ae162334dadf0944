#include "storage/sqlite/index_pages.hpp"

#include <algorithm>

#include "storage/failure.hpp"
#include "storage/packing.hpp"
#include "storage/sqlite/library.hpp"
#include "storage/sqlite/rows.hpp"

namespace troupe::storage::sqlite {

namespace {

expected<void> add_passages(connection& db, std::int64_t row, const std::string& text, embedded_document& to) {
  auto c = db.query("select ordinal, start, end, heading from passages where document = ? order by ordinal", row);
  while (c.next()) {
    passage p{c.as<std::uint32_t>(0), c.as<std::uint32_t>(1), c.as<std::uint32_t>(2), std::string{c.text(3)}, {}};
    if (p.start > p.end || p.end > text.size())
      return fail(errc::storage_failed, "a passage leaves its snapshot", start_afresh);
    p.text = text.substr(p.start, p.end - p.start);
    to.passages.push_back(std::move(p));
  }
  return {};
}

expected<void> add_embeddings(connection& db, std::int64_t row, embedded_document& to) {
  auto c = db.query(
    "select model, dimension, scales, vectors from embeddings where document = ? order by row desc limit 1", row);
  if (!c.next())
    return {};
  auto vectors = unpack_embeddings(c.as<std::size_t>(1), c.text(2), c.text(3));
  if (!vectors)
    return tl::make_unexpected(vectors.error());
  to.model = c.text(0);
  to.embeddings = std::move(*vectors);
  return {};
}

/// Whether the snapshot is there: another process may have taken it away by now.
expected<bool> add_content(connection& db, blob_store& blobs, std::int64_t row, std::uint64_t bytes,
                           embedded_document& to) {
  auto text = read_snapshot(blobs, to.document.value, bytes);
  if (!text && text.error().code == errc::not_found)
    return false;
  if (!text)
    return tl::make_unexpected(text.error());
  if (auto added = add_passages(db, row, *text, to); !added)
    return tl::make_unexpected(added.error());
  if (auto added = add_embeddings(db, row, to); !added)
    return tl::make_unexpected(added.error());
  return true;
}

void add_address(connection& db, std::int64_t row, indexed_document& to) {
  auto c = db.query("select url, fetched_at from fetches where document = ? order by fetched_at desc limit 1", row);
  if (c.next()) {
    to.url = c.text(0);
    to.fetched_at = from_ns(c.integer(1));
  }
}

void add_collections(connection& db, std::int64_t row, indexed_document& to) {
  auto c = db.query("select c.name from document_collections m join collections c on c.row = m.collection "
                    "where m.document = ? order by c.row",
                    row);
  while (c.next())
    to.collections.emplace_back(std::string{c.text(0)});
}

} // namespace

expected<std::string> read_snapshot(blob_store& blobs, const std::string& id, std::uint64_t bytes) {
  auto text = blobs.get(id);
  if (text && text->size() != bytes)
    return fail(errc::storage_failed, "the snapshot " + id + " is damaged", start_afresh);
  return text;
}

expected<index_page> read_index_page(connection& db, blob_store& blobs, const load_index& x) {
  index_page page;
  page.last_row = x.after_row;
  auto limit = std::clamp(x.limit, std::uint32_t{1}, most_documents);
  std::uint64_t taken = 0;
  auto c =
    db.query("select row, id, bytes, title, language, published from documents where row > ? order by row limit ?",
             x.after_row, limit + 1);
  for (std::uint32_t seen = 0; c.next(); ++seen) {
    if (seen == limit || (taken != 0 && taken + c.as<std::uint64_t>(2) > most_text_bytes))
      return page;
    taken += x.brief ? 0 : c.as<std::uint64_t>(2);
    page.last_row = c.as<std::uint64_t>(0);
    indexed_document d;
    d.embedded.document = document_id{to_hex(c.text(1))};
    d.title = c.text(3);
    d.language = c.text(4);
    d.published = c.text(5);
    auto row = c.integer(0);
    if (!x.brief) {
      auto there = add_content(db, blobs, row, c.as<std::uint64_t>(2), d.embedded);
      if (!there)
        return tl::make_unexpected(there.error());
      if (!*there)
        continue;
    }
    add_address(db, row, d);
    add_collections(db, row, d);
    d.outdated = is_outdated(db, row);
    page.documents.push_back(std::move(d));
  }
  page.done = true;
  return page;
}

} // namespace troupe::storage::sqlite
