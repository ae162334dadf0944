#include "gateway/cli/tree_feed.hpp"

#include <chrono>

#include "gateway/cli/command.hpp"

namespace troupe::cli {

namespace {

constexpr const char* path = "/api/v1/tree/stream";
constexpr std::size_t most_waiting = 64;
constexpr std::chrono::seconds pause_between_tries{1};

} // namespace

expected<std::unique_ptr<tree_feed>> tree_feed::open(const std::string& base) {
  auto first = websocket_client::open(base, path);
  if (!first)
    return tl::make_unexpected(first.error());
  return std::unique_ptr<tree_feed>{new tree_feed{base, std::move(*first)}};
}

tree_feed::tree_feed(std::string base, std::unique_ptr<websocket_client> first)
  : base_(std::move(base)), client_(std::move(first)), reader_([this] { run(); }) {}

tree_feed::~tree_feed() {
  {
    std::lock_guard guard{mutex_};
    stopped_ = true;
    if (client_)
      client_->stop();
  }
  changed_.notify_all();
  reader_.join();
}

std::string tree_feed::next(std::chrono::milliseconds most) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, most, [this] { return !waiting_.empty(); });
  if (waiting_.empty())
    return {};
  auto message = std::move(waiting_.front());
  waiting_.pop_front();
  changed_.notify_all();
  return message;
}

std::string tree_feed::trouble() {
  std::lock_guard guard{mutex_};
  return trouble_;
}

/// The reader's thread: only it sets `client_`, so it may use it without the mutex.
void tree_feed::run() {
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return stopped_ || waiting_.size() < most_waiting; });
      if (stopped_)
        return;
    }
    if (client_)
      read_one();
    else if (!connect()) {
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, pause_between_tries, [this] { return stopped_; });
    }
  }
}

void tree_feed::read_one() {
  auto message = client_->read();
  std::lock_guard guard{mutex_};
  if (message && *message) {
    waiting_.push_back(std::move(**message));
  } else {
    trouble_ = message ? "the server has stopped" : message.error().message;
    client_.reset();
  }
  changed_.notify_all();
}

bool tree_feed::connect() {
  auto again = websocket_client::open(base_, path);
  std::lock_guard guard{mutex_};
  if (!again) {
    trouble_ = again.error().message;
    return false;
  }
  trouble_.clear();
  client_ = std::move(*again);
  if (stopped_)
    client_->stop();
  return true;
}

} // namespace troupe::cli
