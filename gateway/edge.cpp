#include "gateway/edge.hpp"

#include <thread>

#include "actors/supervision/figures.hpp"
#include "gateway/api/services.hpp"
#include "gateway/http/application.hpp"
#include "gateway/http/server.hpp"
#include "gateway/log.hpp"
#include "gateway/stream/tree_feed.hpp"

namespace troupe::gateway {

namespace {

class http_edge final : public edge {
public:
  http_edge(gateway_options options, std::shared_ptr<actor_bridge> bridge) : services_(std::make_shared<services>()) {
    services_->options = std::move(options);
    services_->bridge = std::move(bridge);
    services_->figures = std::make_shared<metrics>();
    access_policy access{services_->options.insecure_listen};
    auto app = std::make_shared<application>(make_routes(services_), access, services_->figures);
    server_ = std::make_unique<http_server>(services_->options.limits, std::move(app));
    services_->tree = std::make_shared<tree_feed>(
      services_->bridge, [server = server_.get()] { return server->strand(); }, services_->options.limits.tree);
    services_->connections = [server = server_.get()] {
      auto count = server->count();
      return std::pair{count.connections, count.streams};
    };
  }

  ~http_edge() override { stop(); }

  expected<void> start(const bound_listener& listener) override {
    if (auto exposed = check_exposure(listener, services_->options.insecure_listen); !exposed)
      return exposed;
    if (auto started = server_->start(listener); !started)
      return started;
    endpoint_ = listener.endpoint();
    services_->address = "http://" + endpoint_;
    log_line{log_level::info, "listening"}.with("address", endpoint_);
    if (services_->options.data.empty())
      return {};
    return write_endpoint(services_->options.data, endpoint_);
  }

  void drain(std::chrono::milliseconds within, std::function<void()> done) override {
    services_->closing = true;
    forget_endpoint();
    server_->drain(within, std::move(done));
  }

  void stop() override {
    services_->closing = true;
    forget_endpoint();
    server_->stop();
    // A thread that delivers an answer still holds an executor of the server's context, which must not go before it.
    for (int i = 0; i < 2000 && services_->bridge->in_flight() != 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }

  std::string status() const override {
    auto count = server_->count();
    return endpoint_ + " · " + how_many(count.connections, "connection") + " · " + how_many(count.streams, "stream");
  }

private:
  void forget_endpoint() noexcept {
    if (!services_->options.data.empty() && !endpoint_.empty())
      remove_endpoint(services_->options.data, endpoint_);
  }

  services_ptr services_;
  std::unique_ptr<http_server> server_;
  std::string endpoint_;
};

} // namespace

std::unique_ptr<edge> make_edge(gateway_options options, std::shared_ptr<actor_bridge> bridge) {
  return std::make_unique<http_edge>(std::move(options), std::move(bridge));
}

} // namespace troupe::gateway
