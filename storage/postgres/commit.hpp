#pragma once
#include "storage/postgres/group.hpp"

namespace troupe::storage::postgres {

/// An answer an op, as far as they got; `half_done`: the last one failed after it had written something, and what was
/// written for all is not.
struct committed_steps {
  std::vector<expected<write_answer>> answers;
  bool half_done = false;
};

/// Steps of sessions (DESIGN section 5), each fenced by its epoch, in their order: few statements for all of them.
/// Throws `failure`.
committed_steps commit_all(group& g, std::span<const commit_research* const> xs);

} // namespace troupe::storage::postgres
