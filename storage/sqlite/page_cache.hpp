#pragma once
/// SQLite's own page cache, without a walk over all of it at each commit. SQLite tells its cache after each commit to
/// drop what lies beyond the end of the database, and the cache looks only when it holds such a page; but where the
/// pages of an index were split, one was given the number 262,145 (that of byte 2^30) for a moment, which the cache
/// takes for its highest from then on. With 64 MB of pages that walk was a fifth of the writer's work.

namespace troupe::storage::sqlite {

/// What is known of the page numbers a cache holds.
class page_ceiling {
public:
  void holds(unsigned key) {
    if (key > highest_)
      highest_ = key;
  }
  /// A number above all is taken to be given for a moment only.
  void renumbered(unsigned from, unsigned to) {
    if (from > highest_ && passing_ > 0)
      --passing_;
    if (to > highest_)
      ++passing_;
  }
  /// Whether pages from `limit` on may be there, which the caller then drops. When not, none is.
  [[nodiscard]] bool cut(unsigned limit) {
    if (limit > highest_ && passing_ == 0)
      return false;
    highest_ = limit == 0 ? 0 : limit - 1;
    passing_ = 0;
    return true;
  }

private:
  unsigned highest_ = 0; ///< no page has a higher number, but for …
  unsigned passing_ = 0; ///< … so many
};

/// For every connection of the process. Before SQLite's first use; where it comes too late the usual cache stays.
void use_page_ceilings();

} // namespace troupe::storage::sqlite
