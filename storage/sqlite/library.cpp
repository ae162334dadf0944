#include "storage/sqlite/library.hpp"

#include <algorithm>

#include "storage/packing.hpp"
#include "storage/sqlite/rows.hpp"

namespace troupe::storage::sqlite {

namespace {

void store_passages(group& g, std::int64_t row, const std::vector<passage>& passages) {
  std::uint32_t ordinal = 0;
  for (const auto& p : passages)
    g.db.run("insert into passages (document, ordinal, start, end, heading) values (?, ?, ?, ?, ?)", row, ordinal++,
             p.start, p.end, p.heading);
  g.passages += static_cast<std::int64_t>(passages.size());
}

void store_embeddings(group& g, std::int64_t row, const embedded_document& x) {
  if (!x.embeddings.empty())
    g.db.run("insert or ignore into embeddings (document, model, dimension, scales, vectors) values (?, ?, ?, ?, ?)",
             row, x.model, dimension_of(x), blob_view{pack_scales(x.embeddings)},
             blob_view{pack_vectors(x.embeddings)});
}

std::int64_t store_document(group& g, const document& x, const std::string& key, std::size_t passages) {
  g.db.run("insert into documents (id, bytes, title, byline, published, language, passages, blocks, pages) "
           "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
           blob_view{key}, x.text.size(), x.title, x.byline, x.published, x.language, passages,
           blob_view{pack_blocks(x.blocks)}, blob_view{pack_offsets(x.pages)});
  ++g.documents;
  return g.db.inserted_row();
}

/// A snapshot that is stored already gains what it lacks: passages if it had none, vectors of another model if they
/// fit the passages it has.
void complete(group& g, std::int64_t row, std::int64_t known, const embedded_document& x) {
  auto given = static_cast<std::int64_t>(x.passages.size());
  if (known == 0 && given != 0) {
    store_passages(g, row, x.passages);
    g.db.run("update documents set passages = ? where row = ?", given, row);
  }
  if (known == 0 || known == given)
    store_embeddings(g, row, x);
}

/// One row an address and snapshot; an older retrieval never replaces a newer one.
void store_fetch(group& g, std::int64_t row, const fetch_record& x) {
  if (x.url.empty())
    return; // an upload has no address
  g.db.run(
    "insert into fetches (url, document, final_url, fetched_at, status, media_type, raw_sha256, validator, bytes, "
    "links, access, simhash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (url, document) do update set "
    "final_url = excluded.final_url, fetched_at = excluded.fetched_at, status = excluded.status, "
    "media_type = excluded.media_type, raw_sha256 = excluded.raw_sha256, validator = excluded.validator, "
    "bytes = excluded.bytes, links = excluded.links, access = excluded.access, simhash = excluded.simhash where "
    "excluded.fetched_at >= fetches.fetched_at",
    x.url, row, x.final_url, to_ns(x.fetched_at), x.status, x.media_type, x.raw_sha256, x.validator, x.bytes,
    blob_view{pack_links(x.links)}, x.nature.access, static_cast<std::int64_t>(x.nature.simhash));
}

} // namespace

std::int64_t document_row(connection& db, const document_id& id) {
  auto key = from_hex(id.value);
  return key.empty() ? 0 : db.number(0, "select row from documents where id = ?", blob_view{key});
}

bool is_stored(connection& db, const document_id& id) { return document_row(db, id) != 0; }

bool is_outdated(connection& db, std::int64_t document) {
  return db.number(0,
                   "select exists (select 1 from fetches where document = ?1) and not exists ("
                   " select 1 from fetches f where f.document = ?1 and not exists ("
                   "  select 1 from fetches g where g.url = f.url and (g.fetched_at, g.row) > (f.fetched_at, f.row)))",
                   document)
         != 0;
}

document_id id_of(connection& db, std::int64_t document) {
  auto c = db.query("select id from documents where row = ?", document);
  return c.next() ? document_id{to_hex(c.text(0))} : document_id{};
}

std::int64_t store_page(group& g, const stored_page& x, std::set<std::int64_t>& touched) {
  auto key = from_hex(x.content.id.value);
  std::int64_t row = 0;
  std::int64_t known = 0;
  {
    auto c = g.db.query("select row, passages from documents where id = ?", blob_view{key});
    if (c.next()) {
      row = c.integer(0);
      known = c.integer(1);
    }
  }
  if (row == 0) {
    row = store_document(g, x.content, key, x.embedded.passages.size());
    store_passages(g, row, x.embedded.passages);
    store_embeddings(g, row, x.embedded);
  } else {
    complete(g, row, known, x.embedded);
  }
  touched.insert(row); // an older retrieval than is known already
  touched.insert(g.db.number(
    row, "select document from fetches where url = ? order by fetched_at desc, row desc limit 1", x.fetch.url));
  store_fetch(g, row, x.fetch);
  return row;
}

std::int64_t join_collection(group& g, const collection_name& name, const research_id& research,
                             std::span<const std::int64_t> documents) {
  auto row = g.db.number(0, "select row from collections where name = ?", name.value);
  if (row == 0) {
    // A page that was given up and comes later, by an ingest of its own, may be the evidence's first.
    auto evidence = name == collection_name{research.value} || find_standing(g.db, research_id{name.value});
    g.db.run("insert into collections (name, evidence) values (?, ?)", name.value, evidence);
    row = g.db.inserted_row();
  }
  std::int64_t joined = 0;
  for (auto document : documents) {
    g.db.run("insert or ignore into document_collections (document, collection) values (?, ?)", document, row);
    joined += g.db.changes();
  }
  if (joined != 0)
    g.db.run("update collections set documents = documents + ? where row = ?", joined, row);
  return row;
}

namespace {

constexpr std::uint32_t most_versions = 10'000; ///< looked at for one document; the rest leaves another time

/// Members of a collection that are snapshots of an address that `document` is a snapshot of too.
void add_other_versions(connection& db, std::int64_t collection, std::int64_t document, std::set<std::int64_t>& to) {
  // In this order: few addresses of one document, few documents of an address, and not the whole collection.
  auto c = db.query("select distinct m.document from fetches f cross join fetches o on o.url = f.url "
                    "cross join document_collections m on m.document = o.document and m.collection = ?1 "
                    "where f.document = ?2 and o.document <> ?2 limit ?3",
                    collection, document, most_versions);
  while (c.next())
    to.insert(c.integer(0));
}

} // namespace

std::set<document_id> make_room(group& g, std::int64_t collection, std::span<const std::int64_t> newer) {
  std::set<document_id> left;
  if (g.db.number(1, "select evidence from collections where row = ?", collection) != 0)
    return left;
  std::set<std::int64_t> others;
  for (auto document : newer)
    add_other_versions(g.db, collection, document, others);
  for (auto document : others) {
    if (!is_outdated(g.db, document))
      continue;
    g.db.run("delete from document_collections where document = ? and collection = ?", document, collection);
    left.insert(id_of(g.db, document));
  }
  if (!left.empty())
    g.db.run("update collections set documents = documents - ? where row = ?", left.size(), collection);
  return left;
}

} // namespace troupe::storage::sqlite
