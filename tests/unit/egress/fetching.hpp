#pragma once
/// Drives a curl loop from a test: one blocking call a request.

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>

#include "actors/egress/curl_loop.hpp"

namespace troupe {

class fetching {
public:
  using answer = expected<http_response>;

  explicit fetching(egress_options options)
    : loop_(std::make_unique<curl_loop>(std::move(options), [this](fetch_result x) {
        std::lock_guard guard{mutex_};
        auto found = waiting_.find(x.job);
        if (found == waiting_.end())
          return;
        found->second.set_value(std::move(x.answer));
        waiting_.erase(found);
      })) {}

  std::future<answer> start(http_fetch request) {
    std::unique_lock guard{mutex_};
    auto job = ++last_;
    auto result = waiting_[job].get_future();
    guard.unlock();
    if (!loop_->submit(job, std::move(request))) {
      guard.lock();
      waiting_[job].set_value(fail(errc::overloaded, "full"));
      waiting_.erase(job);
    }
    return result;
  }

  answer operator()(http_fetch request) { return start(std::move(request)).get(); }

  curl_loop& loop() { return *loop_; }
  void stop() { loop_.reset(); }

private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::promise<answer>> waiting_;
  std::uint64_t last_ = 0;
  std::unique_ptr<curl_loop> loop_;
};

/// A request that may reach loopback and has plenty of time.
inline http_fetch get(std::string url) {
  http_fetch x;
  x.url = std::move(url);
  x.allow_private = true;
  x.until = deadline::in(std::chrono::seconds{120});
  return x;
}

inline errc code_of(const expected<http_response>& x) { return x ? errc::none : x.error().code; }

} // namespace troupe
