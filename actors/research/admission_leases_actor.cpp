// Admission's leases: renewed in time, doubted after a pause or a step of the clock, given up with their sessions.
#include "actors/research/admission_state.hpp"

namespace troupe {

namespace {

constexpr std::chrono::seconds silence_allowed{12}; ///< of a session, before it counts as gone
constexpr std::chrono::seconds clocks_apart{2};     ///< wall and steady clock, before the wall clock was set

} // namespace

renew_leases admission_state::renewal(bool release) const {
  renew_leases ask;
  ask.node = options.node;
  ask.lease = options.lease;
  ask.release = release;
  ask.at = options.wall();
  ask.until = {self->clock().now() + store_within};
  return ask;
}

bool admission_state::leases_in_doubt(caf::actor_clock::time_point now) const {
  if (sessions.empty())
    return false;
  auto steady = now - renewed_at;
  auto wall = options.wall() - renewed_wall;
  return steady > options.lease / 2 || wall - steady > clocks_apart;
}

void admission_state::leases_good(caf::actor_clock::time_point now) {
  renewed_at = now;
  renewed_wall = options.wall();
}

void admission_state::renew() {
  forget_silent();
  if (renewing || sessions.empty())
    return;
  auto ask = renewal(false);
  for (auto& [id, x] : sessions)
    ask.leases.push_back({research_id{id}, x.epoch});
  renewing = true;
  auto at = self->clock().now();
  self->request(handles.writer, store_within, std::move(ask))
    .then([this, at](const lease_report& x) { renewed(x, at); }, [this](const caf::error&) { renewing = false; });
}

void admission_state::renewed(const lease_report& x, caf::actor_clock::time_point at) {
  renewing = false;
  leases_good(at);
  for (auto& id : x.cancelled)
    cancel(id.value);
  for (auto& id : x.lost)
    if (auto it = sessions.find(id.value); it != sessions.end()) {
      fence(id.value, it->second);
      forget(it);
    }
  tell();
  if (std::exchange(claim_wanted, false))
    claim();
}

/// What it says before it is told does not make it one of ours again.
void admission_state::fence(const std::string& id, const admitted& x) {
  if (!x.door)
    return;
  self->send(x.door, fence_atom::value);
  fenced.emplace(id, x.epoch.value);
}

void admission_state::release(const std::string& id, lease_epoch epoch, bool crashed) {
  auto ask = renewal(true);
  ask.leases.push_back({research_id{id}, epoch, crashed});
  self->request(handles.writer, store_within, std::move(ask))
    .then([](const lease_report&) {}, [](const caf::error&) {});
}

/// Sessions that are silent for too long: their work goes to whoever claims it next.
void admission_state::forget_silent() {
  auto now = self->clock().now();
  auto since = now - std::exchange(looked_at, now);
  if (since > silence_allowed / 2) // it is we who were away: what they said is still to be read
    for (auto& [id, x] : sessions)
      x.heard = now;
  std::vector<session_ended> gone;
  for (auto& [id, x] : sessions)
    if (now - x.heard > silence_allowed)
      gone.push_back({id, x.epoch, session_end::given_up});
  for (auto& x : gone) {
    auto known = sessions[x.id];
    ended(x);
    fence(x.id, known);
  }
}

} // namespace troupe
