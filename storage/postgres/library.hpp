#pragma once
/// The documents' writes: snapshots with their passages and vectors, fetches, collections. Inside a group's
/// transaction.

#include <set>

#include "storage/postgres/group.hpp"

namespace troupe::storage::postgres {

/// Whether a snapshot is stored, and so its blob durable.
bool is_stored(connection& db, const document_id& id);
/// Row of a stored document; 0 when there is none.
std::int64_t document_row(connection& db, const document_id& id);

/// Stores what is new of a page and answers the document's row. Notes in `touched` which documents this may have made
/// outdated.
std::int64_t store_page(group& g, const stored_page& x, std::set<std::int64_t>& touched);

/// Those of `documents` that have addresses while none gives them any more: each has a newer snapshot.
std::set<document_id> outdated_of(connection& db, const std::set<std::int64_t>& documents);

/// Makes documents members of a collection, which is made when it is new: as evidence when it has the name of
/// `research`, whose commit this is, or of another one. Answers the collection's row.
std::int64_t join_collection(group& g, const collection_name& name, const research_id& research,
                             std::span<const std::int64_t> documents);

/// Outdated members of a named collection that share an address with `newer` leave it; evidence keeps what it has.
/// Answers who left, by id.
std::set<document_id> make_room(group& g, std::int64_t collection, std::span<const std::int64_t> newer);

} // namespace troupe::storage::postgres
