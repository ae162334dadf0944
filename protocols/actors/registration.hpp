#pragma once
/// Registration of every message type with an actor system. Compiled once: CAF instantiates what reads, writes and
/// prints all of them wherever it is asked for, and that is most of the time an actor's unit takes to compile.

#include <caf/actor_system_config.hpp>

namespace troupe {

/// Whoever starts an actor system calls it in its configuration, before the system is made.
void register_messages(caf::actor_system_config& config);

} // namespace troupe
