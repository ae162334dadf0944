// Clients that POST research as fast as they are answered, on keep-alive connections of one thread.
//   bench_accept HOST PORT CLIENTS SECONDS BODY     prints {"accepted", "refused", "seconds", "p50_ms", "p99_ms"}
//   bench_accept HOST PORT CLIENTS -COUNT BODY      the same, until so many are accepted
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

[[noreturn]] void give_up(const char* doing) {
  std::fprintf(stderr, "bench_accept: %s: %s\n", doing, std::strerror(errno));
  std::exit(1);
}

struct client {
  int fd = -1;
  std::string in;
  clock_type::time_point asked;
};

struct figures {
  long accepted = 0;
  long refused = 0;
  std::vector<double> took_ms;
};

int connect_to(const char* host, int port) {
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, host, &to.sin_addr) != 1)
    give_up("no address");
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    give_up("can't connect");
  int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

void ask(client& c, const std::string& request) {
  c.asked = clock_type::now();
  if (::write(c.fd, request.data(), request.size()) != static_cast<ssize_t>(request.size()))
    give_up("can't write");
}

/// The status of a whole answer at the front of `in`, which is taken away; 0 while it is not all there.
int take_answer(std::string& in) {
  auto head = in.find("\r\n\r\n");
  if (head == std::string::npos)
    return 0;
  auto field = in.find("Content-Length: ");
  if (field == std::string::npos || field > head)
    give_up("an answer without Content-Length");
  auto size = head + 4 + static_cast<std::size_t>(std::atol(in.c_str() + field + 16));
  if (in.size() < size)
    return 0;
  auto status = std::atoi(in.c_str() + 9);
  in.erase(0, size);
  return status;
}

void read_some(client& c) {
  char buffer[16384];
  auto n = ::read(c.fd, buffer, sizeof buffer);
  if (n <= 0)
    give_up("the server closed a connection");
  c.in.append(buffer, static_cast<std::size_t>(n));
}

/// Until `seconds` have passed or, when that is negative, so many are accepted.
figures run(std::vector<client>& clients, const std::string& request, double seconds) {
  auto poll = ::epoll_create1(EPOLL_CLOEXEC);
  figures result;
  auto start = clock_type::now();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].fd, &e);
    ask(clients[i], request);
  }
  auto enough = [&] {
    return seconds < 0 ? static_cast<double>(result.accepted) >= -seconds
                       : clock_type::now() - start >= std::chrono::duration<double>(seconds);
  };
  std::vector<epoll_event> ready(clients.size());
  for (auto open = clients.size(); open > 0;) {
    auto n = ::epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), 10'000);
    if (n < 0 && errno == EINTR) // this process was stopped and goes on
      continue;
    if (n <= 0)
      give_up("no answer for 10 s");
    for (int i = 0; i < n; ++i) {
      auto& c = clients[ready[static_cast<std::size_t>(i)].data.u64];
      read_some(c);
      auto status = take_answer(c.in);
      if (status == 0)
        continue;
      result.took_ms.push_back(std::chrono::duration<double, std::milli>(clock_type::now() - c.asked).count());
      ++(status == 202 ? result.accepted : result.refused);
      if (enough())
        --open; // each client ends with an answer, so that nothing is left under way
      else
        ask(c, request);
    }
  }
  ::close(poll);
  return result;
}

double at_share(std::vector<double>& xs, double share) {
  auto place = xs.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(xs.size() - 1));
  std::nth_element(xs.begin(), place, xs.end());
  return *place;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: bench_accept HOST PORT CLIENTS SECONDS|-COUNT BODY\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::string body = argv[5];
  auto request = std::string{"POST /api/v1/research HTTP/1.1\r\nHost: "} + argv[1] + ":" + argv[2]
                 + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
                 + body;
  std::vector<client> clients(static_cast<std::size_t>(std::max(1, std::atoi(argv[3]))));
  for (auto& c : clients)
    c.fd = connect_to(argv[1], std::atoi(argv[2]));
  auto start = clock_type::now();
  auto result = run(clients, request, std::atof(argv[4]));
  auto took = std::chrono::duration<double>(clock_type::now() - start).count();
  std::printf("{\"accepted\": %ld, \"refused\": %ld, \"seconds\": %.3f, \"p50_ms\": %.2f, \"p99_ms\": %.2f}\n",
              result.accepted, result.refused, took, at_share(result.took_ms, 0.5), at_share(result.took_ms, 0.99));
}
