#include "gateway/metrics/process.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

namespace troupe::gateway {

void process_figures::start() {
  using namespace std::chrono;
  started_ = duration<double>(system_clock::now().time_since_epoch()).count();
}

void process_figures::update() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    cpu_seconds_ = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  if (std::ifstream in{"/proc/self/statm"}) {
    double pages = 0;
    double resident = 0;
    auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    if (in >> pages >> resident) {
      virtual_ = pages * page;
      resident_ = resident * page;
    }
  }
  std::error_code ignored;
  auto entries = [&](const char* folder) {
    std::filesystem::directory_iterator all{folder, ignored};
    return ignored ? 0.0 : static_cast<double>(std::distance(all, std::filesystem::directory_iterator{}));
  };
  threads_ = entries("/proc/self/task");
  open_fds_ = entries("/proc/self/fd");
}

std::vector<prometheus::MetricFamily> process_figures::collect() const {
  auto one = [](const char* name, const char* help, prometheus::MetricType type, double value) {
    prometheus::ClientMetric metric;
    if (type == prometheus::MetricType::Counter)
      metric.counter.value = value;
    else
      metric.gauge.value = value;
    return prometheus::MetricFamily{name, help, type, {metric}};
  };
  using enum prometheus::MetricType;
  return {one("process_cpu_seconds_total", "User and system time", Counter, cpu_seconds_),
          one("process_resident_memory_bytes", "Resident memory", Gauge, resident_),
          one("process_virtual_memory_bytes", "Virtual memory", Gauge, virtual_),
          one("process_threads", "Threads", Gauge, threads_),
          one("process_open_fds", "Open file descriptors", Gauge, open_fds_),
          one("process_start_time_seconds", "Start time since the epoch", Gauge, started_)};
}

} // namespace troupe::gateway
