//   admission ──row──► session ──read_events──► reader      (fold)
//                        │ ▲
//     effects of the     │ │ answers: page_read, embedded_document, commit_ack, index_ack, search_hits, document,
//     composed_answer … machine            ▼ │
//        scrape · embed · store writer · index · reader · pool/writer/n
#include "actors/research/session_actor.hpp"

#include <optional>

#include "actors/flow/swept_requests.hpp"
#include "actors/research/session_machine.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

constexpr auto alive_every = 1s;
constexpr auto read_log_within = 10s;

struct session_state {
  // -- who it is ------------------------------------------------------------------------------------------------------
  static inline const char* name = "session";
  caf::event_based_actor* self;
  figures_ptr figures;
  research_handles handles;
  claimed_session claimed;

  // -- what it does ---------------------------------------------------------------------------------------------------
  session_log log;
  std::optional<session_machine> machine;
  swept_requests requests;
  std::size_t composed = 0; ///< times the writers were asked
  bool cancel_asked = false;
  bool told_end = false;
  bool told_to_stop = false; ///< by the supervisor: its end is no crash
  caf::actor_clock::time_point last_alive{};

  explicit session_state(caf::event_based_actor* ptr) : self(ptr), requests(ptr) {}

  /// Ended from outside or by a defect: nobody waits for its pages any more, and its lease goes back.
  ~session_state() {
    handles.ticks->leave(self->id());
    if (!told_end)
      tell_end(told_to_stop ? session_end::stopped : session_end::crashed);
  }

  [[nodiscard]] session_clock now() const { return {self->clock().now(), std::chrono::system_clock::now()}; }

  void give_up_work(const abort_fetches& what) {
    if (handles.scrape)
      caf::anon_send(handles.scrape, what);
    if (handles.embed)
      caf::anon_send(handles.embed, what);
  }

  void tell_end(session_end how) {
    told_end = true;
    if (how != session_end::finished)
      give_up_work({work_token(claimed.row)});
    if (claimed.admission)
      caf::anon_send(claimed.admission, session_ended{claimed.row.id.value, claimed.row.epoch, how});
  }

  // -- the log --------------------------------------------------------------------------------------------------------

  /// The log of a first attempt holds `research.queued` and nothing else.
  void open_log() {
    if (claimed.row.attempt > 1)
      return read_log();
    log.last = event_seq{1};
    start();
  }

  void read_log() {
    read_events ask;
    ask.research = claimed.row.id;
    ask.after = log.last;
    ask.until = {self->clock().now() + read_log_within};
    self->request(handles.reader, read_log_within, std::move(ask))
      .then([this](const event_page& page) { fold(page); }, [this](const caf::error& why) { give_up(from_caf(why)); });
  }

  void fold(const event_page& page) {
    for (auto& event : page.events)
      log.add(event);
    if (!page.events.empty() && !page.final)
      return read_log();
    start();
  }

  void start() {
    last_alive = self->clock().now();
    machine.emplace(claimed.row, claimed.node, std::move(log), claimed.options);
    run(machine->start(now()));
    if (cancel_asked && !machine->ended())
      run(machine->cancel(now()));
    figures->status(machine->status(now()));
    if (!machine->ended())
      handles.ticks->join(self->id(), caf::actor_cast<caf::actor>(self->ctrl()), self->clock().now());
  }

  void give_up(const error& why) {
    figures->status("gave up: " + why.message);
    tell_end(session_end::given_up);
    self->quit();
  }

  // -- effects --------------------------------------------------------------------------------------------------------

  void run(session_effects effects) {
    for (auto& effect : effects)
      std::visit([&](auto& what) { send(effect.id, what); }, effect.what);
  }

  template <class Handle, class Message>
  void ask(const Handle& to, std::uint64_t id, Message& what) {
    using answer = typename std::remove_reference_t<decltype(answer_of(what))>;
    auto until = std::max(what.until.at, self->clock().now()) + 1s; // the machine's own sweep comes first
    requests.ask<answer>(
      to, until, std::move(what), [this, id](answer& x) { answered(id, session_answer{std::move(x)}); },
      [this, id](const caf::error& why) { answered(id, tl::make_unexpected(from_caf(why))); });
  }

