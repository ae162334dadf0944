#include "client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::gateway {

client::client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  timeval patience{20, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error{"can't connect"};
}

client::~client() { ::close(fd_); }

void client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0)
      return; // the server closed: reading tells
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void client::half_close() { ::shutdown(fd_, SHUT_WR); }

bool client::fill() {
  std::array<char, 16384> chunk;
  auto n = ::recv(fd_, chunk.data(), chunk.size(), 0);
  silent_ = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (n > 0)
    buffer_.append(chunk.data(), static_cast<std::size_t>(n));
  return n > 0;
}

std::string client::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill())
      return {};
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string client::read_exactly(std::size_t n) {
  while (buffer_.size() < n && fill())
    ;
  auto got = buffer_.substr(0, n);
  buffer_.erase(0, n);
  return got;
}

std::string client::read_chunk() {
  auto size = read_line();
  std::size_t n = 0;
  std::from_chars(size.data(), size.data() + size.size(), n, 16);
  auto chunk = read_exactly(n);
  read_line();
  return chunk;
}

bool client::at_end() { return buffer_.empty() && !fill() && !silent_; }

answer client::read_head() {
  answer a;
  auto line = read_line();
  if (line.size() < 12)
    return a;
  std::from_chars(line.data() + 9, line.data() + 12, a.status);
  while (!(line = read_line()).empty()) {
    auto colon = line.find(": ");
    auto name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    a.headers[name] = line.substr(colon + 2);
  }
  return a;
}

answer client::read(bool head_only) {
  auto a = read_head();
  if (head_only)
    return a;
  if (a.headers["transfer-encoding"] == "chunked") {
    for (auto chunk = read_chunk(); !chunk.empty(); chunk = read_chunk())
      a.body += chunk;
  } else if (a.headers.count("content-length") != 0) {
    a.body = read_exactly(std::stoul(a.headers["content-length"]));
  }
  return a;
}

answer client::get(const std::string& target, const std::string& more_headers) {
  send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n" + more_headers + "\r\n");
  return read();
}

answer client::post(const std::string& target, const std::string& body, const std::string& type,
                    const std::string& more_headers) {
  send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
       + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body);
  return read();
}

answer client::upgrade(const std::string& target, const std::string& more_headers) {
  send("GET " + target
       + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
       + more_headers + "\r\n");
  auto a = read_head();
  if (a.status != 101 && a.headers.count("content-length") != 0)
    a.body = read_exactly(std::stoul(a.headers["content-length"]));
  return a;
}

client::frame client::read_frame() {
  auto head = read_exactly(2);
  if (head.size() < 2)
    return {};
  std::size_t size = static_cast<unsigned char>(head[1]) & 0x7f;
  std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (more != 0) {
    size = 0;
    for (unsigned char c : read_exactly(more))
      size = size << 8 | c;
  }
  return {head[0] & 0x0f, read_exactly(size)};
}

void client::send_frame(int opcode, std::string_view payload) {
  std::string out{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size())}; // < 126 bytes
  out += std::string(4, '\0');                                                                 // a mask of zeros
  out += payload;
  send(out);
}

} // namespace troupe::gateway
