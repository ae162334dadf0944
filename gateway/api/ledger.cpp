// Accepting work: what POST /research and POST /documents have in common.
#include "gateway/api/services.hpp"

#include <openssl/evp.h>

#include "gateway/api/paths.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

std::string sha256_hex(std::string_view s) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(s.data(), s.size(), digest, &size, EVP_sha256(), nullptr);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += hex[digest[i] >> 4];
    out += hex[digest[i] & 15];
  }
  return out;
}

expected<std::string> idempotency_key(const request& r) {
  if (r.count("Idempotency-Key") > 1)
    return fail(errc::invalid_argument, "the request has several Idempotency-Keys", "Send one.");
  auto key = r.header("Idempotency-Key");
  bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (key.size() > 255 || !printable || (key.empty() && r.count("Idempotency-Key") != 0))
    return fail(errc::invalid_argument, "the Idempotency-Key is not 1 to 255 printable ASCII characters",
                "Send a UUID, for example.");
  return std::string{key};
}

} // namespace

expected<void> check_open(const services& s) {
  if (s.draining())
    return fail(errc::draining, "this node is stopping and takes no new work",
                "Send it to another node, or again in a moment.");
  return {};
}

net::awaitable<expected<accepted_research>> accept_into_ledger(services& s, const request& r, research_request what,
                                                               std::string_view digest_of) {
  auto key = idempotency_key(r);
  if (!key)
    co_return tl::make_unexpected(key.error());
  auto open = check_open(s);
  if (!open && key->empty())
    co_return tl::make_unexpected(open.error());
  accept_research accept;
  accept.known_only = !open; // who repeats what was accepted is told so to the last
  accept.at = std::chrono::system_clock::now();
  accept.id = make_research_id(accept.at);
  if (s.options.grant)
    accept.granted = s.options.grant(what);
  accept.request = std::move(what);
  accept.idempotency_key = std::move(*key);
  if (!accept.idempotency_key.empty())
    accept.request_digest = sha256_hex(digest_of);
  accept.until = s.until();
  auto accepted = co_await ask(*s.bridge, std::move(accept));
  if (accepted && !accepted->existing)
    s.figures->research_requested();
  if (!accepted && !open && accepted.error().code == errc::not_found)
    co_return tl::make_unexpected(open.error());
  co_return accepted;
}

response accepted_response(const accepted_research& x) {
  auto self = "/api/v1/research/" + x.row.id.value;
  json_writer out;
  out.begin_object().field("id", x.row.id.value).field("status", to_string(x.row.status));
  out.key("links")
    .begin_object()
    .field("self", self)
    .field("events", self + "/events")
    .field("stream", self + "/stream")
    .field("report", self + "/report")
    .end_object()
    .end_object();
  auto r = json_response(out.str(), 202);
  r.set("Location", self);
  return r;
}

expected<void> check_json(const request& r) {
  auto type = r.header("Content-Type");
  type = type.substr(0, type.find_first_of("; \t"));
  if (same_text(type, "application/json") || (type.size() > 5 && same_text(type.substr(type.size() - 5), "+json")))
    return {};
  return fail(errc::unsupported_media, "the body is not declared as JSON", "Send Content-Type: application/json.");
}

expected<research_id> research_in(const std::string& argument) {
  if (is_research_id(argument))
    return research_id{argument};
  return fail(errc::not_found, "there is no research of this id", "GET /api/v1/research lists the ones there are.");
}

} // namespace troupe::gateway
