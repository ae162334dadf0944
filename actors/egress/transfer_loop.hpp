#pragma once
/// Where transfers run, as the egress actor sees it: `curl_loop`, or what a test puts in its place.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "protocols/error.hpp"
#include "protocols/fetching.hpp"

namespace troupe {

struct fetch_result {
  std::uint64_t job = 0;
  expected<http_response> answer;
};

/// Destroyed, it delivers nothing any more.
class transfer_loop {
public:
  virtual ~transfer_loop() = default;
  /// False: it is full; nothing will be delivered.
  virtual bool submit(std::uint64_t job, http_fetch request) = 0;
  /// Gives up every transfer with this token, queued ones too; each is delivered as `cancelled`.
  virtual void abort(std::string token) = 0;
};

/// `deliver` may be called on any thread, once for each job that was taken. May throw, which is a failed start.
using transfer_loop_factory = std::function<std::unique_ptr<transfer_loop>(std::function<void(fetch_result)> deliver)>;

} // namespace troupe
