#include "gateway/bridge_ask.hpp"

#include <boost/asio.hpp>

namespace troupe::gateway {

namespace {

/// Resumes a coroutine on its executor, which is kept at work until then.
template <class Answer, class Handler>
class resuming_sink final : public answer_sink<Answer> {
public:
  explicit resuming_sink(Handler handler)
    : work_(net::make_work_guard(net::get_associated_executor(handler))), handler_(std::move(handler)) {}

  void deliver(expected<Answer> x) noexcept override {
    // The guard ends on the executor's thread: ended here, it could outlive a context that stops at this moment.
    auto executor = work_.get_executor();
    net::post(executor, [work = std::move(work_), handler = std::move(handler_), answer = std::move(x)]() mutable {
      std::move(handler)(std::move(answer));
    });
  }

private:
  net::executor_work_guard<net::associated_executor_t<Handler>> work_;
  Handler handler_;
};

} // namespace

template <class Request>
net::awaitable<expected<answer_of<Request>>> ask(actor_bridge& bridge, Request request) {
  using answer = answer_of<Request>;
  return net::async_initiate<const net::use_awaitable_t<>, void(expected<answer>)>(
    [&bridge](auto handler, Request r) {
      using sink = resuming_sink<answer, decltype(handler)>;
      bridge.submit(std::move(r), std::make_unique<sink>(std::move(handler)));
    },
    net::use_awaitable, std::move(request));
}

#define TROUPE_INSTANTIATE(request)                                                                                    \
  template net::awaitable<expected<answer_of<request>>> ask<request>(actor_bridge&, request);
TROUPE_BRIDGE_REQUESTS(TROUPE_INSTANTIATE)
#undef TROUPE_INSTANTIATE

} // namespace troupe::gateway
