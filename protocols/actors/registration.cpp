#include "protocols/actors/registration.hpp"

#include "protocols/actors/type_ids.hpp"

namespace troupe {

void register_messages(caf::actor_system_config& config) { config.add_message_types<caf::id_block::troupe>(); }

} // namespace troupe
