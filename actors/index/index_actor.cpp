// Message flow of a shard:
//
//   shard ──load_index──▶ store reader ──index_page──▶ shard       at start, page after page; searches come in between
//   session ──index_documents──▶ shard                             at once; `known` ones may have to wait for the fill
//   shard ──fit_space──▶ fitter ──fitted_space──▶ shard            when it has grown; searches use the space before
//   shard ──commit_snapshot──▶ fitter                              written a little between two messages before that
//   meanwhile anybody ──search_passages──▶ shard ──embed_query──▶ embed ──embedding──▶ shard ──search_hits──▶ anybody
#include "actors/index/index_actor.hpp"

#include <algorithm>

#include "actors/index/index_state.hpp"

namespace troupe {

namespace {

constexpr std::chrono::milliseconds embed_within{2000};
constexpr std::size_t purge_step = 50'000; // postings, half a millisecond

caf::error too_late() {
  return to_caf({errc::deadline_exceeded, "the search had no time left", "Allow it more time."});
}

} // namespace

double index_state::coverage() const {
  if (filled)
    return 1.0;
  auto have = static_cast<double>(shard.documents());
  // Not known to be whole yet, so never 1.
  return store_documents == 0 ? 0.0 : std::min(0.99, have / static_cast<double>(store_documents));
}

void index_state::bring_back(const index_documents& x) {
  for (const auto& d : x.documents) {
    outdated.erase(d.embedded.document);
    for (const auto& name : d.collections)
      left.erase({d.embedded.document, name});
  }
  for (const auto& id : x.known)
    for (const auto& name : x.collections)
      left.erase({id, name});
}

void index_state::take_away(const index_documents& x) {
  for (const auto& id : x.outdated)
    shard.set_outdated(id, true);
  for (const auto& gone : x.left)
    shard.leave(gone.document, gone.collection);
  if (!filling)
    return;
  outdated.insert(x.outdated.begin(), x.outdated.end());
  for (const auto& gone : x.left)
    left.emplace(gone.document, gone.collection);
}

caf::result<index_ack> index_state::add(const index_documents& x) {
  bring_back(x);
  for (const auto& d : x.documents)
    if (!shard.add(d))
      shard.set_outdated(d.embedded.document, d.outdated); // it has just been fetched again
  auto missing = shard.join(x.known, x.collections);
  take_away(x);
  step_graph();
  added_at = self->clock().now();
  consider_fit();
  consider_snapshot();
  show();
  if (missing.empty())
    return ack();
  if (parked.size() >= limits.parked)
    return to_caf({errc::overloaded, "too many requests wait for the index to fill", "Try again in a moment."});
  auto promise = self->make_response_promise();
  parked.push_back({std::move(missing), x.collections, x.until, promise});
  begin_fill(); // a document that was stored but never indexed stands behind the last row
  return promise;
}

search_hits index_state::answer(const search_passages& x, const embedding* vector) {
  const auto* varied = x.varied ? &for_reading : nullptr;
  return {shard.search({x.query, x.collections, x.mode, x.k, vector, nullptr, &x.only, varied}), coverage(),
          shard.documents_in(x.collections, x.only)};
}

caf::result<search_hits> index_state::search(const search_passages& x) {
  if (x.until.passed())
    return too_late();
  if (x.k == 0 || x.k > 1000)
    return to_caf({errc::invalid_argument, "k is " + std::to_string(x.k) + ", not between 1 and 1,000",
                   "Ask for a number of passages in that range."});
  auto promise = self->make_response_promise();
  if (x.whole && !filled && searches.size() < limits.parked)
    park(x, promise);
  else
    search_now(x, promise);
  return promise;
}

/// A process that just started has its passages in the store, and only some of them here.
void index_state::park(const search_passages& x, caf::response_promise promise) {
  searches.emplace(++last_search, parked_search{x, std::move(promise)});
  auto patience = std::chrono::floor<std::chrono::milliseconds>(x.until.left()) / 2;
  self->delayed_send(self, std::min<std::chrono::milliseconds>(patience, limits.search_waits),
                     search_waited{last_search});
}

void index_state::release_search(std::uint64_t number) {
  auto found = searches.find(number);
  if (found == searches.end())
    return;
  auto waiting = std::move(found->second);
  searches.erase(found);
  search_now(waiting.what, std::move(waiting.promise));
}

void index_state::search_now(const search_passages& x, caf::response_promise promise) {
  if (x.mode == search_mode::lexical || shard.vectors() == 0)
    return promise.deliver(answer(x, nullptr));
  auto within = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(x.until.left()), std::chrono::milliseconds{1},
                           embed_within);
  self->request(embed, within, embed_query{x.query, x.until.within(embed_within)})
    .then([this, promise, x](const embedding& vector) mutable { promise.deliver(answer(x, &vector)); },
          [this, promise, x](const caf::error& why) mutable {
            if (x.mode == search_mode::vector)
              promise.deliver(to_caf(from_caf(why)));
            else if (x.until.passed())
              promise.deliver(too_late());
            else
              promise.deliver(answer(x, nullptr)); // words alone are better than nothing
          });
}

