#include "actors/scrape/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe {

namespace {

constexpr std::size_t longest_complaint = 2048;
constexpr std::chrono::milliseconds::rep longest_wait = 50; // between looks at the stop flag

/// Closes what it holds; -1 for nothing.
class descriptor {
public:
  explicit descriptor(int fd = -1) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { reset(); }
  void reset(int fd = -1) {
    if (fd_ >= 0)
      ::close(fd_);
    fd_ = fd;
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

struct pipe_pair {
  descriptor read;
  descriptor write;
  bool open() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      return false;
    read.reset(ends[0]);
    write.reset(ends[1]);
    return true;
  }
};

/// Standard input is a socket: a child that closes it early costs us `EPIPE` instead of a signal.
bool open_input(pipe_pair& x) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return false;
  x.read.reset(ends[0]);
  x.write.reset(ends[1]);
  return true;
}

void limit(int what, std::uint64_t value) {
  rlimit bound{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  ::setrlimit(static_cast<__rlimit_resource_t>(what), &bound);
}

/// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment, int in, int out,
                         int err, const child_limits& limits) {
  ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  limit(RLIMIT_AS, limits.memory);
  limit(RLIMIT_CPU, limits.cpu_seconds);
  limit(RLIMIT_FSIZE, limits.file_size);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, limits.open_files);
  static_cast<void>(::nice(10));
  ::execve(program, arguments, environment);
  ::_exit(127);
}

std::string find_program(const std::string& name) {
  if (name.find('/') != name.npos)
    return ::access(name.c_str(), X_OK) == 0 ? name : std::string{};
  auto* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  while (!rest.empty()) {
    auto colon = std::min(rest.find(':'), rest.size());
    auto candidate = std::string{rest.substr(0, colon)} + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0)
      return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

class conversation {
public:
  conversation(pid_t child, std::string_view input, const child_limits& limits, const std::atomic<bool>* stop)
    : child_(child), input_(input), limits_(limits), stop_(stop),
      until_(std::chrono::steady_clock::now() + limits.wall) {}

  /// Feeds and reads until both outputs are closed.
  expected<child_result> run(descriptor& in, descriptor& out, descriptor& err) {
    for (auto* x : {&in, &out, &err})
      ::fcntl(x->get(), F_SETFL, ::fcntl(x->get(), F_GETFL) | O_NONBLOCK);
    if (input_.empty())
      in.reset();
    while (out.get() >= 0 || err.get() >= 0) {
      auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until_ - std::chrono::steady_clock::now()).count();
      if (unwanted())
        return stop(errc::cancelled, "the converter was stopped, as nobody waits for it any more");
      if (left <= 0)
        return stop(errc::deadline_exceeded, "the converter took longer than it may");
      std::array<pollfd, 3> polled{pollfd{in.get(), POLLOUT, 0}, pollfd{out.get(), POLLIN, 0},
                                   pollfd{err.get(), POLLIN, 0}};
      ::poll(polled.data(), polled.size(), static_cast<int>(std::min(left, longest_wait)));
      if (polled[0].revents != 0)
        feed(in);
      if (polled[1].revents != 0)
        drain(out, result_.output, limits_.output + 1);
      if (polled[2].revents != 0)
        drain(err, result_.complaint, 1u << 20);
      if (result_.output.size() > limits_.output)
        return stop(errc::too_large, "the converter wrote more text than a page may have");
    }
    in.reset();
    return wait();
  }

private:
  [[nodiscard]] bool unwanted() const { return stop_ != nullptr && *stop_; }

  void feed(descriptor& in) {
    auto n = ::send(in.get(), input_.data(), std::min<std::size_t>(input_.size(), 1u << 20), MSG_NOSIGNAL);
    if (n > 0)
      input_.remove_prefix(static_cast<std::size_t>(n));
    if (input_.empty() || (n < 0 && errno != EAGAIN && errno != EINTR))
      in.reset();
  }

  static void drain(descriptor& from, std::string& into, std::size_t most) {
    std::array<char, 65536> buffer;
    auto n = ::read(from.get(), buffer.data(), buffer.size());
    if (n > 0 && into.size() < most)
      into.append(buffer.data(), static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
      from.reset();
  }

  /// The outputs are closed: the child ends soon, or is made to.
  expected<child_result> wait() {
    int status = 0;
    while (true) {
      auto ended = ::waitpid(child_, &status, WNOHANG);
      if (ended == child_ || (ended < 0 && errno != EINTR))
        break;
      if (unwanted())
        return stop(errc::cancelled, "the converter was stopped, as nobody waits for it any more");
      if (std::chrono::steady_clock::now() >= until_)
        return stop(errc::deadline_exceeded, "the converter did not end in time");
      ::poll(nullptr, 0, 2);
    }
    ::kill(-child_, SIGKILL); // what it may have left behind
    result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result_.complaint.resize(std::min(result_.complaint.size(), longest_complaint));
    return std::move(result_);
  }

  tl::unexpected<error> stop(errc code, std::string what) {
    ::kill(-child_, SIGKILL);
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
    return fail(code, std::move(what), "Split the file, or convert it to text by other means.");
  }

  pid_t child_;
  std::string_view input_;
  const child_limits& limits_;
  const std::atomic<bool>* stop_;
  std::chrono::steady_clock::time_point until_;
  child_result result_;
};

} // namespace

expected<child_result> run_child(const std::vector<std::string>& arguments, std::string_view input,
                                 const child_limits& limits, const std::atomic<bool>* stop) {
  auto program = arguments.empty() ? std::string{} : find_program(arguments.front());
  if (program.empty())
    return fail(errc::not_found, "the program " + (arguments.empty() ? "" : arguments.front()) + " is not installed",
                "Install it.");
  pipe_pair in;
  pipe_pair out;
  pipe_pair err;
  if (!open_input(in) || !out.open() || !err.open())
    return fail(errc::internal, std::string{"no pipe can be made: "} + std::strerror(errno),
                "Raise the limit of open files.");
  // Everything the child needs is made before the fork: after it, another thread's lock may be held for ever.
  std::vector<char*> argv;
  for (auto& x : arguments)
    argv.push_back(const_cast<char*>(x.c_str()));
  argv.push_back(nullptr);
  std::array<std::string, 4> variables{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent",
                                       "OMP_THREAD_LIMIT=1"}; // one processor each
  std::array<char*, 5> environment{variables[0].data(), variables[1].data(), variables[2].data(), variables[3].data(),
                                   nullptr};
  auto child = ::fork();
  if (child == 0)
    become(program.c_str(), argv.data(), environment.data(), in.read.get(), out.write.get(), err.write.get(), limits);
  if (child < 0)
    return fail(errc::internal, std::string{"no process can be started: "} + std::strerror(errno),
                "Raise the limit of processes.");
  ::setpgid(child, child);
  in.read.reset();
  out.write.reset();
  err.write.reset();
  return conversation{child, input, limits, stop}.run(in.write, out.read, err.read);
}

} // namespace troupe
