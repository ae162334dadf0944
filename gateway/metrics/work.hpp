#pragma once
/// The histogram of the engine's queues, from totals that the engine keeps.

#include <vector>

#include <prometheus/metric_family.h>

#include "protocols/work_totals.hpp"

namespace troupe::gateway {

/// `worker_job_duration_seconds{queue}`.
prometheus::MetricFamily job_durations(const std::vector<work_totals>& queues);

} // namespace troupe::gateway
