#pragma once
/// How the way out is set up; built once by the composition root.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "actors/egress/address_rules.hpp"
#include "actors/egress/egress_counters.hpp"

namespace troupe {

struct egress_options {
  egress_policy policy;
  /// `troupe` is the product token that robots.txt rules match; operators of public crawlers add `(+https://…)`.
  std::string user_agent = "troupe/" TROUPE_VERSION " (self-hosted research engine)";
  /// `http://proxy:3128`; empty for none, whatever the environment says. Names are then resolved by the proxy, which
  /// must refuse private addresses itself.
  std::string proxy;
  std::string ca_file; ///< certificates to trust instead of the system's; empty for the system's

  /// `host:port:address`: names with an address of their own, ahead of DNS. The address rules hold for them too.
  std::vector<std::string> fixed_names;

  std::size_t max_in_flight = 4096;            ///< queued and running; one more is `overloaded`
  std::size_t max_connections = 768;           ///< open at once; requests beyond wait inside their deadline
  std::size_t max_buffered_bytes = 512u << 20; ///< of all bodies being received; a request beyond is `overloaded`
  std::size_t max_header_bytes = 256u << 10;   ///< of one response
  std::chrono::milliseconds connect_timeout{10000};
  long slow_bytes_per_second = 16;   ///< slower than this …
  std::chrono::seconds slow_for{30}; ///< … for this long is given up

  std::shared_ptr<egress_counters> counters = std::make_shared<egress_counters>(); ///< survives restarts
};

} // namespace troupe
