// Wakes whoever follows a log: the writer tells it of commits, subscribers then read from the store. What came for one
// research while a flush was on its way is one wake.
#include "actors/store/event_subscriptions.hpp"
#include "actors/store/store_actors.hpp"
#include "protocols/new_work.hpp"

namespace troupe {

namespace {

using flush_atom = caf::atom_constant<caf::atom("flush")>;
using private_event_log = event_log_actor::extend<caf::reacts_to<flush_atom>, caf::reacts_to<committed_group>>;

struct event_log_state {
  static inline const char* name = "event-log";

  // -- who it is ------------------------------------------------------------------------------------------------------
  private_event_log::pointer self;
  figures_ptr figures;
  std::shared_ptr<event_subscriptions> kept;

  // -- wakes on their way: one a research, only of those that somebody follows
  // ------------------------------------------
  std::map<std::string, events_committed> news;
  std::optional<events_committed> begun; ///< one of those accepted that nobody follows: there is work
  bool flush_sent = false;

  explicit event_log_state(private_event_log::pointer ptr) : self(ptr) {}

  static bool accepted(const events_committed& x) { return x.last.value <= 1; }

  void committed(const events_committed& x) {
    auto followed = kept->by_research.contains(x.research.value) || kept->by_research.contains({});
    if (!followed && !accepted(x) && !x.cancel)
      return;
    if (followed || x.cancel)
      note(x);
    else if (!begun && kept->by_research.contains(std::string{new_work}))
      begun = x;
    if (!flush_sent && (begun || !news.empty())) {
      flush_sent = true;
      self->send(self, flush_atom::value);
    }
  }

  void note(const events_committed& x) {
    auto [place, fresh] = news.emplace(x.research.value, x);
    if (!fresh) {
      place->second.last = std::max(place->second.last, x.last);
      place->second.final = place->second.final || x.final;
      place->second.cancel = place->second.cancel || x.cancel;
    }
  }

  void flush() {
    flush_sent = false;
    auto first = std::exchange(begun, std::nullopt);
    bool told = first.has_value();
    if (first)
      wake(std::string{new_work}, *first);
    for (auto& [research, x] : std::exchange(news, {})) {
      wake(research, x);
      wake({}, x);
      if (x.cancel || (accepted(x) && !std::exchange(told, true)))
        wake(std::string{new_work}, x);
      if (x.final)
        for (const auto& who : kept->end(research))
          self->demonitor(who);
    }
    tell();
  }

  void wake(const std::string& topic, const events_committed& x) {
    auto place = kept->by_research.find(topic);
    if (place == kept->by_research.end())
      return;
    for (const auto& who : place->second)
      self->send(kept->subscribers.at(who), x);
  }

  void subscribe(const subscribe_events& x, const event_subscriber_actor& who) {
    if (who && kept->add(x.research.value, who))
      self->monitor(who);
    tell();
  }

  void unsubscribe(const unsubscribe_events& x, const event_subscriber_actor& who) {
    if (who && kept->remove(x.research.value, who.address()))
      self->demonitor(who.address());
    tell();
  }

  void tell() {
    figures->status(how_many(kept->subscribers.size(), "subscriber") + " of "
                    + how_many(kept->by_research.size(), "log"));
  }
};

private_event_log::behavior_type event_log(private_event_log::stateful_pointer<event_log_state> self,
                                           const figures_ptr& figures,
                                           const std::shared_ptr<event_subscriptions>& kept) {
  auto& state = self->state;
  state.figures = figures;
  state.kept = kept;
  self->set_down_handler([&state](const caf::down_msg& x) { state.kept->forget(x.source); });
  for (const auto& [address, who] : kept->subscribers)
    self->monitor(who);
  return {
    [&state](const events_committed& x) { state.committed(x); },
    [&state](const committed_group& x) {
      for (const auto& wake : x.wakes)
        state.committed(wake);
    },
    [&state](const subscribe_events& x, const event_subscriber_actor& who) { state.subscribe(x, who); },
    [&state](const unsubscribe_events& x, const event_subscriber_actor& who) { state.unsubscribe(x, who); },
    [&state](flush_atom) { state.flush(); },
  };
}

} // namespace

caf::actor spawn_event_log(const child_context& ctx, std::shared_ptr<event_subscriptions> kept) {
  return caf::actor_cast<caf::actor>(ctx.spawn(event_log, ctx.figures, std::move(kept)));
}

} // namespace troupe
