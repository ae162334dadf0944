#pragma once
/// The head of a response as bytes (RFC 9112).

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/http/message.hpp"

namespace troupe::gateway {

enum class framing { length, chunked, until_close };

/// Fields of every answer, whatever it is; an answer may have a `Content-Security-Policy` of its own.
extern const std::array<std::pair<std::string_view, std::string_view>, 4> armour;

/// Status line and header fields with the empty line after them: ours (`Date`, `Server`, length or coding,
/// `Connection`), the armour and the answer's. Fields with a line break in their value are left out.
std::string response_head(const response& answer, unsigned version, bool keep_alive, framing how);

/// `chunk` in the chunked coding; the last one is empty.
std::string encode_chunk(const std::string& chunk);

} // namespace troupe::gateway
