#include "gateway/http/incoming.hpp"

#include "gateway/http/head.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace troupe::gateway {

namespace http = beast::http;

namespace {

verb verb_of(http::verb x) noexcept {
  switch (x) {
  case http::verb::get:
    return verb::get;
  case http::verb::head:
    return verb::head;
  case http::verb::post:
    return verb::post;
  case http::verb::put:
    return verb::put;
  case http::verb::patch:
    return verb::patch;
  case http::verb::delete_:
    return verb::del;
  case http::verb::options:
    return verb::options;
  default:
    return verb::other;
  }
}

std::string_view view(beast::string_view s) noexcept { return {s.data(), s.size()}; }

/// Path and query of an origin-form or absolute-form target.
void split_target(request& r) {
  auto rest = r.target;
  for (std::string_view scheme : {"http://", "https://"})
    if (rest.size() >= scheme.size() && same_text(rest.substr(0, scheme.size()), scheme)) {
      rest.remove_prefix(scheme.size());
      rest.remove_prefix(std::min(rest.size(), rest.find_first_of("/?#")));
    }
  rest = rest.substr(0, rest.find('#'));
  auto mark = rest.find('?');
  r.path = rest.substr(0, mark);
  if (r.path.empty())
    r.path = "/";
  if (mark != std::string_view::npos)
    r.query = rest.substr(mark + 1);
}

} // namespace

request make_request(const http::request<http::string_body>& in, const net::any_io_executor& executor) {
  request r;
  r.method = verb_of(in.method());
  r.target = view(in.target());
  split_target(r);
  for (const auto& field : in)
    r.headers.emplace_back(view(field.name_string()), view(field.value()));
  r.id = request_id_for(r.header("X-Request-Id"));
  r.executor = executor;
  return r;
}

/// The parser itself refuses two lengths, and chunked twice or with a length.
bool is_ambiguous(const http::request<http::string_body>& in) {
  auto coding = in.find(http::field::transfer_encoding);
  return coding != in.end() && (!same_text(view(coding->value()), "chunked") || in.version() != 11);
}

error too_slow(std::chrono::milliseconds limit) {
  auto seconds = std::chrono::duration<double>(limit).count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", seconds);
  return {errc::deadline_exceeded, "the request did not arrive whole within " + std::string{text.data()} + " s",
          "Send it in one go, over a better connection."};
}

/// The parser's verdict on bytes that came, not on bytes that did not.
bool is_malformed(const beast::error_code& why) {
  return why.category() == make_error_code(http::error::bad_version).category() && why != http::error::end_of_stream
         && why != http::error::partial_message;
}

error malformed(const beast::error_code& why) {
  return {errc::invalid_argument, "the request is not HTTP/1.1: " + why.message(), "Send a well-formed request."};
}

void keep_little_unsent(tcp_socket& socket) noexcept {
  constexpr int bytes = 8 << 10;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes); // best effort
}

bool writable(tcp_socket& socket) noexcept {
  pollfd asked{socket.native_handle(), POLLOUT, 0};
  return ::poll(&asked, 1, 0) > 0; // also when it is broken, which the next write says
}

} // namespace troupe::gateway