void index_state::step_graph() {
  if (graph_step_due || (shard.backlog() == 0 && !shard.to_purge()))
    return;
  graph_step_due = true;
  self->send(self, extend_graph_again{});
}

void index_state::show() {
  auto line = how_many(shard.passages(), "passage") + " of " + how_many(shard.documents(), "document");
  if (fits.made_of() > 0)
    line += " · latent space of " + std::to_string(fits.made_of());
  if (filling && !filled)
    line += ", filling " + std::to_string(static_cast<int>(coverage() * 100)) + " %";
  figures->status(std::move(line));
  figures->queue.store(parked.size(), std::memory_order_relaxed);
}

namespace {

caf::behavior index_shard_actor(caf::stateful_actor<index_state>* self, const figures_ptr& figures,
                                const store_reader_actor& store, const embed_actor& embed, const caf::actor& fitter,
                                const index_shard_limits& limits) {
  auto& state = self->state;
  state.self = self;
  state.figures = figures;
  state.store = store;
  state.embed = embed;
  state.fitter = fitter;
  state.limits = limits;
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    for (auto& x : self->state.parked)
      x.promise.deliver(to_caf({errc::unavailable, "the index is stopping", "Try again in a moment."}));
    self->state.parked.clear();
    for (auto& [number, x] : self->state.searches)
      x.promise.deliver(to_caf({errc::unavailable, "the index is stopping", "Try again in a moment."}));
    self->state.searches.clear();
    self->quit(msg.reason);
  });
  state.restore();
  state.begin_fill();
  return {
    [self](const index_documents& x) -> caf::result<index_ack> { return self->state.add(x); },
    [self](const search_passages& x) { return self->state.search(x); },
    [self](const search_waited& x) { self->state.release_search(x.number); },
    [self](const fill_again&) { self->state.ask_page(); },
    [self](const extend_graph_again&) {
      self->state.graph_step_due = false;
      self->state.shard.extend_graph(self->state.limits.graph_step);
      self->state.shard.purge_more(purge_step);
      self->state.step_graph();
    },
    [self](const consider_fit_again&) {
      self->state.look_due = false;
      self->state.consider_fit();
    },
    [self](const place_again&) { self->state.place(); },
    [self](const consider_snapshot_again&) {
      self->state.snapshot_look_due = false;
      self->state.consider_snapshot();
    },
    [self](const write_snapshot_again&) { self->state.write_snapshot(); },
  };
}

} // namespace

caf::actor spawn_index_shard(const child_context& ctx, store_reader_actor store, embed_actor embed, caf::actor fitter,
                             const index_shard_limits& limits) {
  return ctx.spawn(index_shard_actor, ctx.figures, std::move(store), std::move(embed), std::move(fitter), limits);
}

} // namespace troupe
