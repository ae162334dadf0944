#include "gateway/cli/engine_connection.hpp"

#include <fstream>
#include <thread>

#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/running_node.hpp"
#include "gateway/log.hpp"

namespace troupe::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds holder_answers_within{10'000}; ///< who has just taken the lock is about to listen
constexpr milliseconds quick_stop{5'000};

expected<node_config> configured(const engine_options& options) {
  auto config = load_config(options.config);
  if (!config)
    return config;
  if (!options.data.empty())
    config->data = options.data;
  config->listen = "127.0.0.1:0";
  config->roles.clear();
  config->allow_private_network = config->allow_private_network || options.allow_private_network;
  for (const auto& path : options.allow_paths)
    config->allow_paths.push_back(path);
  config->admit_leftovers = options.goes_on;
  config->drainable = false;
  config->grants = true; // another command may have to finish what this one accepts
  return config;
}

bool answers(const http_client& server) {
  http_call call;
  call.path = "/health/live";
  call.within = milliseconds{2000};
  return server.send(call).has_value();
}

/// The server that holds the data folder, if its address can be read and it answers.
expected<http_client> holder_of(const std::filesystem::path& data) {
  std::string address;
  std::ifstream in{endpoint_file(data)};
  if (std::getline(in, address) && !address.empty()) {
    http_client server{address.starts_with("http") ? address : "http://" + address};
    if (answers(server))
      return server;
  }
  return fail(errc::data_locked, "another process holds " + data.string() + " and does not answer",
              address.empty()
                ? "Wait for it to end, or give another folder with --data."
                : "See what became of the server at " + address + ", or give another folder with --data.");
}

/// People see errors on stderr; what the node logs goes to a file beside its data.
void log_quietly(const node_config& config) {
  std::error_code ignored;
  std::filesystem::create_directories(config.data, ignored);
  auto file = config.log_file.empty() ? config.data / "troupe.log" : std::filesystem::path{config.log_file};
  static_cast<void>(init_logging("warning", file)); // without a log it still works
}

} // namespace

engine_connection::engine_connection(engine_options options, http_client client, std::unique_ptr<running_node> node)
  : options_(std::move(options)), client_(std::move(client)), node_(std::move(node)) {}
engine_connection::engine_connection(engine_connection&&) noexcept = default;
engine_connection& engine_connection::operator=(engine_connection&&) noexcept = default;
engine_connection::~engine_connection() { close(); }

expected<engine_connection> engine_connection::open(const engine_options& options) {
  if (!options.server.empty())
    return engine_connection{options, http_client{options.server}, nullptr};
  auto config = configured(options);
  if (!config)
    return tl::make_unexpected(config.error());
  log_quietly(*config);
  // Whoever holds the folder may be about to listen, or about to let go of it: both are looked for.
  for (auto until = steady_clock::now() + holder_answers_within;; std::this_thread::sleep_for(milliseconds{50})) {
    auto node = running_node::start(*config);
    if (node) {
      http_client client{(*node)->address()};
      return engine_connection{options, std::move(client), std::move(*node)};
    }
    if (node.error().code != errc::data_locked)
      return tl::make_unexpected(node.error());
    auto holder = holder_of(config->data);
    if (holder)
      return engine_connection{options, std::move(*holder), nullptr};
    if (steady_clock::now() > until || interrupts() > 0)
      return tl::make_unexpected(holder.error());
  }
}

bool engine_connection::may_have_moved(const error& why) const {
  if (node_ || !options_.server.empty() || interrupts() > 0)
    return false;
  if (why.code != errc::connect_failed && why.code != errc::draining)
    return false;
  std::this_thread::sleep_for(milliseconds{100});
  return true;
}

expected<http_client> engine_connection::running_server(const engine_options& options) {
  if (!options.server.empty())
    return http_client{options.server};
  auto config = configured(options);
  if (!config)
    return tl::make_unexpected(config.error());
  auto holder = holder_of(config->data);
  if (holder)
    return holder;
  return fail(errc::unavailable, "no server runs on " + config->data.string(),
              "Start one with troupe serve, or name another with --server or --data.");
}

expected<http_client> engine_connection::reconnect() {
  if (node_ && node_->failed())
    return fail(errc::internal, "the embedded node failed too often to go on", "See troupe.log in the data folder.");
  if (node_ || !options_.server.empty())
    return client_;
  // Whoever held the data folder may be gone: then this process takes over, and the research continues here.
  auto again = open(options_);
  if (!again)
    return tl::make_unexpected(again.error());
  *this = std::move(*again);
  return client_;
}

void engine_connection::close() {
  if (node_)
    node_->stop(quick_stop);
  node_.reset();
}

} // namespace troupe::cli
