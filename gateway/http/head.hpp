#pragma once
/// The head of a response as bytes (RFC 9112).

#include <string>

#include "gateway/http/message.hpp"

namespace troupe::gateway {

enum class framing { length, chunked, until_close };

/// Status line and header fields with the empty line after them: ours (`Date`, `Server`, length or coding,
/// `Connection`) and the answer's. Fields with a line break in their value are left out.
std::string response_head(const response& answer, unsigned version, bool keep_alive, framing how);

/// `chunk` in the chunked coding; the last one is empty.
std::string encode_chunk(const std::string& chunk);

} // namespace troupe::gateway
