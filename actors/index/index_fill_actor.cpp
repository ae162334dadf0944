// How a shard fills itself from the store, a page at a time, and what waits for it.
#include "actors/index/index_state.hpp"

#include <algorithm>

namespace troupe {

void index_state::begin_fill() {
  if (filling)
    return;
  filling = true;
  retry = limits.retry_first;
  self->request(store, limits.store_within, get_store_figures{deadline::in(limits.store_within)})
    .then(
      [this](const store_figures& x) {
        store_documents = x.documents;
        show();
      },
      [](const caf::error&) {}); // coverage is a guess then; the pages tell when it is whole
  ask_page();
}

void index_state::ask_page() {
  load_index ask;
  ask.after_row = after_row;
  ask.limit = brief ? limits.brief_documents : limits.fill_documents;
  ask.brief = brief;
  ask.until = deadline::in(limits.store_within);
  self->request(store, limits.store_within, ask)
    .then([this](const index_page& page) { take_page(page); }, [this](const caf::error&) { retry_later(); });
}

void index_state::take_page(const index_page& page) {
  retry = limits.retry_first;
  // Those that came after the snapshot stand behind all that is in it: from here on, documents are asked for whole.
  if (brief && std::any_of(page.documents.begin(), page.documents.end(), [this](const auto& d) {
        return !shard.contains(d.embedded.document);
      })) {
    brief = false;
    return ask_page();
  }
  for (const auto& d : page.documents)
    shard.add(d);
  // A page that goes nowhere would be asked for ever.
  auto stuck = !page.done && page.last_row <= after_row;
  after_row = std::max(after_row, page.last_row);
  step_graph();
  if (page.done || stuck)
    return end_fill();
  release_parked(false);
  settle();
  show();
  ask_page();
}

void index_state::retry_later() {
  figures->status("the store does not answer; " + std::to_string(shard.passages()) + " passages so far");
  self->delayed_send(self, retry, fill_again{});
  retry = std::min(retry * 2, limits.retry_at_most);
}

void index_state::end_fill() {
  filling = false;
  filled = true;
  brief = false;
  shard.remove_unconfirmed();
  release_parked(true);
  settle();
  left.clear();
  outdated.clear();
  while (!searches.empty())
    release_search(searches.begin()->first);
  show();
  added_at = self->clock().now(); // a command that only asks something is gone before a fit would begin
  consider_fit();
  consider_snapshot();
}

void index_state::settle() {
  for (const auto& id : outdated)
    shard.set_outdated(id, true);
  for (const auto& [id, name] : left)
    shard.leave(id, name);
}

void index_state::release_parked(bool all) {
  for (auto i = parked.begin(); i != parked.end();) {
    i->missing = shard.join(i->missing, i->collections);
    if (!all && !i->missing.empty() && !i->until.passed()) {
      ++i;
      continue;
    }
    i->promise.deliver(ack());
    i = parked.erase(i);
  }
}

} // namespace troupe
