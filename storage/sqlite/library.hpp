#pragma once
/// The documents' writes: snapshots with their passages and vectors, fetches, collections. Inside a group's
/// transaction.

#include "storage/sqlite/group.hpp"

namespace troupe::storage::sqlite {

/// What can be said against a page without looking at the database: its id is not its text's hash, offsets leave the
/// text, vectors don't match passages.
expected<void> check_page(const stored_page& x);

/// Whether a snapshot is stored, and so its blob durable.
bool is_stored(connection& db, const document_id& id);

/// Stores what is new of a page and answers the document's row.
std::int64_t store_page(group& g, const stored_page& x);

/// Row of a stored document; 0 when there is none.
std::int64_t document_row(connection& db, const document_id& id);

/// Makes documents members of a collection, which is made when it is new. `research`: whose commit this is; the
/// collection of that name is its evidence.
void join_collection(group& g, const collection_name& name, const research_id& research,
                     std::span<const std::int64_t> documents);

} // namespace troupe::storage::sqlite
