#include "gateway/stream/followed_log.hpp"

#include <optional>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/stream/alarm.hpp"

namespace troupe::gateway {

namespace {

constexpr std::uint32_t page_events = 100;
constexpr std::uint32_t page_bytes = 16u << 10; ///< of data: what one follower may hold in memory

} // namespace

/// The logs that are followed on one thread; its context owns it.
class followed_log::registry final : public net::execution_context::service {
public:
  using key_type = registry;
  static inline net::execution_context::id id;
  explicit registry(net::execution_context& context) : service(context) {}

  std::unordered_map<research_id, std::weak_ptr<followed_log>> logs;

private:
  void shutdown() override {}
};

/// A read that others may wait for.
struct followed_log::reading {
  explicit reading(const net::any_io_executor& executor) : over(executor, net::steady_timer::time_point::max()) {}
  net::steady_timer over; ///< never fires; cancelled when there is an answer
  expected<page_ptr> answer = fail(errc::unavailable, "a read of the event log was given up", "Try again in a moment.");
};

/// Takes wake-ups from other threads to this one, many in one.
class followed_log::wakes final : public wake_target, public std::enable_shared_from_this<wakes> {
public:
  wakes(net::any_io_executor executor, std::weak_ptr<followed_log> log)
    : executor_(std::move(executor)), log_(std::move(log)) {}

  void wake() noexcept override {
    if (!rung_.exchange(true, std::memory_order_acq_rel))
      net::post(executor_, [self = shared_from_this()] {
        self->rung_.store(false, std::memory_order_release); // before they read
        if (auto log = self->log_.lock())
          log->ring();
      });
  }

private:
  net::any_io_executor executor_;
  std::weak_ptr<followed_log> log_; ///< owned on its own thread only
  std::atomic<bool> rung_{false};
};

// -- one for all of a thread ------------------------------------------------------------------------------------------

std::shared_ptr<followed_log> followed_log::of(const std::shared_ptr<actor_bridge>& bridge, const research_id& research,
                                               const net::any_io_executor& executor) {
  auto& here = net::use_service<registry>(executor.context());
  auto& place = here.logs[research];
  auto log = place.lock();
  if (!log) {
    log.reset(new followed_log{bridge, research, executor, here});
    place = log;
    log->wakes_ = std::make_shared<wakes>(executor, log);
    log->subscribed_ = bridge->subscribe(research, log->wakes_);
  }
  return log;
}

followed_log::followed_log(std::shared_ptr<actor_bridge> bridge, research_id research, net::any_io_executor executor,
                           registry& here)
  : bridge_(std::move(bridge)), research_(std::move(research)), executor_(std::move(executor)), here_(here),
    expiry_(executor_) {}

followed_log::~followed_log() { here_.logs.erase(research_); }

std::uint64_t followed_log::join() noexcept {
  ++followers_;
  return next_number_++;
}

void followed_log::leave(std::uint64_t number) noexcept {
  --followers_;
  waiting_.erase(number);
}

net::awaitable<bool> followed_log::wait(std::uint64_t number, alarm& who, std::uint64_t seen,
                                        std::chrono::milliseconds most) {
  if (news_ != seen)
    co_return true;
  waiting_.emplace(number, &who);
  auto rang = co_await who.wait(most);
  waiting_.erase(number);
  co_return rang;
}

void followed_log::ring() noexcept {
  ++news_;
  for (auto& [number, follower] : std::exchange(waiting_, {}))
    follower->ring();
}

void followed_log::missed() { bridge_->resubscribe(research_); }

// -- reading ----------------------------------------------------------------------------------------------------------

net::awaitable<expected<page_ptr>> followed_log::page_after(event_seq after, std::chrono::milliseconds patience) {
  auto self = shared_from_this();
  for (bool again = false;; again = true) {
    if (auto kept = shelf_.find(after, std::chrono::steady_clock::now()))
      co_return kept;
    auto found = readings_.find(after);
    if (found == readings_.end())
      co_return co_await read(after, patience);
    auto joined = found->second;
    boost::system::error_code cancelled;
    co_await joined->over.async_wait(net::redirect_error(net::use_awaitable, cancelled));
    // Nothing, read since before we asked, may leave out what we were woken for. The next read began after we asked.
    if (again || !joined->answer || !(*joined->answer)->events.empty() || (*joined->answer)->final)
      co_return joined->answer;
  }
}

net::awaitable<expected<page_ptr>> followed_log::read(event_seq after, std::chrono::milliseconds patience) {
  auto mine = std::make_shared<reading>(executor_);
  readings_.emplace(after, mine);
  struct ending { // whatever happens, who joined hears of it
    followed_log& log;
    event_seq after;
    reading& mine;
    ~ending() {
      log.readings_.erase(after);
      mine.over.cancel();
    }
  } end{*this, after, *mine};
  read_events request{research_, after, page_events, deadline::in(patience), page_bytes};
  auto page = co_await ask(*bridge_, std::move(request));
  if (page) {
    mine->answer = share(*page);
    keep(after, *mine->answer);
  } else {
    mine->answer = tl::make_unexpected(std::move(page.error()));
  }
  co_return mine->answer;
}

void followed_log::keep(event_seq after, const page_ptr& page) {
  shelf_.keep(after, page, followers_, std::chrono::steady_clock::now());
  if (!shelf_.empty() && !std::exchange(expiring_, true))
    expire_later();
}

void followed_log::expire_later() {
  expiry_.expires_after(page_shelf::most_age);
  expiry_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    auto self = weak.lock();
    if (cancelled || !self)
      return;
    self->shelf_.expire(std::chrono::steady_clock::now());
    self->expiring_ = !self->shelf_.empty();
    if (self->expiring_)
      self->expire_later();
  });
}

} // namespace troupe::gateway
