#include "gateway/stream/tree_feed.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/bridge_ask.hpp"
#include "gateway/stream/alarm.hpp"
#include "gateway/stream/frames.hpp"

namespace troupe::gateway {

namespace {

constexpr std::chrono::seconds patience{5};    ///< for the tree to answer
constexpr std::chrono::seconds look_again{30}; ///< for a watcher without news

class tree_frames final : public frame_source {
public:
  tree_frames(std::shared_ptr<tree_feed> feed, net::any_io_executor executor)
    : feed_(std::move(feed)), alarm_(std::make_shared<alarm>(std::move(executor))), watcher_(feed_->join(alarm_)) {}
  tree_frames(const tree_frames&) = delete;
  tree_frames& operator=(const tree_frames&) = delete;
  ~tree_frames() override { feed_->leave(watcher_); }

  net::awaitable<outgoing_frame> next() override {
    for (;;) {
      if (refusal_)
        co_return *refusal_;
      if (alarm_->stopped())
        co_return closing(close_code::going_away, "the server is stopping");
      if (auto news = feed_->news(seen_)) {
        outgoing_frame frame;
        frame.text = std::move(news);
        co_return frame;
      }
      static_cast<void>(co_await alarm_->wait(look_again));
    }
  }

  void pause() noexcept override {} // nothing is read ahead

  net::awaitable<void> received(std::string, bool is_text) override {
    if (!refusal_)
      refusal_ = is_text ? closing(close_code::policy_violation, "no message is known here")
                         : closing(close_code::not_understood, "messages are text here");
    alarm_->stop();
    co_return;
  }

  void stop() noexcept override { alarm_->stop(); }

private:
  std::shared_ptr<tree_feed> feed_;
  std::shared_ptr<alarm> alarm_;
  std::uint64_t watcher_;
  std::uint64_t seen_ = 0;
  std::optional<outgoing_frame> refusal_;
};

} // namespace

tree_feed::tree_feed(std::shared_ptr<actor_bridge> bridge, std::function<net::any_io_executor()> strand,
                     std::chrono::milliseconds every)
  : bridge_(std::move(bridge)), strand_(std::move(strand)), every_(every) {}

tree_feed::~tree_feed() = default;

std::uint64_t tree_feed::join(std::weak_ptr<wake_target> target) {
  std::unique_lock lock{mutex_};
  auto number = next_watcher_++;
  watchers_.emplace(number, std::move(target));
  auto first = !std::exchange(looking_, true);
  lock.unlock(); // the looking may begin in here
  if (first)
    net::co_spawn(
      strand_(), [self = shared_from_this()] { return self->look(); }, net::detached);
  return number;
}

void tree_feed::leave(std::uint64_t watcher) {
  std::lock_guard guard{mutex_};
  watchers_.erase(watcher);
}

bool tree_feed::watched() {
  std::lock_guard guard{mutex_};
  if (watchers_.empty()) {
    looking_ = false;
    history_ = tree_history{}; // the next who comes shall not see an old tree
    whole_ = step_ = nullptr;
  }
  return looking_;
}

net::awaitable<void> tree_feed::look() {
  auto self = shared_from_this();
  net::steady_timer pause{co_await net::this_coro::executor};
  while (watched()) {
    pause.expires_after(every_);
    get_tree q{deadline::in(patience)};
    auto found = co_await ask(*bridge_, std::move(q));
    if (found) // otherwise the tree is away for a moment, and watchers keep what they have
      take(std::move(*found));
    boost::system::error_code ignored;
    co_await pause.async_wait(net::redirect_error(net::use_awaitable, ignored));
  }
}

void tree_feed::take(tree_snapshot now) {
  std::lock_guard guard{mutex_};
  if (!history_.take(std::move(now), std::chrono::steady_clock::now()))
    return;
  whole_ = step_ = nullptr;
  for (auto& [number, target] : watchers_)
    if (auto alive = target.lock())
      alive->wake();
}

std::shared_ptr<const std::string> tree_feed::news(std::uint64_t& seen) {
  std::lock_guard guard{mutex_};
  auto newest = history_.version();
  if (seen == newest)
    return nullptr;
  auto from = std::exchange(seen, newest);
  auto* kept = from == 0 ? &whole_ : from + 1 == newest ? &step_ : nullptr;
  if (kept != nullptr && *kept)
    return *kept;
  auto made = std::make_shared<const std::string>(history_.since(from));
  if (kept != nullptr)
    *kept = made;
  return made;
}

std::unique_ptr<frame_source> make_tree_frames(std::shared_ptr<tree_feed> feed, net::any_io_executor executor) {
  return std::make_unique<tree_frames>(std::move(feed), std::move(executor));
}

} // namespace troupe::gateway
