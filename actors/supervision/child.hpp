#pragma once
/// How a room hands an actor to its supervisor. Every room may include this header (docs/decisions/0002).

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/spawn_options.hpp>

#include "actors/supervision/figures.hpp"
#include "actors/supervision/measured.hpp"

namespace troupe {

/// Child → its supervisor, which counts it as running from then on.
struct child_ready {};

/// Given to a child's factory each time it is started.
struct child_context {
  caf::event_based_actor* supervisor = nullptr;
  std::string path;      ///< `node/scrape/host/example.org`
  figures_ptr figures;   ///< kept across restarts
  bool detached = false; ///< run on a thread of its own; tests inject false
  /// The supervisor itself, for children that add children of their own beside them.
  caf::actor supervisor_handle;

  /// Said by the child itself, `self`, when it can serve; for those with a `ready_within`.
  template <class Self>
  void ready(Self* self) const {
    if (supervisor_handle)
      caf::send_as(caf::actor_cast<caf::actor>(self), supervisor_handle, child_ready{});
  }

  /// Spawns a function-based actor the way this child is to run, measured. `fun` as for `caf::actor_system::spawn`.
  template <class F, class... Ts>
  auto spawn(F fun, Ts&&... xs) const {
    caf::actor_config config{supervisor->context(), supervisor};
    measuring what{figures, path, detached};
    return detached ? spawn_measured<caf::detached>(supervisor->system(), std::move(config), what, std::move(fun),
                                                    std::forward<Ts>(xs)...)
                    : spawn_measured<caf::no_spawn_options>(supervisor->system(), std::move(config), what,
                                                            std::move(fun), std::forward<Ts>(xs)...);
  }
};

/// Starts one incarnation. Throwing, or an actor that dies at once, counts as a failed start.
using child_factory = std::function<caf::actor(const child_context&)>;

enum class restart_when : std::uint8_t {
  permanent, ///< whenever it ends
  transient, ///< when it ends abnormally
  temporary, ///< never: it is removed when it ends
};

struct child_spec {
  std::string name; ///< last component of its path; may hold slashes (`host/example.org`)
  child_factory start;
  restart_when restart = restart_when::permanent;
  bool detached = false;
  bool supervisor = false; ///< made by `supervisor_child`
  /// Whoever added it adds it again when it was told to stop, with what holds then: an operator's restart only stops
  /// it.
  bool added_again = false;
  std::chrono::milliseconds stop_within{2000};
  /// It says when it is ready (`child_context::ready`), within this; the next sibling starts then. 0: once it runs.
  std::chrono::milliseconds ready_within{0};
  caf::actor address; ///< its door, when `make_door` made it beforehand; invalid: made when it is added
};

/// Parent supervisor → supervisor: answered with `true` once all its static children have been started.
struct await_started {};

// -- messages of a supervisor, all local (factories don't travel)
// ------------------------------------------------------

/// Room → its supervisor: start one more child. Answer: its door, a `caf::actor` that stays valid across restarts;
/// `conflict` when the name is taken (the existing door is what `find_child` answers).
struct add_child {
  child_spec spec;
};
/// Answer: the door of the child of this name; `not_found`.
struct find_child {
  std::string name;
};
/// Stop one child and forget it.
struct remove_child {
  std::string name;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::await_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::add_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::find_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::remove_child)
