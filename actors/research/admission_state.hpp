#pragma once
/// The state of admission; only `admission_actor.cpp` and `admission_leases_actor.cpp` include this.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/response_promise.hpp>

#include "actors/flow/backoff.hpp"
#include "actors/flow/swept_requests.hpp"
#include "actors/research/admission_actor.hpp"

namespace troupe {

constexpr std::chrono::seconds store_within{5};

struct admitted {
  lease_epoch epoch;
  caf::actor door; ///< invalid until its supervisor has started it
  caf::actor_clock::time_point heard{};
  bool cancel = false;  ///< somebody asked
  bool leaving = false; ///< its last commit is under way, and its slot given to another
};

struct admission_state {
  // -- who it is ------------------------------------------------------------------------------------------------------
  static inline const char* name = "admission";
  caf::event_based_actor* self;
  figures_ptr figures;
  research_handles handles;
  admission_options options;
  caf::actor supervisor;

  // -- what runs ------------------------------------------------------------------------------------------------------
  std::map<std::string, admitted> sessions;
  std::uint32_t leaving = 0; ///< of them
  swept_requests starts;     ///< of sessions, one each: with timers of their own they cost as much as all else here
  std::set<std::pair<std::string, std::uint64_t>> fenced; ///< ids and epochs of those told to stop, until they have
  std::size_t started_so_far = 0;
  std::uint32_t backlog = 0;
  bool claiming = false;
  bool renewing = false;
  caf::actor_clock::time_point renewed_at{}; ///< since when the leases are good, by both clocks
  timestamp renewed_wall{};
  caf::actor_clock::time_point looked_at{};  ///< after the sessions
  caf::actor_clock::time_point claimed_at{}; ///< when the last claim was answered
  bool claim_wanted = false;                 ///< once the leases are known to be good
  bool more = true;                          ///< there may be work that was not claimed yet
  bool ticking = false;                      ///< while there are sessions
  bool gathering = false;                    ///< a claim is due in a moment, for all that comes until then

  // -- going down -----------------------------------------------------------------------------------------------------
  bool draining = false;
  std::uint64_t handed_back = 0;    ///< researches that still ran when the time to drain was over
  std::optional<caf::error> ending; ///< told to end with this: as soon as no claim is under way
  std::vector<caf::response_promise> waiting_for_drain;
  caf::actor_clock::time_point paused_until{};
  backoff broken{
    {std::chrono::seconds{1}, std::chrono::seconds{60}, 2.0, 0.2}}; ///< waits after sessions that could not go on

  explicit admission_state(caf::event_based_actor* ptr) : self(ptr), starts(ptr) {}

  /// Sessions go on without it for as long as their leases hold, and report to the next incarnation. When the node
  /// goes down they have ended before it and their leases are back.
  ~admission_state() {
    for (auto& promise : waiting_for_drain)
      promise.deliver(handed_back);
  }

  [[nodiscard]] caf::actor address() const {
    return options.address ? options.address : caf::actor_cast<caf::actor>(self->ctrl());
  }

  // -- claiming -------------------------------------------------------------------------------------------------------
  [[nodiscard]] std::uint32_t room() const;
  /// One question for all the slots that are free.
  void claim();
  /// Also with no slot free: the backlog is told.
  void ask_ledger();
  void claimed(const claimed_research& x);
  /// Somebody accepted a research. At once after quiet, otherwise a moment later for all that come until then: under a
  /// stream of them each claim would be one of the store's groups.
  void hinted();
  void gather();
  /// Slots got free. Short researches end by the hundred: one claim for half of the slots costs as much as for one.
  void freed();
  void start(const research_row& row);
  void started(const std::string& id, const caf::actor& door);
  void cancel(const std::string& id);

  // -- leases ---------------------------------------------------------------------------------------------------------
  renew_leases renewal(bool release) const;
  [[nodiscard]] bool leases_in_doubt(caf::actor_clock::time_point now) const;
  void leases_good(caf::actor_clock::time_point now);
  void renew();
  void renewed(const lease_report& x, caf::actor_clock::time_point at);
  void release(const std::string& id, lease_epoch epoch, bool crashed);
  void fence(const std::string& id, const admitted& x);
  /// Sessions that are silent for too long: their work goes to whoever claims it next.
  void forget_silent();

  // -- the sessions' clock --------------------------------------------------------------------------------------------
  void tick_soon();
  void tick_sessions();

  // -- what sessions say ----------------------------------------------------------------------------------------------
  /// Also how a restarted admission learns which sessions run.
  void alive(const std::string& id, std::uint64_t epoch);
  void ended(const session_ended& x);
  /// The writer has its last commit, and takes a claim sent now behind that: the slot need not wait for the way back.
  void leaves(const std::string& id, std::uint64_t epoch);
  void forget(std::map<std::string, admitted>::iterator it);
  void forget_all();
  /// Nothing is claimed for so long.
  void pause(std::chrono::milliseconds length);

  // -- draining -------------------------------------------------------------------------------------------------------
  caf::result<std::uint64_t> drain(std::int64_t within_ms);
  /// The time to drain is over: what still runs goes back.
  void overdue();
  /// Stopped from outside: everything goes back now rather than when the leases expire.
  void hand_back();
  void hand_back(const std::string& id, lease_epoch epoch);
  void quiet();
  void tell();
};

} // namespace troupe
