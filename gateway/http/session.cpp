#include "gateway/http/session.hpp"

#include "gateway/http/head.hpp"
#include "gateway/http/incoming.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/stream/websocket.hpp"

namespace troupe::gateway {

namespace {

namespace http = beast::http;
using net::use_awaitable;

} // namespace

// -- one connection ---------------------------------------------------------------------------------------------------

session::session(tcp_socket socket, std::shared_ptr<session_pool> pool)
  : socket_(std::move(socket)), executor_(socket_.get_executor()), pool_(std::move(pool)),
    buffer_(pool_->limits.header_bytes * 2), idle_timer_(executor_) {
  beast::error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored); // `send` writes what the kernel takes and waits for the rest only
  close_now_ = [this] {
    beast::error_code failure;
    socket_.close(failure);
  };
}

void session::drain() {
  net::post(executor_, [self = shared_from_this()] {
    if (self->body_ != nullptr)
      self->body_->stop();
    else if (self->frames_ != nullptr)
      self->frames_->stop();
    else if (self->phase_ == phase::idle && self->close_now_)
      self->close_now_();
  });
}

void session::cut() {
  net::post(executor_, [self = shared_from_this()] {
    if ((self->body_ != nullptr || self->frames_ != nullptr) && self->close_now_)
      self->close_now_();
  });
}

void session::close() {
  net::post(executor_, [self = shared_from_this()] {
    if (self->body_ != nullptr)
      self->body_->stop();
    if (self->frames_ != nullptr)
      self->frames_->stop();
    if (self->close_now_)
      self->close_now_();
  });
}

net::awaitable<void> session::run() {
  auto self = shared_from_this();
  try {
    while (co_await serve_one())
      ;
    if (upgrade_) // out here, so that the request's memory is not kept for as long as the WebSocket lives
      co_await follow();
  } catch (const std::exception&) {
    // A socket that breaks is an everyday event; `serve_one` reports what is not.
  }
  body_ = nullptr;
  frames_ = nullptr;
  if (close_now_)
    close_now_();
  pool_->leave(this);
}

net::awaitable<void> session::turn_away() {
  auto self = shared_from_this();
  error why{errc::unavailable,
            "this server already serves " + std::to_string(pool_->limits.connections) + " connections",
            "Try again in a moment, or keep fewer connections open."};
  auto answer = pool_->app->refuse(why, 503, request_id_for({}));
  auto out = response_head(answer, 11, false, framing::length) + answer.body;
  beast::error_code failure;
  time_limit limit{socket_, std::chrono::seconds{1}};
  co_await net::async_write(socket_, net::buffer(out), net::redirect_error(use_awaitable, failure));
  close_now_();
}

/// True when another request may follow.
net::awaitable<bool> session::serve_one() {
  parser p;
  p.header_limit(pool_->limits.header_bytes);
  p.body_limit(boost::none);
  phase_ = phase::idle;
  if (pool_->draining)
    co_return false;
  beast::error_code failure;
  if (buffer_.size() == 0) { // wait for the first byte as long as a connection may idle
    idle_from_now();
    auto n = co_await socket_.async_read_some(buffer_.prepare(4096), net::redirect_error(use_awaitable, failure));
    idle_until_ = never;
    if (failure)
      co_return false;
    buffer_.commit(n);
  }
  buffer_.consume(p.put(buffer_.data(), failure)); // most come whole: the rest of this is for those that don't
  if (failure && !co_await read_header(p, failure))
    co_return false;
  phase_ = phase::busy;
  version_ = p.get().version();
  auto r = make_request(p.get(), executor_);
  if (is_ambiguous(p.get())) {
    error why{errc::invalid_argument, "the length of the request's body can be read in two ways",
              "Send Content-Length, or Transfer-Encoding: chunked, not both and no other coding."};
    co_return co_await refuse(why, 400, r.id);
  }
  auto match = pool_->app->route(r);
  auto limit = match.found != nullptr ? match.found->body_limit : pool_->limits.json_bytes;
  if (!take_body(p, limit) && !co_await read_body(p, r, limit))
    co_return false;
  r.body = std::move(p.get().body());
  bool keep = p.get().keep_alive();
  auto answer = co_await pool_->app->handle(r, std::move(match));
  if (answer.socket) {
    upgrade_ = std::make_unique<upgrade>(upgrade{p.release(), std::move(answer)});
    co_return false;
  }
  co_return co_await write(r, answer, keep && !pool_->draining) && keep;
}

