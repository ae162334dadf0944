// What a connection answers: whole responses, streams, refusals.
#include "gateway/http/head.hpp"
#include "gateway/http/incoming.hpp"
#include "gateway/http/session.hpp"

namespace troupe::gateway {

namespace {

using net::use_awaitable;

constexpr std::size_t linger_bytes = 64u << 20; ///< read and thrown away after a refusal, so that it arrives
constexpr std::chrono::seconds linger_time{5};
constexpr std::size_t most_copied = 64u << 10; ///< of a body, to leave in one write with its head

} // namespace

net::awaitable<bool> session::refuse(const error& why, unsigned status, std::string_view id) {
  auto answer = pool_->app->refuse(why, status, id);
  auto out = response_head(answer, 11, false, framing::length) + answer.body;
  if (!co_await send(out))
    co_await linger();
  co_return false;
}

/// Closing a socket with unread bytes resets it, and the client loses the refusal: read on for a while.
net::awaitable<void> session::linger() {
  beast::error_code failure;
  socket_.shutdown(tcp::socket::shutdown_send, failure);
  time_limit limit{socket_, linger_time};
  buffer_.clear();
  std::vector<char> waste(8u << 10);
  for (std::size_t read = 0; !failure && !limit.over() && read < linger_bytes;)
    read += co_await socket_.async_read_some(net::buffer(waste), net::redirect_error(use_awaitable, failure));
}

net::awaitable<bool> session::write(const request& r, response& answer, bool keep) {
  if (answer.stream && r.method != verb::head)
    co_return co_await write_stream(answer, version_, keep);
  if (answer.stream)
    keep = false;
  auto out = response_head(answer, version_, keep, answer.stream ? framing::until_close : framing::length);
  bool bodiless = r.method == verb::head || answer.status == 204 || answer.status == 304;
  bool together = !bodiless && answer.body.size() <= most_copied;
  if (together)
    out += answer.body;
  auto failure = co_await send(out);
  if (!failure && !bodiless && !together)
    failure = co_await send(answer.body);
  co_return !failure && keep;
}

/// Waits only for what the kernel does not take at once.
net::awaitable<beast::error_code> session::send(std::string_view bytes) {
  beast::error_code failure;
  auto sent = socket_.write_some(net::buffer(bytes), failure);
  if (failure && failure != net::error::would_block)
    co_return failure;
  if (sent == bytes.size())
    co_return beast::error_code{};
  time_limit limit{socket_, pool_->limits.write};
  co_await net::async_write(socket_, net::buffer(bytes.substr(sent)), net::redirect_error(use_awaitable, failure));
  co_return failure;
}

net::awaitable<bool> session::write_stream(response& answer, unsigned version, bool keep) {
  auto how = version == 10 ? framing::until_close : framing::chunked;
  keep = keep && how == framing::chunked;
  auto out = response_head(answer, version, keep, how);
  phase_ = phase::streaming;
  body_ = answer.stream.get();
  counted_stream counted{pool_->streams};
  if (pool_->draining)
    body_->stop();
  buffer_.shrink_to_fit();
  keep_little_unsent(socket_);
  beast::error_code failure;
  for (bool more = true; more && !failure;) {
    failure = co_await send(out);
    if (failure)
      break;
    std::exchange(out, {});
    if (!writable(socket_)) { // what a slow client has not read yet stays where it comes from
      time_limit limit{socket_, pool_->limits.write};
      co_await socket_.async_wait(tcp::socket::wait_write, net::redirect_error(use_awaitable, failure));
      if (limit.passed() && !failure)
        failure = net::error::timed_out;
      if (failure)
        break;
    }
    auto part = co_await body_->next();
    more = part.has_value();
    if (more)
      out = how == framing::chunked ? encode_chunk(*part) : std::move(*part);
  }
  if (!failure && how == framing::chunked) {
    out = encode_chunk({});
    failure = co_await send(out);
  }
  body_ = nullptr;
  co_return !failure && keep && !pool_->draining;
}

} // namespace troupe::gateway
