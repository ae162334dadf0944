#include "gateway/http/server.hpp"

#include <thread>

#include "gateway/http/session.hpp"
#include "gateway/log.hpp"

#include <pthread.h>
#include <unistd.h>

namespace troupe::gateway {

namespace {

/// For a stream's client to take what is under way and the close, at a stop; who reads nothing is cut off after it.
constexpr std::chrono::seconds stream_patience{2};

} // namespace

/// A thread with the connections that it serves: no two threads ever look at one connection, so nothing is locked.
struct lane {
  net::io_context io{1};
  std::thread thread;
};

struct http_server::impl : std::enable_shared_from_this<impl> {
  explicit impl(unsigned threads) : lanes(std::max(1u, threads)) {}

  net::awaitable<void> accept();
  void finished();

  std::vector<lane> lanes;
  thread_executor control{lanes.front().io.get_executor()}; ///< acceptor, drain timer
  std::size_t next = 0;                                     ///< lane of the next connection
  tcp::acceptor acceptor{control};
  net::steady_timer pause{control};
  net::steady_timer patience{control};
  std::shared_ptr<session_pool> pool = std::make_shared<session_pool>();
  std::function<void()> drained;
};

net::awaitable<void> http_server::impl::accept() {
  while (acceptor.is_open()) {
    beast::error_code failure;
    auto& io = lanes[next++ % lanes.size()].io;
    auto socket = co_await acceptor.async_accept(io, net::redirect_error(net::use_awaitable, failure));
    if (failure == net::error::operation_aborted || !acceptor.is_open())
      co_return;
    if (failure) { // out of descriptors, or a client that went away while it waited
      log_line{log_level::warning, "accept failed"}.with("error", failure.message());
      pause.expires_after(std::chrono::milliseconds{100});
      co_await pause.async_wait(net::redirect_error(net::use_awaitable, failure));
      continue;
    }
    auto executor = socket.get_executor();
    auto s = std::make_shared<session>(std::move(socket), pool);
    if (pool->enter(s))
      net::co_spawn(
        executor, [s] { return s->run(); }, net::detached);
    else
      net::co_spawn(
        executor, [s] { return s->turn_away(); }, net::detached);
  }
}

void http_server::impl::finished() {
  if (auto done = std::exchange(drained, {})) {
    patience.cancel();
    pause.cancel();
    done();
  }
}

http_server::http_server(const http_limits& limits, std::shared_ptr<application> app)
  : impl_(std::make_shared<impl>(limits.threads)) {
  impl_->pool->limits = limits;
  impl_->pool->app = std::move(app);
}

http_server::~http_server() { stop(); }

expected<void> http_server::start(const bound_listener& listener) {
  auto fd = listener.duplicate();
  beast::error_code failure;
  if (fd >= 0)
    impl_->acceptor.assign(listener.is_v6() ? tcp::v6() : tcp::v4(), fd, failure);
  if (fd < 0 || failure) {
    if (fd >= 0)
      ::close(fd);
    return fail(errc::unavailable, "can't take over the listening socket", "Raise the limit of open files.");
  }
  net::co_spawn(impl_->control, impl_->accept(), net::detached);
  for (auto& x : impl_->lanes)
    x.thread = std::thread{[io = &x.io] {
      ::pthread_setname_np(::pthread_self(), "gateway"); // for who looks at the threads of a node
      auto work = net::make_work_guard(*io);
      io->run();
    }};
  return {};
}

void http_server::drain(std::chrono::milliseconds within, std::function<void()> done) {
  net::post(impl_->control, [x = impl_, within, done = std::move(done)]() mutable {
    x->drained = std::move(done);
    x->pool->on_empty = [weak = std::weak_ptr{x}] {
      if (auto alive = weak.lock())
        net::post(alive->control, [alive] { alive->finished(); });
    };
    x->pool->draining = true;
    beast::error_code ignored;
    x->acceptor.close(ignored);
    x->patience.expires_after(within);
    x->patience.async_wait([x](beast::error_code cancelled) {
      if (!cancelled)
        x->finished();
    });
    for (auto& s : x->pool->all())
      s->drain();
    x->pause.expires_after(std::min<std::chrono::milliseconds>(stream_patience, within / 2));
    x->pause.async_wait([x](beast::error_code cancelled) {
      if (!cancelled)
        for (auto& s : x->pool->all())
          s->cut();
    });
    if (x->pool->size() == 0)
      x->finished();
  });
}

void http_server::stop() {
  if (!impl_->lanes.front().thread.joinable())
    return;
  impl_->pool->draining = true;
  net::post(impl_->control, [x = impl_.get()] {
    beast::error_code ignored;
    x->acceptor.close(ignored);
    x->pause.cancel();
    x->patience.cancel();
  });
  for (auto& s : impl_->pool->all())
    s->close();
  // Closed sockets resume their coroutines; give them a moment to unwind, then end the threads in any case.
  for (int i = 0; i < 200 && impl_->pool->size() != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  for (auto& x : impl_->lanes)
    x.io.stop();
  for (auto& x : impl_->lanes)
    x.thread.join();
  // What was still queued unwinds here, so that no coroutine outlives what it uses; a lane may leave work to another.
  for (bool more = true; more;) {
    more = false;
    for (auto& x : impl_->lanes) {
      x.io.restart();
      more = x.io.poll() != 0 || more;
    }
  }
}

http_server::counts http_server::count() const noexcept {
  return {impl_->pool->size(), impl_->pool->streams.load(std::memory_order_relaxed)};
}

net::any_io_executor http_server::strand() const { return impl_->lanes.back().io.get_executor(); }

bool http_server::draining() const noexcept { return impl_->pool->draining; }

} // namespace troupe::gateway