net::awaitable<void> session::follow() {
  auto up = std::move(upgrade_);
  std::shared_ptr<frame_source> source{std::move(up->answer.socket)};
  frames_ = source.get();
  if (pool_->draining)
    source->stop();
  buffer_.clear();
  buffer_.shrink_to_fit();
  keep_little_unsent(socket_);
  counted_stream counted{pool_->streams};
  auto running = run_websocket(std::move(socket_), std::move(up->request), std::move(up->answer), source, pool_->limits,
                               [this](std::function<void()> close) { close_now_ = std::move(close); });
  up.reset();
  co_await std::move(running);
  frames_ = nullptr;
}

/// The rest of a header whose first bytes gave `failure`; true when it is there.
net::awaitable<bool> session::read_header(parser& p, beast::error_code failure) {
  auto late = false;
  if (failure == http::error::need_more) {
    time_limit limit{socket_, pool_->limits.header};
    co_await http::async_read_header(socket_, buffer_, p, net::redirect_error(use_awaitable, failure));
    late = limit.passed();
  }
  if (!failure)
    co_return true;
  // Arguments with destructors have names here: GCC 12 destroys temporaries of a co_await expression twice.
  auto id = request_id_for({});
  if (late) {
    auto why = too_slow(pool_->limits.header);
    co_return co_await refuse(why, 408, id);
  }
  if (failure == http::error::header_limit || failure == http::error::buffer_overflow) {
    error too_large{errc::invalid_argument,
                    "the header is larger than " + std::to_string(pool_->limits.header_bytes) + " bytes",
                    "Send a shorter address and fewer header fields."};
    co_return co_await refuse(too_large, 431, id);
  }
  if (is_malformed(failure)) {
    auto why = malformed(failure);
    co_return co_await refuse(why, 400, id);
  }
  co_return false;
}

/// The body, when all of it came with the header.
bool session::take_body(parser& p, std::size_t limit) {
  if (p.is_done())
    return true;
  if (auto length = p.content_length(); !length || *length > limit || *length > buffer_.size())
    return false;
  beast::error_code failure;
  p.body_limit(limit);
  p.eager(true);
  buffer_.consume(p.put(buffer_.data(), failure));
  return p.is_done();
}

net::awaitable<bool> session::read_body(parser& p, const request& r, std::size_t limit) {
  error too_large{errc::body_too_large, "the body is larger than " + std::to_string(limit) + " bytes",
                  "Send less, or upload documents one by one with POST /api/v1/documents."};
  if (auto length = p.content_length(); length && *length > limit)
    co_return co_await refuse(too_large, 0, r.id);
  beast::error_code failure;
  auto mib = static_cast<int>(limit >> 20) + 1;
  auto most = pool_->limits.body * mib;
  time_limit time{socket_, most};
  if (version_ == 11 && same_text(r.header("Expect"), "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await net::async_write(socket_, net::buffer(go_on), net::redirect_error(use_awaitable, failure));
    if (failure)
      co_return false;
  }
  p.body_limit(limit);
  co_await http::async_read(socket_, buffer_, p, net::redirect_error(use_awaitable, failure));
  auto late = time.passed();
  if (!failure)
    co_return true;
  if (late) {
    auto why = too_slow(most);
    co_return co_await refuse(why, 408, r.id);
  }
  if (failure == http::error::body_limit)
    co_return co_await refuse(too_large, 0, r.id);
  if (is_malformed(failure)) {
    auto why = malformed(failure);
    co_return co_await refuse(why, 400, r.id);
  }
  co_return false;
}

/// Gives the connection up when nothing comes for too long. Later is a store: the timer looks again when it fires.
void session::idle_from_now() {
  idle_until_ = std::chrono::steady_clock::now() + pool_->limits.idle;
  if (!std::exchange(idle_watched_, true))
    watch_idle();
}

void session::watch_idle() {
  idle_timer_.expires_at(idle_until_);
  idle_timer_.async_wait([weak = weak_from_this()](beast::error_code cancelled) {
    auto self = weak.lock();
    if (cancelled || !self)
      return;
    if (self->idle_until_ != never && self->idle_until_ > std::chrono::steady_clock::now())
      return self->watch_idle();
    self->idle_watched_ = false;
    if (self->idle_until_ != never && self->close_now_)
      self->close_now_();
  });
}

} // namespace troupe::gateway
