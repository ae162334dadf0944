#pragma once
/// The thread that all transfers of a node run on: one libcurl multi handle, its connections, its DNS cache.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/egress/transfer.hpp"
#include "actors/egress/transfer_loop.hpp"

namespace troupe {

/// Starts its thread when made, ends it when destroyed: transfers still running then are dropped without a result.
/// Throws `std::system_error` when no thread can be had. `submit` and `abort` may be called from any thread.
class curl_loop final : public transfer_loop {
public:
  /// `deliver` is called on the loop's thread, once for each submitted job; it must not block.
  curl_loop(egress_options options, std::function<void(fetch_result)> deliver);
  curl_loop(const curl_loop&) = delete;
  curl_loop& operator=(const curl_loop&) = delete;
  ~curl_loop() override;

  /// False: `max_in_flight` jobs are queued or running; nothing will be delivered.
  bool submit(std::uint64_t job, http_fetch request) override;
  void abort(std::string token) override;

private:
  struct job {
    std::uint64_t id;
    http_fetch request;
  };
  struct abort_token {
    std::string token;
  };
  using order = std::variant<job, abort_token>;

  void run();
  bool take_orders();
  void start(job x);
  void begin_hop(transfer& x);
  void give_up(const std::string& token);
  void reap();
  void finish(transfer& x, expected<http_response> answer);
  void deliver(std::uint64_t id, expected<http_response> answer);

  struct free_multi {
    void operator()(CURLM* x) const { curl_multi_cleanup(x); }
  };

  const egress_options options_;
  const egress_policy open_policy_; ///< of requests that may reach private networks
  const std::function<void(fetch_result)> deliver_;
  std::unique_ptr<CURLM, free_multi> multi_;

  // -- shared with the callers
  std::mutex mutex_;
  std::deque<order> orders_; ///< at most `max_in_flight` jobs and as many aborts
  std::size_t in_flight_ = 0;
  bool stopping_ = false;

  // -- of the loop's thread
  std::size_t buffered_ = 0;
  std::unordered_map<CURL*, std::unique_ptr<transfer>> running_;
  std::thread thread_;
};

} // namespace troupe
