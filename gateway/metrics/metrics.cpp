#include "gateway/metrics/metrics.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "gateway/metrics/process.hpp"
#include "gateway/metrics/work.hpp"

namespace troupe::gateway {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries latency_buckets{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

/// One series a kind of child, not one a host or a session: `node-1/scrape/host/example.org` is `scrape/host`.
std::string series_path(const std::string& path) {
  auto first = path.find('/');
  if (first == std::string::npos)
    return "node";
  auto rest = path.substr(first + 1);
  for (std::string_view kind : {"/host/", "/session/", "/job/", "/provider/", "/subscription/"})
    if (auto at = rest.find(kind); at != std::string::npos)
      return rest.substr(0, at + kind.size() - 1);
  return rest;
}

/// Which queue of DESIGN section 12 an actor's mailbox belongs to; empty for none.
const char* queue_of(const std::string& path) {
  if (path.starts_with("index/"))
    return "index";
  return "";
}

} // namespace

struct metrics::impl {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::shared_ptr<process_figures> process = std::make_shared<process_figures>();
  Family<Counter>& requests = BuildCounter()
                                .Name("http_requests_total")
                                .Help("HTTP requests answered, by method, route and numeric status")
                                .Register(*registry);
  Family<Histogram>& durations = BuildHistogram()
                                   .Name("http_request_duration_seconds")
                                   .Help("Time from the last byte of a request to the first of its response")
                                   .Register(*registry);
  Counter& researches = BuildCounter()
                          .Name("research_requests_total")
                          .Help("Researches accepted into the ledger by this gateway")
                          .Register(*registry)
                          .Add({});
  Gauge& sessions =
    BuildGauge().Name("active_research_sessions").Help("Researches running now").Register(*registry).Add({});
  Family<Counter>& restarts =
    BuildCounter().Name("actor_restarts_total").Help("Restarts of supervised actors").Register(*registry);
  Family<Gauge>& queues =
    BuildGauge().Name("worker_queue_depth").Help("Items that wait in each queue").Register(*registry);
  Family<Counter>& fetches = BuildCounter()
                               .Name("egress_requests_total")
                               .Help("Requests that left this node, by outcome: ok, http_status, or what failed")
                               .Register(*registry);
  Family<Counter>& jobs =
    BuildCounter()
      .Name("worker_jobs_processed_total")
      .Help("Jobs of each queue that ended, by status: done, failed, poisoned, cancelled, expired")
      .Register(*registry);
  Gauge& documents = BuildGauge().Name("documents").Help("Documents in the store").Register(*registry).Add({});
  Gauge& passages = BuildGauge().Name("passages").Help("Passages in the store").Register(*registry).Add({});
  Gauge& open = BuildGauge().Name("http_connections").Help("Open connections").Register(*registry).Add({});
  Gauge& streams = BuildGauge()
                     .Name("event_streams")
                     .Help("WebSocket and SSE clients that follow a research")
                     .Register(*registry)
                     .Add({});
  Gauge& in_flight =
    BuildGauge().Name("bridge_requests").Help("Requests to actors in flight").Register(*registry).Add({});

