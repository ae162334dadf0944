#include "storage/sqlite/page_cache.hpp"

#include <new>
#include <sqlite3.h>

namespace troupe::storage::sqlite {

namespace {

sqlite3_pcache_methods2 usual{};

struct ceiled_cache {
  sqlite3_pcache* below;
  page_ceiling ceiling;
};

ceiled_cache* self(sqlite3_pcache* x) { return reinterpret_cast<ceiled_cache*>(x); }
sqlite3_pcache* under(sqlite3_pcache* x) { return self(x)->below; }

sqlite3_pcache* create(int page, int extra, int purgeable) {
  auto* below = usual.xCreate(page, extra, purgeable);
  if (below == nullptr)
    return nullptr;
  auto* result = new (std::nothrow) ceiled_cache{below, {}};
  if (result == nullptr)
    usual.xDestroy(below);
  return reinterpret_cast<sqlite3_pcache*>(result);
}

sqlite3_pcache_page* fetch(sqlite3_pcache* x, unsigned key, int how) {
  auto* page = usual.xFetch(under(x), key, how);
  if (page != nullptr)
    self(x)->ceiling.holds(key);
  return page;
}

void rekey(sqlite3_pcache* x, sqlite3_pcache_page* page, unsigned from, unsigned to) {
  usual.xRekey(under(x), page, from, to);
  self(x)->ceiling.renumbered(from, to);
}

void truncate(sqlite3_pcache* x, unsigned limit) {
  if (self(x)->ceiling.cut(limit))
    usual.xTruncate(under(x), limit);
}

void destroy(sqlite3_pcache* x) {
  usual.xDestroy(under(x));
  delete self(x);
}

} // namespace

void use_page_ceilings() {
  if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &usual) != SQLITE_OK)
    return;
  auto ours = usual;
  ours.xCreate = create;
  ours.xCachesize = [](sqlite3_pcache* x, int pages) { usual.xCachesize(under(x), pages); };
  ours.xPagecount = [](sqlite3_pcache* x) { return usual.xPagecount(under(x)); };
  ours.xFetch = fetch;
  ours.xUnpin = [](sqlite3_pcache* x, sqlite3_pcache_page* page, int drop) { usual.xUnpin(under(x), page, drop); };
  ours.xRekey = rekey;
  ours.xTruncate = truncate;
  ours.xDestroy = destroy;
  ours.xShrink = [](sqlite3_pcache* x) { usual.xShrink(under(x)); };
  static_cast<void>(sqlite3_config(SQLITE_CONFIG_PCACHE2, &ours)); // it makes a copy
}

} // namespace troupe::storage::sqlite
