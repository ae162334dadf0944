#pragma once
/// Routes: patterns such as `/api/v1/research/{id}/events`, one handler a method.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"

namespace troupe::gateway {

/// Decoded path parameters, in the order of the pattern.
using path_arguments = std::vector<std::string>;
using handler = std::function<net::awaitable<response>(request&, path_arguments)>;

struct route {
  std::string pattern; ///< the `route` label of metrics and log
  verb method = verb::get;
  handler handle;
  std::size_t body_limit = 1 << 20;
  std::vector<std::string_view> parameters{}; ///< of the query, all that this address takes
};

/// What was found for a request. `found == nullptr`: no such path when `allow` is empty, no such method otherwise.
struct route_match {
  const route* found = nullptr;
  path_arguments arguments;
  std::string allow; ///< value of the Allow header
};

/// Filled once before the server starts, then read by all threads.
class router {
public:
  /// The route, to name its parameters: good until the next is added.
  route& add(verb method, std::string pattern, handler handle, std::size_t body_limit = 1 << 20);
  /// HEAD finds the GET route. Escapes are decoded after splitting; a malformed one matches nothing.
  [[nodiscard]] route_match match(verb method, std::string_view path) const;
  [[nodiscard]] const std::vector<route>& routes() const noexcept { return routes_; }

private:
  struct parsed {
    std::vector<std::string> segments; ///< empty string: a parameter
  };
  std::vector<route> routes_;
  std::vector<parsed> parsed_; ///< as many
};

} // namespace troupe::gateway
