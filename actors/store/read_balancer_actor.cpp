// The door of the readers: one handle, one bounded queue, one request at a time for each reader that is free. Answers
// go straight from the reader to whoever asked.
#include <deque>

#include "actors/store/reader_roster.hpp"
#include "actors/store/store_actors.hpp"

namespace troupe {

namespace {

using private_balancer = store_reader_actor::extend<caf::reacts_to<reader_free>>;
using read_ask = std::variant<get_research, list_research, read_events, get_report, list_dead_letters, get_document,
                              find_fetches, load_index, get_store_figures>;

struct waiting_read {
  read_ask ask;
  caf::response_promise promise;
};

struct balancer_state {
  static inline const char* name = "store-readers";

  // -- who it is ------------------------------------------------------------------------------------------------------
  private_balancer::pointer self;
  figures_ptr figures;
  std::shared_ptr<reader_roster> roster;
  std::size_t limit = 0;

  // -- readers
  // ----------------------------------------------------------------------------------------------------------
  std::vector<caf::actor> readers; ///< all that run
  std::vector<caf::actor> idle;
  std::vector<caf::actor> loading; ///< those at a `load_index`, at most all but one

  // -- what waits
  // -------------------------------------------------------------------------------------------------------
  std::deque<waiting_read> asks;
  std::deque<waiting_read> loads; ///< long ones (`load_index`): they never take the last reader

  explicit balancer_state(private_balancer::pointer ptr) : self(ptr) {}
  balancer_state(const balancer_state&) = delete;
  balancer_state& operator=(const balancer_state&) = delete;

  /// Nobody is left without an answer when this ends.
  ~balancer_state() {
    for (auto* queue : {&asks, &loads})
      for (auto& x : *queue)
        x.promise.deliver(to_caf({errc::unavailable, "the store is restarting", "Try again in a moment."}));
  }

  template <class Answer, class Ask>
  caf::result<Answer> take(Ask& x) {
    if (asks.size() + loads.size() >= limit)
      return to_caf({errc::overloaded, "too many reads wait for the store", "Try again in a moment."});
    auto promise = self->make_response_promise<Answer>();
    auto& queue = std::is_same_v<Ask, load_index> ? loads : asks;
    queue.push_back({std::move(x), promise});
    dispatch();
    return promise;
  }

  void free(const caf::actor& who) {
    if (!caf::actor_cast<caf::strong_actor_ptr>(who))
      return;
    std::erase(loading, who);
    if (std::find(readers.begin(), readers.end(), who) == readers.end()) {
      self->monitor(who);
      readers.push_back(who);
    }
    if (std::find(idle.begin(), idle.end(), who) == idle.end())
      idle.push_back(who);
    dispatch();
  }

  void gone(const caf::actor_addr& who) {
    auto is_it = [&](const caf::actor& x) { return x.address() == who; };
    std::erase_if(readers, is_it);
    std::erase_if(idle, is_it);
    std::erase_if(loading, is_it);
  }

  void dispatch() {
    while (!idle.empty() && !asks.empty())
      give(asks);
    auto most = std::max<std::size_t>(readers.size(), 2) - 1;
    while (!idle.empty() && !loads.empty() && loading.size() < most) {
      loading.push_back(idle.back());
      if (!give(loads))
        loading.pop_back();
    }
    figures->queue = asks.size() + loads.size();
  }

  /// Whether the reader got it; a request that nobody waits for any more is answered here.
  bool give(std::deque<waiting_read>& queue) {
    auto next = std::move(queue.front());
    queue.pop_front();
    auto late =
      std::visit([](auto& x) { return x.until.at.time_since_epoch().count() != 0 && x.until.passed(); }, next.ask);
    if (late) {
      next.promise.deliver(to_caf({errc::deadline_exceeded, "the store had no time for this read", "Try again."}));
      return false;
    }
    auto reader = idle.back();
    idle.pop_back();
    std::visit([&](auto& x) { next.promise.delegate(reader, std::move(x)); }, next.ask);
    return true;
  }
};

private_balancer::behavior_type balancer(private_balancer::stateful_pointer<balancer_state> self,
                                         const std::shared_ptr<reader_roster>& roster, const figures_ptr& figures,
                                         std::size_t limit) {
  auto& s = self->state;
  s.figures = figures;
  s.roster = roster;
  s.limit = limit;
  self->set_down_handler([&s](const caf::down_msg& x) { s.gone(x.source); });
  for (const auto& who : roster->all())
    s.free(who);
  return {
    [&s](get_research& x) { return s.take<research_row>(x); },
    [&s](list_research& x) { return s.take<research_list>(x); },
    [&s](read_events& x) { return s.take<event_page>(x); },
    [&s](get_report& x) { return s.take<report>(x); },
    [&s](list_dead_letters& x) { return s.take<dead_letter_list>(x); },
    [&s](get_document& x) { return s.take<document>(x); },
    [&s](find_fetches& x) { return s.take<fetch_list>(x); },
    [&s](load_index& x) { return s.take<index_page>(x); },
    [&s](get_store_figures& x) { return s.take<store_figures>(x); },
    [&s](const reader_free& x) { s.free(x.who); },
  };
}

} // namespace

caf::actor spawn_read_balancer(const child_context& ctx, std::shared_ptr<reader_roster> roster, std::size_t waiting) {
  return caf::actor_cast<caf::actor>(ctx.spawn(balancer, std::move(roster), ctx.figures, waiting));
}

} // namespace troupe
