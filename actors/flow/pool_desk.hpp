#pragma once
/// The actor side of a `work_pool`: holds the work and who waits for it, calls workers, sends leases and grants.
/// A member of the state of an actor that hands it the messages of work_messages.hpp, `offer_work` and `down_msg`.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/flow/pool_counters.hpp"
#include "actors/flow/work_messages.hpp"
#include "actors/flow/work_pool.hpp"
#include "protocols/actors/interfaces.hpp"

namespace troupe {

/// How often a pool looks at the time.
inline constexpr std::chrono::milliseconds pool_tick{100};

/// Not shared between threads. The owner calls `tick` every `pool_tick` while `needs_tick`.
template <class Request, class Answer>
class pool_desk {
public:
  using reply = std::function<void(expected<Answer>)>;

  struct submission {
    std::shared_ptr<const Request> work;
    work_item about;
    reply answer;
  };

  /// `workers`: their doors, numbered from `first` (an actor may keep several pools). Calls them.
  void open(caf::event_based_actor* self, work_queue queue, std::vector<caf::actor> workers,
            const work_pool_limits& limits, std::shared_ptr<pool_counters> counters, worker_number first = 0) {
    self_ = self;
    first_ = first;
    queue_ = queue;
    doors_ = std::move(workers);
    workers_.resize(doors_.size());
    pool_ = work_pool{limits};
    grant_within_ = limits.grant;
    counters_ = std::move(counters);
    call();
  }

  /// Takes an item or refuses it; answered exactly once.
  void submit(submission x) {
    auto id = pool_.submit(std::move(x.about), now());
    if (!id) {
      counters_->ended(id.error().code, {});
      x.answer(tl::make_unexpected(id.error()));
      return;
    }
    jobs_.emplace(*id, job{std::move(x.work), std::move(x.answer), nullptr, {}});
    pump();
  }

  void offer(const offer_work& x, const work_source_actor& from) {
    if (x.items > 0)
      know(x.source, from);
    pool_.offer(x.source, x.priority, x.items, x.bytes, x.returned, now());
    pump();
  }

  /// A granted piece goes elsewhere.
  void give_back(const std::string& source) {
    pool_.give_back(source);
    pump();
  }

  void cancel(const std::string& token) {
    pool_.cancel(token);
    pump();
  }

  void drop_source(const std::string& source) {
    pool_.source_left(source);
    sources_.erase(source);
    pump();
  }

  void ready(const worker_ready& x) {
    auto at = x.number - first_;
    if (at >= workers_.size() || workers_[at] == x.worker)
      return;
    if (workers_[at])
      pool_.worker_left(x.number, ended_worker());
    workers_[at] = x.worker;
    self_->monitor(x.worker);
    pool_.worker_joined(x.number, x.credit);
    pump();
  }

  void done(work_done<Answer>& x) {
    auto at = now();
    if (!x.result && (x.result.error().code == errc::internal || x.result.error().code == errc::unavailable))
      pool_.failed(x.number, x.item, x.attempt, x.result.error(), at);
    else if (pool_.finished(x.number, x.item, x.attempt, at))
      answer(x.item, std::move(x.result));
    pump();
  }

  /// A worker or a source ended.
  void down(const caf::down_msg& x) {
    for (worker_number i = 0; i < workers_.size(); ++i)
      if (workers_[i] && workers_[i].address() == x.source) {
        workers_[i] = nullptr;
        // Its supervisor stops it so for an operator: that is nothing its work did.
        pool_.worker_left(first_ + i, ended_worker(), x.reason == caf::exit_reason::user_shutdown);
        call();
      }
    std::erase_if(sources_, [&](const auto& known) {
      bool left = known.second.address() == x.source;
      if (left)
        pool_.source_left(known.first);
      return left;
    });
    pump();
  }

  void tick() {
    pool_.sweep(now());
    pump();
    call();
  }

  /// Whether time has to be looked at: something is under way, or a worker is missing.
  [[nodiscard]] bool needs_tick() const { return !pool_.idle() || missing(); }

