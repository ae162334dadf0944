#pragma once
/// Events as JSON (DESIGN section 9): `data` objects of each type, and the envelope around them.

#include <string>

#include "protocols/event.hpp"

namespace troupe {

/// The `data` object of an event.
std::string encode_data(const event_data& x);
/// Back from a type's wire name and its `data`. Unknown fields are ignored (fields are only ever added), unknown types
/// and missing fields fail with `invalid_argument`.
expected<event_data> decode_data(const std::string& type, const std::string& data);
/// Ready to be committed.
new_event make_event(timestamp at, const event_data& x);
/// The whole event, on one line: `{"v":1,"seq":…,"at":…,"research_id":…,"type":…,"data":{…}}`.
std::string encode_event(const event_record& x);

/// `2026-01-31T12:00:00.123Z`, and back (`false` when it is none).
std::string to_iso8601(timestamp at);
bool from_iso8601(const std::string& s, timestamp& at);

} // namespace troupe
