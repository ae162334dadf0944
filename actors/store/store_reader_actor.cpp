// One reader: answers from its own connection, then asks the balancer for more.
#include "actors/store/reader_roster.hpp"
#include "actors/store/store_actors.hpp"

namespace troupe {

namespace {

struct reader_state {
  static inline const char* name = "store-reader";

  store_reader_actor::pointer self;
  std::shared_ptr<reader_roster> roster;
  caf::actor balancer;
  std::unique_ptr<storage::reader> store;

  explicit reader_state(store_reader_actor::pointer ptr) : self(ptr) {}
  reader_state(const reader_state&) = delete;
  reader_state& operator=(const reader_state&) = delete;
  ~reader_state() {
    if (roster)
      roster->remove(me());
  }

  [[nodiscard]] caf::actor me() const { return caf::actor_cast<caf::actor>(self); }

  template <class Answer>
  caf::result<Answer> answer(expected<Answer> x) {
    caf::anon_send(balancer, reader_free{me()});
    if (x)
      return std::move(*x);
    return to_caf(x.error());
  }
};

store_reader_actor::behavior_type reader(store_reader_actor::stateful_pointer<reader_state> self,
                                         const child_context& ctx, const std::shared_ptr<storage::store>& opened,
                                         const std::shared_ptr<reader_roster>& roster, const caf::actor& balancer) {
  auto& s = self->state;
  s.balancer = balancer;
  auto store = opened->open_reader();
  if (!store) {
    self->quit(to_caf(store.error()));
    return store_reader_actor::behavior_type::make_empty_behavior();
  }
  s.store = std::move(*store);
  s.roster = roster;
  roster->add(s.me());
  caf::anon_send(balancer, reader_free{s.me()});
  ctx.ready(self);
  return {
    [&s](const get_research& x) { return s.answer(s.store->get(x)); },
    [&s](const list_research& x) { return s.answer(s.store->list(x)); },
    [&s](const read_events& x) { return s.answer(s.store->events(x)); },
    [&s](const get_report& x) { return s.answer(s.store->get(x)); },
    [&s](const list_dead_letters& x) { return s.answer(s.store->list(x)); },
    [&s](const get_document& x) { return s.answer(s.store->get(x)); },
    [&s](const find_fetches& x) { return s.answer(s.store->find(x)); },
    [&s](const load_index& x) { return s.answer(s.store->load(x)); },
    [&s](const get_store_figures& x) { return s.answer(s.store->figures(x)); },
  };
}

} // namespace

caf::actor spawn_store_reader(const child_context& ctx, std::shared_ptr<storage::store> opened,
                              std::shared_ptr<reader_roster> roster, caf::actor balancer) {
  return caf::actor_cast<caf::actor>(ctx.spawn(reader, ctx, std::move(opened), std::move(roster), std::move(balancer)));
}

} // namespace troupe