  static file_list answer_of(const list_files&);
  static fetch_list answer_of(const find_fetches&);
  static page_read answer_of(const fetch_page&);
  static embedded_document answer_of(const embed_document&);
  static commit_ack answer_of(const commit_research&);
  static index_ack answer_of(const index_documents&);
  static search_hits answer_of(const search_passages&);
  static document answer_of(const get_document&);
  static store_figures answer_of(const get_store_figures&);
  static composed_answer answer_of(const compose_answer&);
  static page_standing answer_of(const find_page&);

  void send(std::uint64_t id, list_files& x) { ask(handles.scrape, id, x); }
  void send(std::uint64_t id, find_fetches& x) { ask(handles.reader, id, x); }
  void send(std::uint64_t id, fetch_page& x) { ask(handles.scrape, id, x); }
  void send(std::uint64_t id, embed_document& x) { ask(handles.embed, id, x); }
  void send(std::uint64_t id, commit_research& x) {
    auto last = is_final(x.status);
    ask(handles.writer, id, x);
    if (last && claimed.admission)
      self->send(claimed.admission, leaving_atom::value, claimed.row.id.value, claimed.row.epoch.value);
  }
  void send(std::uint64_t id, index_documents& x) { ask(handles.index, id, x); }
  void send(std::uint64_t id, search_passages& x) { ask(handles.index, id, x); }
  void send(std::uint64_t id, get_document& x) { ask(handles.reader, id, x); }
  void send(std::uint64_t id, get_store_figures& x) { ask(handles.reader, id, x); }
  /// Another writer each time, should the first one have ended over it.
  void send(std::uint64_t id, compose_answer& x) {
    ask(handles.writers[(claimed.nth + composed++) % handles.writers.size()], id, x);
  }
  void send(std::uint64_t id, find_page& x) { ask(handles.scrape, id, x); }
  void send(std::uint64_t, offer_work& x) {
    auto here = caf::actor_cast<work_source_actor>(self->ctrl());
    if (x.queue == work_queue::embed)
      self->send(handles.embed, std::move(x), here);
    else
      self->send(handles.scrape, std::move(x), here);
  }
  void send(std::uint64_t, abort_fetches& x) { give_up_work(x); }
  void send(std::uint64_t, end_session& x) {
    tell_end(x.finished ? session_end::finished : session_end::given_up);
    self->quit();
  }

  void answered(std::uint64_t id, expected<session_answer> x) {
    if (!machine->ended())
      run(machine->answered(id, std::move(x), now()));
  }

  // -- time and orders ------------------------------------------------------------------------------------------------

  void tick() {
    if (!machine || machine->ended())
      return;
    auto at = now();
    if (at.now - last_alive >= alive_every) {
      last_alive = at.now;
      if (claimed.admission)
        self->send(claimed.admission, alive_atom::value, claimed.row.id.value, claimed.row.epoch.value);
    }
    run(machine->tick(at));
    requests.sweep(at.now);
    figures->status(machine->status(at));
  }

  void granted(const grant_work& x) {
    if (machine && !machine->ended())
      run(machine->granted(x, now()));
  }

  void cancel() {
    cancel_asked = true;
    if (machine && !machine->ended())
      run(machine->cancel(now()));
  }

  void fence() {
    if (machine && !machine->ended())
      return run(machine->fenced());
    if (!machine)
      give_up({errc::fenced, "the lease of this research is held by another node", {}});
  }
};

caf::behavior session(caf::stateful_actor<session_state>* self, const figures_ptr& figures,
                      const research_handles& handles, const claimed_session& claimed) {
  auto& state = self->state;
  state.figures = figures;
  state.handles = handles;
  state.claimed = claimed;
  self->set_exit_handler([&state, self](caf::exit_msg& x) {
    state.told_to_stop = true;
    self->quit(std::move(x.reason));
  });
  state.open_log();
  return {
    [&state](tick_atom) { state.tick(); },
    [&state](const grant_work& x) { state.granted(x); },
    [&state](cancel_atom) { state.cancel(); },
    [&state](fence_atom) { state.fence(); },
  };
}

} // namespace

caf::actor spawn_session(const child_context& ctx, const research_handles& handles, claimed_session claimed) {
  return ctx.spawn(session, ctx.figures, handles, std::move(claimed));
}

} // namespace troupe
