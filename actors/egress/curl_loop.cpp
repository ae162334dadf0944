#include "actors/egress/curl_loop.hpp"

#include <utility>

#include <csignal>

namespace troupe {

namespace {

/// libcurl wants this once in a process, before any thread uses it.
void init_curl() {
  static const auto status = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)status;
}

egress_policy opened(egress_policy policy) {
  policy.allow_private = true;
  return policy;
}

} // namespace

curl_loop::curl_loop(egress_options options, std::function<void(fetch_result)> deliver)
  : options_(std::move(options)), open_policy_(opened(options_.policy)), deliver_(std::move(deliver)) {
  init_curl();
  multi_.reset(curl_multi_init());
  if (multi_ == nullptr)
    throw std::bad_alloc{};
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(options_.max_connections));
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_connections / 2 + 1));
  thread_ = std::thread{[this] { run(); }};
}

curl_loop::~curl_loop() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  curl_multi_wakeup(multi_.get());
  thread_.join();
}

bool curl_loop::submit(std::uint64_t id, http_fetch request) {
  {
    std::lock_guard guard{mutex_};
    if (stopping_ || in_flight_ >= options_.max_in_flight)
      return false;
    ++in_flight_;
    orders_.emplace_back(job{id, std::move(request)});
  }
  curl_multi_wakeup(multi_.get());
  return true;
}

void curl_loop::abort(std::string token) {
  {
    std::lock_guard guard{mutex_};
    // Beyond this the callers abort faster than a loop that waits for nothing can follow: their jobs end by deadline.
    if (orders_.size() >= 2 * options_.max_in_flight)
      return;
    orders_.emplace_back(abort_token{std::move(token)});
  }
  curl_multi_wakeup(multi_.get());
}

void curl_loop::run() {
  // Signals belong to the main thread, and a peer that closes must not end the process by SIGPIPE. The threads that
  // libcurl starts for look-ups inherit this.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  while (take_orders()) {
    int active = 0;
    curl_multi_perform(multi_.get(), &active);
    reap();
    // Ends early at an event, a timer of libcurl's, or a wake-up.
    curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
  }
  for (const auto& entry : running_)
    curl_multi_remove_handle(multi_.get(), entry.first);
  running_.clear();
}

bool curl_loop::take_orders() {
  std::deque<order> orders;
  {
    std::lock_guard guard{mutex_};
    if (stopping_)
      return false;
    orders.swap(orders_);
  }
  for (auto& x : orders) {
    if (auto* wanted = std::get_if<job>(&x))
      start(std::move(*wanted));
    else
      give_up(std::get<abort_token>(x).token);
  }
  return true;
}

void curl_loop::start(job x) {
  const auto& policy = x.request.allow_private ? open_policy_ : options_.policy;
  auto fresh = std::make_unique<transfer>(x.id, std::move(x.request), options_, policy, buffered_);
  auto* handle = fresh->handle();
  if (handle == nullptr) {
    deliver(x.id, fail(errc::overloaded, "can't start another request", "Try again later."));
    return;
  }
  auto& started = *running_.emplace(handle, std::move(fresh)).first->second;
  if (auto wrong = started.begin())
    finish(started, tl::make_unexpected(std::move(*wrong)));
  else
    begin_hop(started);
}

void curl_loop::begin_hop(transfer& x) {
  if (auto wrong = x.prepare())
    finish(x, tl::make_unexpected(std::move(*wrong)));
  else if (curl_multi_add_handle(multi_.get(), x.handle()) != CURLM_OK)
    finish(x, fail(errc::internal, "libcurl took no request", "Restart this node."));
}

void curl_loop::give_up(const std::string& token) {
  std::vector<transfer*> given_up;
  for (const auto& entry : running_)
    if (entry.second->token() == token)
      given_up.push_back(entry.second.get());
  for (auto* x : given_up) {
    curl_multi_remove_handle(multi_.get(), x->handle());
    finish(*x, fail(errc::cancelled, "the request was given up because its research ended"));
  }
}

void curl_loop::reap() {
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    auto* handle = message->easy_handle;
    auto code = message->data.result; // `message` dies with the removal
    curl_multi_remove_handle(multi_.get(), handle);
    auto found = running_.find(handle);
    if (found == running_.end())
      continue;
    if (auto answer = found->second->conclude(code))
      finish(*found->second, std::move(*answer));
    else
      begin_hop(*found->second);
  }
}

void curl_loop::finish(transfer& x, expected<http_response> answer) {
  auto id = x.id();
  running_.erase(x.handle());
  deliver(id, std::move(answer));
}

void curl_loop::deliver(std::uint64_t id, expected<http_response> answer) {
  {
    std::lock_guard guard{mutex_};
    --in_flight_;
  }
  deliver_({id, std::move(answer)});
}

} // namespace troupe