  /// Refuses everything; for the owner's end.
  void stop(const error& why) {
    for (auto& [id, x] : std::exchange(jobs_, {})) {
      if (x.stop)
        *x.stop = true;
      x.answer(tl::make_unexpected(why));
    }
    counters_->wait(-std::exchange(counted_, 0));
  }

  [[nodiscard]] const work_pool& pool() const { return pool_; }
  /// Whether this work of this token is in hand.
  template <class Judge>
  [[nodiscard]] bool holds(Judge judge) const {
    return std::any_of(jobs_.begin(), jobs_.end(), [&](const auto& x) { return judge(*x.second.work); });
  }
  /// `12 waiting · 2 busy · 3 sources`
  [[nodiscard]] std::string describe() const {
    auto text = std::to_string(pool_.waiting()) + " waiting · " + std::to_string(pool_.busy_workers()) + " busy · "
                + std::to_string(pool_.sources()) + (pool_.sources() == 1 ? " source" : " sources");
    if (auto n = pool_.lost_workers(); n > 0)
      text += " · " + std::to_string(n) + " lost";
    return text;
  }

private:
  struct job {
    std::shared_ptr<const Request> work;
    reply answer;
    stop_flag_ptr stop;            ///< of its lease
    work_clock::time_point leased; ///< the first time
  };

  [[nodiscard]] work_clock::time_point now() const { return self_->clock().now(); }
  static error ended_worker() { return {errc::unavailable, "the worker that did it ended", {}}; }

  [[nodiscard]] bool missing() const {
    return std::any_of(workers_.begin(), workers_.end(), [](const auto& x) { return !x; });
  }

  void call() {
    for (worker_number i = 0; i < workers_.size(); ++i)
      if (!workers_[i])
        self_->send(doors_[i], call_to_work{caf::actor{self_}, first_ + i});
  }

  /// A source that comes back under its name is a new one.
  void know(const std::string& name, const work_source_actor& from) {
    auto found = sources_.find(name);
    if (found != sources_.end() && found->second == from)
      return;
    if (found != sources_.end())
      pool_.source_left(name);
    self_->monitor(from);
    sources_[name] = from;
  }

  void answer(item_id id, expected<Answer> with) {
    auto node = jobs_.extract(id);
    if (node.empty())
      return;
    auto& x = node.mapped();
    bool begun = x.leased != work_clock::time_point{};
    counters_->ended(with ? errc::none : with.error().code, begun ? now() - x.leased : work_clock::duration{});
    x.answer(std::move(with));
  }

  void pump() {
    const auto& step = pool_.step(now());
    for (auto id : step.revoked)
      if (auto found = jobs_.find(id); found != jobs_.end() && found->second.stop)
        *found->second.stop = true;
    for (const auto& lease : step.leases) {
      auto& x = jobs_.at(lease.item);
      if (x.leased == work_clock::time_point{})
        x.leased = now();
      x.stop = std::make_shared<stop_flag>(false);
      self_->send(workers_[lease.worker - first_],
                  leased_work<Request>{lease.worker, lease.item, lease.attempt, x.work, x.stop});
    }
    for (const auto& grant : step.grants)
      if (auto found = sources_.find(grant.source); found != sources_.end())
        self_->send(found->second, grant_work{queue_, grant.items, deadline::in(grant_within_)});
    auto waiting = static_cast<std::int64_t>(pool_.waiting());
    counters_->wait(waiting - std::exchange(counted_, waiting));
    auto over = step.ended; // an answer may lead back here
    for (auto& x : over)
      answer(x.item, tl::make_unexpected(std::move(x.why)));
  }

  caf::event_based_actor* self_ = nullptr;
  work_queue queue_ = work_queue::embed;
  worker_number first_ = 0;
  std::vector<caf::actor> doors_;
  std::vector<caf::actor> workers_; ///< by number; invalid until it is ready
  std::map<std::string, work_source_actor> sources_;
  std::unordered_map<item_id, job> jobs_;
  work_pool pool_;
  std::chrono::milliseconds grant_within_{0};
  std::shared_ptr<pool_counters> counters_;
  std::int64_t counted_ = 0;
};

} // namespace troupe
