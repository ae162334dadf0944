#pragma once
/// Figures of this process from /proc, under Prometheus's usual names.

#include <vector>

#include <prometheus/metric_family.h>

namespace troupe::gateway {

class process_figures {
public:
  void start();
  /// Reads /proc; what can't be read keeps its last value.
  void update();
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const;

private:
  double started_ = 0;
  double cpu_seconds_ = 0;
  double resident_ = 0;
  double virtual_ = 0;
  double threads_ = 0;
  double open_fds_ = 0;
};

} // namespace troupe::gateway
