#pragma once
/// Requests, rows and reports as JSON (DESIGN section 9).

#include <optional>
#include <string>
#include <string_view>

#include "protocols/research.hpp"

namespace troupe {

/// Body of `POST /research`, strictly read: malformed JSON, invalid UTF-8, wrong types, unknown fields and values out
/// of range each give their own error, naming the field. Bodies are at most 1 MiB (checked by the caller).
expected<research_request> parse_research_request(std::string_view body);
/// What is wrong with a question's text: nothing in it, more than 4,096 bytes, or a control character. The message is a
/// sentence without its subject.
std::optional<error> check_question(std::string_view question);
/// The request as stored in the ledger, without what is empty; `parse_stored_request` reads it back.
std::string encode_request(const research_request& x);
expected<research_request> parse_stored_request(std::string_view json);
/// The grant as stored beside the request; nothing granted is empty text.
std::string encode_grant(const research_grant& x);
expected<research_grant> parse_stored_grant(std::string_view json);

/// `GET /research/{id}`: with `links`.
std::string encode_row(const research_row& x);
/// `GET /research/{id}/report` as `application/json`; `parse_report` reads it back (and is how stores keep it).
std::string encode_report(const report& x);
expected<report> parse_report(std::string_view json);

} // namespace troupe
