#pragma once
/// From a whole request to a whole response: access, routing, errors, security headers, figures, log.

#include <atomic>
#include <memory>

#include "gateway/http/access.hpp"
#include "gateway/http/router.hpp"
#include "gateway/metrics/metrics.hpp"

namespace troupe::gateway {

/// Shared by all connections; the routes are complete before the first.
class application {
public:
  application(router routes, access_policy access, std::shared_ptr<metrics> figures)
    : routes_(std::move(routes)), access_(access), figures_(std::move(figures)) {}

  [[nodiscard]] route_match route(const request& r) const { return routes_.match(r.method, r.path); }
  /// Never throws; each answer carries `X-Request-Id` and is counted and logged.
  net::awaitable<response> handle(request& r, route_match match);
  /// The same for what never became a request (malformed, too large, too slow).
  response refuse(const error& why, unsigned status, std::string_view request_id);

private:
  net::awaitable<response> answer(request& r, route_match& match);
  void finish(response& r, std::string_view request_id) const;

  router routes_;
  access_policy access_;
  std::shared_ptr<metrics> figures_;
};

/// `theirs` when it is 1 to 128 characters of [A-Za-z0-9._:-], else a new one.
std::string request_id_for(std::string_view theirs);

} // namespace troupe::gateway
