#include "storage/postgres/library.hpp"

#include <algorithm>

#include "storage/packing.hpp"

namespace troupe::storage::postgres {

namespace {

/// Of advisory locks: whoever numbers documents.
#define TROUPE_NUMBERING "select pg_advisory_xact_lock(7423117)"

std::string address_of(const std::string& url) { return from_hex(sha256_hex(clean(url))); }

void store_passages(group& g, std::int64_t row, const std::vector<passage>& passages) {
  if (passages.empty())
    return;
  array ordinal, start, end, heading;
  std::uint32_t n = 0;
  for (const auto& p : passages) {
    ordinal.add(n++);
    start.add(p.start);
    end.add(p.end);
    heading.add(p.heading);
  }
  g.db.run("insert into passages (year, document, ordinal, start, \"end\", heading) select d.year, d.row, x.* from "
           "documents d cross join unnest($2::integer[], $3::bigint[], $4::bigint[], $5::text[]) x "
           "where d.row = $1::bigint",
           row, ordinal, start, end, heading);
  g.passages += static_cast<std::int64_t>(passages.size());
}

void store_embeddings(group& g, std::int64_t row, const embedded_document& x) {
  if (!x.embeddings.empty())
    g.db.run("insert into embeddings (document, model, dimension, scales, vectors) "
             "values ($1::bigint, $2, $3::integer, $4::bytea, $5::bytea) on conflict (document, model) do nothing",
             row, x.model, dimension_of(x), bytes_view{pack_scales(x.embeddings)},
             bytes_view{pack_vectors(x.embeddings)});
}

struct known_document {
  std::int64_t row = 0;
  std::int64_t passages = 0;
};

known_document find(connection& db, const std::string& key) {
  auto r = db.run("select row, passages from documents where id = $1::bytea", bytes_view{key});
  return r.empty() ? known_document{} : known_document{r.integer(0, 0), r.integer(0, 1)};
}

/// Under the lock, so that nobody else has stored the same by now.
std::int64_t store_document(group& g, const document& x, const std::string& key, std::size_t passages) {
  auto row = g.db.number(
    0,
    "insert into documents (row, id, year, bytes, title, byline, published, language, passages, blocks, pages) values "
    "(nextval('documents_row'), $1::bytea, extract(year from now() at time zone 'utc')::smallint, $2::bigint, $3, $4, "
    "$5, $6, $7::integer, $8::bytea, $9::bytea) returning row",
    bytes_view{key}, x.text.size(), x.title, x.byline, x.published, x.language, passages,
    bytes_view{pack_blocks(x.blocks)}, bytes_view{pack_offsets(x.pages)});
  ++g.documents;
  return row;
}

/// A snapshot that is stored already gains what it lacks: passages if it had none, vectors of another model if they
/// fit the passages it has.
void complete(group& g, const known_document& known, const embedded_document& x) {
  auto given = static_cast<std::int64_t>(x.passages.size());
  if (known.passages == 0 && given != 0) {
    // Whoever comes second finds them there.
    auto first =
      g.db.run("update documents set passages = $1::integer where row = $2::bigint and passages = 0", given, known.row);
    if (first.affected() != 0)
      store_passages(g, known.row, x.passages);
  }
  if (known.passages == 0 || known.passages == given)
    store_embeddings(g, known.row, x);
}

/// One row an address and snapshot; an older retrieval never replaces a newer one.
void store_fetch(group& g, std::int64_t row, const fetch_record& x) {
  if (x.url.empty())
    return; // an upload has no address
  g.db.run(
    "insert into fetches (address, url, document, final_url, fetched_at, status, media_type, raw_sha256, validator, "
    "bytes, links, access, simhash) values ($1::bytea, $2, $3::bigint, $4, $5::bigint, $6::integer, $7, $8, $9, "
    "$10::bigint, $11::bytea, $12, $13::bigint) on conflict (address, document) do update set "
    "final_url = excluded.final_url, fetched_at = excluded.fetched_at, status = excluded.status, "
    "media_type = excluded.media_type, raw_sha256 = excluded.raw_sha256, validator = excluded.validator, "
    "bytes = excluded.bytes, links = excluded.links, access = excluded.access, simhash = excluded.simhash where "
    "excluded.fetched_at >= fetches.fetched_at",
    bytes_view{address_of(x.url)}, x.url, row, x.final_url, to_ns(x.fetched_at), x.status, x.media_type, x.raw_sha256,
    x.validator, x.bytes, bytes_view{pack_links(x.links)}, x.nature.access,
    static_cast<std::int64_t>(x.nature.simhash));
}

template <class Documents>
array numbers_of(const Documents& documents) {
  array result;
  for (auto x : documents)
    result.add(x);
  return result;
}

/// Holds for document `d`.
#define TROUPE_OUTDATED                                                                                                \
  "exists (select 1 from fetches where document = d.row) and not exists ("                                             \
  " select 1 from fetches f where f.document = d.row and not exists ("                                                 \
  "  select 1 from fetches g where g.address = f.address and (g.fetched_at, g.row) > (f.fetched_at, f.row)))"

std::set<document_id> ids_in(const rows& r) {
  std::set<document_id> result;
  for (std::size_t i = 0; i < r.size(); ++i)
    result.insert(document_id{std::string{r.text(i, 0)}});
  return result;
}

} // namespace

std::int64_t document_row(connection& db, const document_id& id) {
  auto key = from_hex(id.value);
  return key.empty() ? 0 : find(db, key).row;
}

bool is_stored(connection& db, const document_id& id) { return document_row(db, id) != 0; }

std::set<document_id> outdated_of(connection& db, const std::set<std::int64_t>& documents) {
  return ids_in(
    db.run("select encode(d.id, 'hex') from documents d where d.row = any($1::bigint[]) and " TROUPE_OUTDATED,
           numbers_of(documents)));
}

std::int64_t store_page(group& g, const stored_page& x, std::set<std::int64_t>& touched) {
  auto key = from_hex(x.content.id.value);
  auto known = find(g.db, key);
  if (known.row == 0 && !std::exchange(g.numbering, true)) {
    g.db.run(TROUPE_NUMBERING);
    known = find(g.db, key);
  }
  auto row = known.row;
  if (row == 0) {
    row = store_document(g, x.content, key, x.embedded.passages.size());
    store_passages(g, row, x.embedded.passages);
    store_embeddings(g, row, x.embedded);
  } else {
    complete(g, known, x.embedded);
  }
  touched.insert(row); // an older retrieval than is known already
  touched.insert(g.db.number(row,
                             "select document from fetches where address = $1::bytea order by fetched_at desc, row "
                             "desc limit 1",
                             bytes_view{address_of(x.fetch.url)}));
  store_fetch(g, row, x.fetch);
  return row;
}

std::int64_t join_collection(group& g, const collection_name& name, const research_id& research,
                             std::span<const std::int64_t> documents) {
  auto row = g.db.number(0, "select row from collections where name = $1", name.value);
  if (row == 0) {
    // A page that was given up and comes later, by an ingest of its own, may be the evidence's first.
    auto evidence = name == collection_name{research.value} || find_standing(g.db, research_id{name.value});
    row = g.db.number(0,
                      "insert into collections (name, evidence) values ($1, $2::boolean) on conflict (name) do update "
                      "set name = excluded.name returning row",
                      name.value, evidence);
  }
  g.db.run("with joined as (insert into document_collections (document, collection) "
           " select distinct x, $1::bigint from unnest($2::bigint[]) x on conflict do nothing returning 1) "
           "update collections set documents = documents + (select count(*) from joined) "
           "where row = $1::bigint and exists (select 1 from joined)",
           row, numbers_of(documents));
  return row;
}

std::set<document_id> make_room(group& g, std::int64_t collection, std::span<const std::int64_t> newer) {
  constexpr std::uint32_t most_versions = 10'000; // looked at for one commit; the rest leaves another time
  if (g.db.number(0, "select count(*) from collections where row = $1::bigint and not evidence", collection) == 0)
    return {};
  return ids_in(
    g.db.run("with others as (select distinct m.document as row from fetches f join fetches o on o.address = f.address "
             "  and o.document <> f.document join document_collections m on m.document = o.document "
             "  and m.collection = $1::bigint where f.document = any($2::bigint[]) limit $3::bigint"
             "), leaving as (select d.row, d.id from documents d join others using (row) where " TROUPE_OUTDATED
             "), gone as (delete from document_collections m using leaving l where m.collection = $1::bigint "
             "  and m.document = l.row returning m.document"
             "), counted as (update collections set documents = documents - (select count(*) from gone) "
             "  where row = $1::bigint and exists (select 1 from gone)"
             ") select encode(id, 'hex') from leaving",
             collection, numbers_of(newer), most_versions));
}

} // namespace troupe::storage::postgres
