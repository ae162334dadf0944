#include "gateway/cli/running_node.hpp"

#include "actors/node/node.hpp"
#include "gateway/gateway_actor.hpp"
#include "gateway/log.hpp"

namespace troupe::cli {

struct running_node::impl {
  std::shared_ptr<gateway::drain_signal> going_down;
  std::chrono::milliseconds drain{};
  std::string address;
  std::unique_ptr<node> tree;
  bool stopped = false;
};

namespace {

const std::vector<std::string>& every_role() {
  static const std::vector<std::string> roles{"gateway", "research", "scrape", "embed", "index", "sync"};
  return roles;
}

/// Never more than what was asked for: the folders named, each below one that this node may read.
research_grant grant_for(const research_request& x, bool private_network) {
  return {x.paths, private_network && !x.urls.empty()};
}

gateway::gateway_options edge_options(const node_config& config) {
  gateway::gateway_options options;
  options.data = config.data;
  options.uploads = config.data / "uploads"; // which the node may read, though no request may name it
  options.allow_paths = config.allow_paths;
  options.roles = config.roles.empty() ? every_role() : config.roles;
  options.drain_deadline = std::chrono::seconds{config.drain_deadline_s};
  options.may_drain = config.drainable;
  if (config.grants)
    options.grant = [open = config.allow_private_network](const research_request& x) { return grant_for(x, open); };
  return options;
}

} // namespace

running_node::running_node(std::unique_ptr<impl> x) : impl_(std::move(x)) {}

running_node::~running_node() { stop(impl_->drain); }

expected<std::unique_ptr<running_node>> running_node::start(const node_config& config, bool insecure_listen) {
  auto listener = gateway::bind_listener(config.listen);
  if (!listener)
    return tl::make_unexpected(listener.error());
  if (auto safe = gateway::check_exposure(**listener, insecure_listen); !safe)
    return tl::make_unexpected(safe.error());
  auto options = edge_options(config);
  options.insecure_listen = insecure_listen;
  auto x = std::make_unique<impl>();
  x->going_down = options.going_down;
  x->drain = std::chrono::seconds{config.drain_deadline_s};
  x->address = "http://" + (*listener)->endpoint();
  auto edge = [&](const engine_doors& doors) {
    return std::vector<child_spec>{gateway::gateway_child(doors, options, *listener)};
  };
  auto started = node::start(config, edge);
  if (!started)
    return tl::make_unexpected(started.error());
  x->tree = std::move(*started);
  return std::unique_ptr<running_node>{new running_node{std::move(x)}};
}

const std::string& running_node::address() const noexcept { return impl_->address; }

bool running_node::drain_asked() const noexcept { return impl_->going_down->begun(); }

bool running_node::failed() const { return impl_->tree->failed(); }

void running_node::stop(std::chrono::milliseconds within, std::string_view because) {
  if (impl_->stopped)
    return;
  impl_->stopped = true;
  auto began = std::chrono::steady_clock::now();
  auto seconds = [](auto x) { return std::chrono::duration<double>(x).count(); };
  log_line{log_level::info, "draining"}.with("because", because).with("within_s", seconds(within));
  impl_->going_down->begin();
  impl_->going_down->end_by(std::chrono::steady_clock::now() + within);
  auto handed_back = impl_->tree->stop(within);
  log_line{log_level::info, "stopped"}
    .with("handed_back", handed_back)
    .with("took_s", seconds(std::chrono::steady_clock::now() - began));
  end_logging();
}

std::filesystem::path endpoint_file(const std::filesystem::path& data) { return data / "endpoint"; }

} // namespace troupe::cli
