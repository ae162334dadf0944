// The front of the bridge and the jobs it makes; compiled with CAF, used without.
#include "gateway/actor_bridge.hpp"

#include "gateway/bridge_actor.hpp"

namespace troupe::gateway {

namespace {

error gone() { return {errc::unavailable, "the engine is stopping or restarting", "Try again in a moment."}; }

/// Counts one request in flight, and makes sure that its sink hears something.
template <class Answer>
class pending final : public pending_answer {
public:
  pending(std::unique_ptr<answer_sink<Answer>> sink, std::shared_ptr<std::atomic<std::size_t>> count)
    : sink_(std::move(sink)), count_(std::move(count)) {}
  pending(const pending&) = delete;
  pending& operator=(const pending&) = delete;
  ~pending() override { abandon(gone()); }

  void take(caf::type_erased_tuple& content) noexcept override {
    if (content.match_elements<Answer>())
      return deliver(std::move(content.get_mutable_as<Answer>(0)));
    if (content.match_elements<caf::error>())
      return abandon(from_caf(content.get_as<caf::error>(0)));
    abandon({errc::internal, "a part of the engine gave an answer to another question", "Please report this."});
  }
  void abandon(error why) noexcept override { deliver(tl::make_unexpected(std::move(why))); }

private:
  void deliver(expected<Answer> x) noexcept {
    if (auto sink = std::move(sink_)) {
      sink->deliver(std::move(x));
      sink.reset(); // in flight until nothing here knows the executor: see http_edge::stop
      count_->fetch_sub(1, std::memory_order_release);
    }
  }

  std::unique_ptr<answer_sink<Answer>> sink_;
  std::shared_ptr<std::atomic<std::size_t>> count_;
};

template <class Request>
const auto& door_of(const engine_doors& doors) {
  if constexpr (
    std::is_same_v<
      Request,
      accept_research> || std::is_same_v<Request, cancel_research> || std::is_same_v<Request, settle_dead_letter>)
    return doors.writer;
  else if constexpr (std::is_same_v<Request, search_passages>)
    return doors.index;
  else if constexpr (std::is_same_v<Request, get_tree> || std::is_same_v<Request, restart_child>)
    return doors.root;
  else
    return doors.reader;
}

/// Sends one request on.
template <class Request>
void leave_by(request_desk& desk, Request request, std::unique_ptr<pending_answer> answer) {
  const auto& door = door_of<Request>(desk.doors());
  if (!door)
    return answer->abandon({errc::unavailable, "this part of the engine is not running on this node",
                            "Start it with its role, see `troupe serve --help`."});
  if (request.until.passed())
    return answer->abandon(from_caf(caf::make_error(caf::sec::request_timeout)));
  if (auto id = desk.enlist(request.until.at, std::move(answer)))
    caf::actor_cast<caf::abstract_actor*>(door)->enqueue(
      caf::make_mailbox_element(desk.mailbox(), *id, {}, std::move(request)), nullptr);
}

/// A request that came before the bridge ran.
template <class Request>
class request_job final : public bridge_job {
public:
  request_job(Request request, std::unique_ptr<pending_answer> answer)
    : request_(std::move(request)), answer_(std::move(answer)) {}

  void run(bridge_state& state) override { leave_by(*state.desk, std::move(request_), std::move(answer_)); }

private:
  Request request_;
  std::unique_ptr<pending_answer> answer_;
};

/// A job that is a function.
template <class F>
class call_job final : public bridge_job {
public:
  explicit call_job(F f) : f_(std::move(f)) {}
  void run(bridge_state& state) override { f_(state); }

private:
  F f_;
};

template <class F>
std::unique_ptr<bridge_job> call(F f) {
  return std::make_unique<call_job<F>>(std::move(f));
}

} // namespace

template <class Request>
void actor_bridge::submit(Request request, std::unique_ptr<answer_sink<answer_of<Request>>> sink) {
  auto before = in_flight_->fetch_add(1, std::memory_order_relaxed);
  auto answer = std::make_unique<pending<answer_of<Request>>>(std::move(sink), in_flight_);
  if (before >= limit_)
    return answer->abandon({errc::unavailable,
                            "the gateway already waits for " + std::to_string(limit_) + " answers of the engine",
                            "Try again in a second, with fewer requests at the same time."});
  if (auto open = desk())
    return leave_by(*open, std::move(request), std::move(answer));
  push(std::make_unique<request_job<Request>>(std::move(request), std::move(answer)));
}

#define TROUPE_INSTANTIATE(request)                                                                                    \
  template void actor_bridge::submit<request>(request, std::unique_ptr<answer_sink<answer_of<request>>>);
TROUPE_BRIDGE_REQUESTS(TROUPE_INSTANTIATE)
#undef TROUPE_INSTANTIATE

subscription actor_bridge::subscribe(const research_id& research, std::weak_ptr<wake_target> target) {
  auto token = next_token_.fetch_add(1, std::memory_order_relaxed);
  push(call([research, token, target](bridge_state& state) { state.subscribe(research, token, target); }));
  return {weak_from_this(), research, token};
}

void actor_bridge::resubscribe(const research_id& research) {
  push(call([research](bridge_state& state) {
    if (state.subscribers.count(research) != 0)
      state.tell_event_log(research, true);
  }));
}

subscription& subscription::operator=(subscription&& other) noexcept {
  std::swap(owner_, other.owner_);
  std::swap(research_, other.research_);
  std::swap(token_, other.token_);
  return *this;
}

subscription::~subscription() {
  if (auto owner = owner_.lock(); owner && token_ != 0)
    owner->push(
      call([research = research_, token = token_](bridge_state& state) { state.unsubscribe(research, token); }));
}

void actor_bridge::push(std::unique_ptr<bridge_job> job) {
  std::function<void()> wake;
  {
    std::lock_guard guard{mutex_};
    if (closed_) // `job` goes after the lock: the destructor of a request answers its sink
      return;
    jobs_.push_back(std::move(job));
    if (jobs_.size() == 1)
      wake = wake_;
  }
  if (wake)
    wake();
}

std::shared_ptr<request_desk> actor_bridge::desk() {
  std::lock_guard guard{mutex_};
  return desk_;
}

void actor_bridge::open(std::function<void()> wake, std::shared_ptr<request_desk> desk) {
  bool waiting = false;
  {
    std::lock_guard guard{mutex_};
    if (closed_)
      return;
    desk_ = std::move(desk);
    wake_ = wake;
    waiting = !jobs_.empty();
  }
  if (waiting)
    wake();
}

void actor_bridge::close() {
  std::vector<std::unique_ptr<bridge_job>> left;
  std::function<void()> wake;
  std::shared_ptr<request_desk> desk;
  {
    std::lock_guard guard{mutex_};
    closed_ = true;
    left.swap(jobs_);
    wake.swap(wake_);
    desk.swap(desk_);
  }
  if (desk)
    desk->close();
}

std::vector<std::unique_ptr<bridge_job>> actor_bridge::take() {
  std::vector<std::unique_ptr<bridge_job>> jobs;
  std::lock_guard guard{mutex_};
  jobs.swap(jobs_);
  return jobs;
}

} // namespace troupe::gateway
