#pragma once
/// How work is asked for (DESIGN section 4): demand flows up. A source says what waits at it, a pool grants credit when
/// its workers are free, and only then is work submitted. What was submitted is leased to one worker at a time.

#include <cstdint>
#include <string>

#include "protocols/ids.hpp"
#include "protocols/research.hpp"
#include "protocols/time.hpp"

namespace troupe {

/// The pools. `extract_heavy` has workers of its own, so that large documents can't starve the others.
enum class work_queue : std::uint8_t { extract, extract_heavy, embed };
/// The `queue` label of metrics and dead letters.
const char* to_string(work_queue x) noexcept;

/// Source → pool: what waits there now, in place of what it said before; nothing with 0 items. A source of `embed` is a
/// session, one of `extract` a session (files) or a host owner (pages), each under a name of its own.
/// `returned`: granted pieces that won't be submitted after all.
struct offer_work {
  std::string source;
  work_queue queue = work_queue::embed;
  priority_class priority = priority_class::standard;
  std::uint32_t items = 0;
  std::uint64_t bytes = 0; ///< of all of them, as far as known
  std::uint32_t returned = 0;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, offer_work& x) {
    return f(caf::meta::type_name("offer_work"), x.source, x.queue, x.priority, x.items, x.bytes, x.returned);
  }
};

/// Pool → source: credit for so many pieces. What is neither submitted nor returned until `until` lapses.
struct grant_work {
  work_queue queue = work_queue::embed;
  std::uint32_t items = 0;
  deadline until;
  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, grant_work& x) {
    return f(caf::meta::type_name("grant_work"), x.queue, x.items, x.until);
  }
};

} // namespace troupe
