#include "gateway/listen.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::gateway {

namespace {

struct host_port {
  std::string host;
  std::string port;
};

expected<host_port> split(const std::string& address) {
  auto colon = address.rfind(':');
  host_port x;
  if (colon != std::string::npos) {
    x = {address.substr(0, colon), address.substr(colon + 1)};
    if (x.host.size() > 2 && x.host.front() == '[' && x.host.back() == ']')
      x.host = x.host.substr(1, x.host.size() - 2);
    else if (x.host.find(':') != std::string::npos)
      x.port.clear();
  }
  unsigned port = 0;
  auto [end, failure] = std::from_chars(x.port.data(), x.port.data() + x.port.size(), port);
  if (x.port.empty() || failure != std::errc{} || *end != '\0' || port > 65535)
    return fail(errc::invalid_argument, "\"" + address + "\" is no address to listen on",
                "Give ADDRESS:PORT, such as 127.0.0.1:8000 or [::1]:8000; port 0 takes any free one.");
  if (x.host.empty())
    x.host = "0.0.0.0";
  return x;
}

tl::unexpected<error> bind_failure(const std::string& address, int why) {
  switch (why) {
  case EADDRINUSE:
    return fail(errc::conflict, address + " is in use by another program",
                "Stop it, or choose another address with --listen ADDRESS:PORT (port 0 takes any free one).");
  case EACCES:
    return fail(errc::unavailable, "this user may not listen on " + address,
                "Choose a port from 1024 up with --listen.");
  case EADDRNOTAVAIL:
    return fail(errc::unavailable, address + " is no address of this machine",
                "Give an address of this machine with --listen; 127.0.0.1 always is one.");
  default:
    return fail(errc::unavailable, "can't listen on " + address + ": " + std::strerror(why),
                "Choose another address with --listen.");
  }
}

struct close_fd {
  int fd;
  ~close_fd() {
    if (fd >= 0)
      ::close(fd);
  }
};

expected<std::shared_ptr<bound_listener>> bind_one(const addrinfo& where, const std::string& address) {
  close_fd socket{::socket(where.ai_family, where.ai_socktype | SOCK_CLOEXEC, where.ai_protocol)};
  if (socket.fd < 0)
    return bind_failure(address, errno);
  int on = 1;
  ::setsockopt(socket.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.fd, where.ai_addr, where.ai_addrlen) != 0 || ::listen(socket.fd, 1024) != 0)
    return bind_failure(address, errno);
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  char host[NI_MAXHOST] = {};
  char port[NI_MAXSERV] = {};
  auto* generic = reinterpret_cast<sockaddr*>(&bound);
  if (::getsockname(socket.fd, generic, &size) != 0
      || ::getnameinfo(generic, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return bind_failure(address, errno);
  unsigned number = 0;
  std::from_chars(port, port + std::strlen(port), number);
  return std::make_shared<bound_listener>(std::exchange(socket.fd, -1), host, static_cast<std::uint16_t>(number));
}

} // namespace

bound_listener::~bound_listener() { ::close(fd_); }

int bound_listener::duplicate() const noexcept { return ::fcntl(fd_, F_DUPFD_CLOEXEC, 0); }

std::string bound_listener::endpoint() const {
  auto reachable = address_ == "0.0.0.0" ? "127.0.0.1" : address_ == "::" ? "::1" : address_;
  return (is_v6() ? "[" + reachable + "]" : reachable) + ":" + std::to_string(port_);
}

expected<std::shared_ptr<bound_listener>> bind_listener(const std::string& address) {
  auto parts = split(address);
  if (!parts)
    return tl::make_unexpected(parts.error());
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (int failure = ::getaddrinfo(parts->host.c_str(), parts->port.c_str(), &hints, &found); failure != 0)
    return fail(errc::invalid_argument, "can't find the address " + parts->host + ": " + ::gai_strerror(failure),
                "Give a numeric address of this machine, such as 127.0.0.1.");
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{found, ::freeaddrinfo};
  auto result = bind_one(*found, address);
  for (auto* next = found->ai_next; !result && next != nullptr; next = next->ai_next)
    result = bind_one(*next, address);
  return result;
}

expected<void> check_exposure(const bound_listener& listener, bool insecure_listen) {
  auto loopback = listener.address() == "::1" || listener.address().starts_with("127.");
  if (loopback || insecure_listen)
    return {};
  return fail(errc::host_not_allowed,
              "refused to listen on " + listener.address() + ": others could reach a server without authentication",
              "Listen on 127.0.0.1, or say that you want this with --insecure-listen.");
}

expected<void> write_endpoint(const std::filesystem::path& data, const std::string& endpoint) {
  auto target = data / "endpoint";
  auto fresh = data / "endpoint.new";
  std::error_code failure;
  {
    std::ofstream out{fresh, std::ios::trunc};
    out << endpoint << '\n';
    out.flush();
    if (!out)
      failure = std::make_error_code(std::errc::io_error);
  }
  if (!failure)
    std::filesystem::rename(fresh, target, failure);
  if (failure)
    return fail(errc::storage_failed, "can't write " + target.string() + ": " + failure.message(),
                "Look at the owner and the free space of the data folder.");
  return {};
}

void remove_endpoint(const std::filesystem::path& data, const std::string& endpoint) noexcept {
  std::error_code ignored;
  auto path = data / "endpoint";
  std::string found;
  std::ifstream in{path};
  if (std::getline(in, found) && found == endpoint)
    std::filesystem::remove(path, ignored);
}

} // namespace troupe::gateway
