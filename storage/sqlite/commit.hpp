#pragma once
#include "storage/sqlite/group.hpp"

namespace troupe::storage::sqlite {

/// What can be said against a commit without looking at the database: a log has exactly one final event, its last, in
/// the commit that ends the research; pages are what `check_page` wants.
expected<void> check_commit(const commit_research& x);

/// One step of a session (DESIGN section 5), fenced by its epoch, inside a group's transaction. Throws `failure`.
expected<write_answer> commit(group& g, const commit_research& x);

} // namespace troupe::storage::sqlite
