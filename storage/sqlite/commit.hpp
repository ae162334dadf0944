#pragma once
#include "storage/sqlite/group.hpp"

namespace troupe::storage::sqlite {

/// One step of a session (DESIGN section 5), fenced by its epoch, inside a group's transaction. Throws `failure`.
expected<write_answer> commit(group& g, const commit_research& x);

} // namespace troupe::storage::sqlite
