#include "gateway/metrics/work.hpp"

#include <algorithm>
#include <limits>

namespace troupe::gateway {

prometheus::MetricFamily job_durations(const std::vector<work_totals>& queues) {
  prometheus::MetricFamily result{"worker_job_duration_seconds",
                                  "Time from the first start of a job to its end",
                                  prometheus::MetricType::Histogram,
                                  {}};
  for (const auto& queue : queues) {
    if (queue.durations.empty())
      continue;
    prometheus::ClientMetric metric;
    metric.label = {{"queue", queue.queue}};
    metric.histogram.sample_count = queue.durations.back();
    metric.histogram.sample_sum = queue.seconds;
    for (std::size_t i = 0; i < queue.durations.size(); ++i) {
      auto bound = i < work_duration_bounds.size() ? work_duration_bounds[i] : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({queue.durations[i], bound});
    }
    result.metric.push_back(std::move(metric));
  }
  return result;
}

} // namespace troupe::gateway