  struct route_series {
    std::unordered_map<unsigned, Counter*> by_status; ///< method * 1000 + status
    Histogram* duration = nullptr;
  };
  std::shared_mutex mutex;
  std::unordered_map<const std::string*, route_series> routes;
  std::mutex tree_mutex;
  std::map<std::string, std::uint64_t> seen_restarts;
  std::vector<work_totals> work;
};

metrics::metrics() : impl_(std::make_unique<impl>()) { impl_->process->start(); }
metrics::~metrics() = default;

void metrics::request_done(const std::string& route, verb method, unsigned status,
                           std::chrono::steady_clock::duration took) {
  auto key = static_cast<unsigned>(method) * 1000 + status;
  auto seconds = std::chrono::duration<double>(took).count();
  auto count = [&](impl::route_series& series, Counter& counter) {
    counter.Increment();
    series.duration->Observe(seconds);
  };
  {
    std::shared_lock guard{impl_->mutex};
    if (auto r = impl_->routes.find(&route); r != impl_->routes.end())
      if (auto c = r->second.by_status.find(key); c != r->second.by_status.end())
        return count(r->second, *c->second);
  }
  std::unique_lock guard{impl_->mutex};
  auto& series = impl_->routes[&route];
  if (series.duration == nullptr)
    series.duration = &impl_->durations.Add({{"route", route}}, latency_buckets);
  auto& counter = series.by_status[key];
  if (counter == nullptr)
    counter =
      &impl_->requests.Add({{"method", to_string(method)}, {"route", route}, {"status", std::to_string(status)}});
  count(series, *counter);
}

void metrics::research_requested() { impl_->researches.Increment(); }

void metrics::connections(std::size_t open, std::size_t streams, std::size_t in_flight) {
  impl_->open.Set(static_cast<double>(open));
  impl_->streams.Set(static_cast<double>(streams));
  impl_->in_flight.Set(static_cast<double>(in_flight));
}

void metrics::engine(const store_figures& figures) {
  impl_->documents.Set(static_cast<double>(figures.documents));
  impl_->passages.Set(static_cast<double>(figures.passages));
  impl_->sessions.Set(static_cast<double>(figures.running));
  impl_->queues.Add({{"queue", "research"}}).Set(static_cast<double>(figures.queued));
  impl_->queues.Add({{"queue", "held"}}).Set(static_cast<double>(figures.held));
}

void metrics::engine(const tree_snapshot& tree) {
  std::map<std::string, std::uint64_t> restarts;
  std::map<std::string, std::uint64_t> queues{{"index", 0}};
  for (const auto& actor : tree.actors) {
    auto path = series_path(actor.path);
    restarts[path] += actor.restarts;
    if (auto queue = queues.find(queue_of(path)); queue != queues.end())
      queue->second += actor.queue;
  }
  for (const auto& [name, depth] : queues)
    impl_->queues.Add({{"queue", name}}).Set(static_cast<double>(depth));
  std::lock_guard guard{impl_->tree_mutex};
  for (const auto& [path, total] : restarts) {
    auto& seen = impl_->seen_restarts[path];
    auto& counter = impl_->restarts.Add({{"path", path}});
    if (total > seen) // children that ended take their counts along: never count backwards
      counter.Increment(static_cast<double>(total - seen));
    seen = total;
  }
}

void metrics::egress(const std::vector<std::pair<std::string, std::uint64_t>>& totals) {
  std::lock_guard guard{impl_->tree_mutex};
  for (const auto& [outcome, total] : totals) {
    auto& counter = impl_->fetches.Add({{"outcome", outcome}});
    counter.Increment(static_cast<double>(total) - counter.Value()); // totals only grow
  }
}

void metrics::work(std::vector<work_totals> queues) {
  std::lock_guard guard{impl_->tree_mutex};
  for (const auto& queue : queues) {
    impl_->queues.Add({{"queue", queue.queue}}).Set(static_cast<double>(queue.depth));
    for (const auto& [status, total] : queue.ended) {
      auto& counter = impl_->jobs.Add({{"queue", queue.queue}, {"status", status}});
      counter.Increment(static_cast<double>(total) - counter.Value()); // totals only grow
    }
  }
  impl_->work = std::move(queues);
}

std::string metrics::text() {
  std::lock_guard guard{impl_->tree_mutex};
  impl_->process->update();
  auto families = impl_->registry->Collect();
  auto process = impl_->process->collect();
  families.insert(families.end(), process.begin(), process.end());
  if (!impl_->work.empty())
    families.push_back(job_durations(impl_->work));
  return prometheus::TextSerializer{}.Serialize(families);
}

} // namespace troupe::gateway
