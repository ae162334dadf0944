#include "actors/scrape/crawl_frontier.hpp"

#include <algorithm>
#include <utility>

// What to hand out next, and what became of it. How links come in is in crawl_frontier.cpp.
namespace troupe {

namespace {

constexpr std::uint8_t most_returns = 3;
constexpr std::uint64_t spare_attempts = 20;

} // namespace

bool crawl_frontier::within_budget() const {
  return counts_.done + counts_.in_flight < limits_.max_pages
         && counts_.taken < 2ull * limits_.max_pages + spare_attempts && counts_.bytes < limits_.max_bytes;
}

double crawl_frontier::best_score() const {
  double best = 0;
  for (const auto& x : taken_evidence_)
    best = std::max(best, scorer_.relevance(x));
  return best;
}

/// Best score first, then what is nearer to a seed, then what was found first.
const crawl_frontier::waiting* crawl_frontier::best() const {
  const waiting* winner = nullptr;
  const waiting* unknown = nullptr; // nothing speaks for it, nothing against
  double winning = 0;
  auto before = [](const waiting& a, const waiting& b) {
    return a.depth != b.depth ? a.depth < b.depth : a.order < b.order;
  };
  for (const auto& [key, x] : queue_) {
    if (!shape_open(x.shape))
      continue;
    auto value = score(x);
    if (value > winning || (winner != nullptr && value == winning && before(x, *winner))) {
      winner = &x;
      winning = value;
    } else if (value <= 0 && x.depth <= 1 && (unknown == nullptr || explores_before(x, *unknown))) {
      unknown = &x;
    }
  }
  if (winner != nullptr && (winner->seed || scorer_.blind()))
    return winner;
  auto known = std::max(best_score(), winning);
  bool promising = known >= limits_.promising;
  if (!promising && unknown != nullptr && may_explore(*unknown))
    return unknown;
  if (!promising && exploring())
    return nullptr; // what comes back may show that the best so far is not worth a fetch
  if (winner != nullptr && winning >= limits_.floor * known)
    return winner;
  return unknown != nullptr && may_explore(*unknown) ? unknown : nullptr;
}

/// Overviews are read side by side; by chance only when nothing else is under way that could show the right way.
bool crawl_frontier::may_explore(const waiting& x) const {
  if (explored_ >= limits_.exploration)
    return false;
  if (x.evidence.overview)
    return relevant_taken_ < limits_.enough_overviews;
  return relevant_taken_ < limits_.enough && in_flight_.empty();
}

bool crawl_frontier::exploring() const {
  return std::any_of(in_flight_.begin(), in_flight_.end(),
                     [](const auto& x) { return !x.second.seed && x.second.evidence.any() == 0; });
}

bool crawl_frontier::explores_before(const waiting& a, const waiting& b) {
  if (a.evidence.overview != b.evidence.overview)
    return a.evidence.overview;
  return a.evidence.in_content != b.evidence.in_content ? a.evidence.in_content : a.order < b.order;
}

std::optional<crawl_candidate> crawl_frontier::next() {
  const auto* chosen = within_budget() ? best() : nullptr;
  if (chosen == nullptr)
    return std::nullopt;
  return hand_out(text_key(chosen->url));
}

crawl_candidate crawl_frontier::hand_out(std::uint64_t key) {
  auto node = queue_.extract(key);
  const auto& x = node.mapped();
  crawl_candidate result{x.url, x.depth, x.seed ? 1.0 : score(x)};
  count_taken(x);
  in_flight_.insert(std::move(node));
  ++counts_.in_flight;
  return result;
}

std::optional<crawl_candidate> crawl_frontier::take(std::string_view url) {
  auto found = queue_.find(text_key(url));
  if (found == queue_.end() || !within_budget() || !shape_open(found->second.shape))
    return std::nullopt;
  return hand_out(found->first);
}

std::vector<std::string> crawl_frontier::passed_over(std::size_t most) {
  std::vector<std::pair<double, waiting*>> left;
  if (!in_flight_.empty() || !within_budget())
    return {};
  for (auto& [key, x] : queue_)
    if (auto value = score(x); !x.offered && shape_open(x.shape) && (value > 0 || x.depth <= 1))
      left.emplace_back(value, &x);
  auto end = left.begin() + static_cast<std::ptrdiff_t>(std::min(most, left.size()));
  std::partial_sort(left.begin(), end, left.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second->order < b.second->order;
  });
  std::vector<std::string> result;
  for (auto i = left.begin(); i != end; ++i) {
    i->second->offered = true;
    result.push_back(i->second->url);
  }
  return result;
}

void crawl_frontier::count_taken(const waiting& x) {
  ++counts_.taken;
  for (auto key : {x.shape.key, x.shape.path_key})
    if (key != 0)
      ++shape_taken_[key];
  if (x.seed || scorer_.blind())
    return;
  if (x.evidence.any() == 0) {
    ++explored_;
    return;
  }
  ++relevant_taken_;
  taken_evidence_.push_back(x.evidence);
}

void crawl_frontier::done(std::string_view url, std::uint64_t bytes, std::string_view final_url) {
  auto key = text_key(url);
  if (ended_.contains(key))
    return;
  if (!final_url.empty() && final_url != url) {
    if (is_seed(key))
      widen_scope(final_url);
    forget(text_key(final_url));
  }
  end(key);
  ++counts_.done;
  counts_.bytes += bytes;
}

void crawl_frontier::failed(std::string_view url) {
  if (end(text_key(url)))
    ++counts_.failed;
}

bool crawl_frontier::is_seed(std::uint64_t key) const {
  for (const auto* map : {&queue_, &in_flight_})
    if (auto found = map->find(key); found != map->end())
      return found->second.seed;
  return false;
}

/// Another way to a page that was read: not to be fetched under this name either.
void crawl_frontier::forget(std::uint64_t key) {
  seen_.insert(key);
  queue_.erase(key);
}

/// Whether this is the first time that the page ends. One that was never handed out was read before a restart.
bool crawl_frontier::end(std::uint64_t key) {
  if (!ended_.insert(key).second)
    return false;
  seen_.insert(key);
  if (in_flight_.erase(key) != 0) {
    --counts_.in_flight;
    return true;
  }
  if (auto node = queue_.extract(key); !node.empty())
    count_taken(node.mapped());
  else
    ++counts_.taken;
  return true;
}

void crawl_frontier::put_back(std::string_view url) {
  auto key = text_key(url);
  auto node = in_flight_.extract(key);
  if (node.empty())
    return;
  auto& x = node.mapped();
  if (++x.returns > most_returns) {
    in_flight_.insert(std::move(node));
    failed(url);
    return;
  }
  untake(x);
  --counts_.in_flight;
  queue_.insert(std::move(node));
}

void crawl_frontier::untake(const waiting& x) {
  --counts_.taken;
  for (auto key : {x.shape.key, x.shape.path_key})
    if (key != 0)
      --shape_taken_[key];
  if (x.seed || scorer_.blind())
    return;
  if (x.evidence.any() == 0) {
    --explored_;
    return;
  }
  --relevant_taken_;
  auto found = std::find(taken_evidence_.begin(), taken_evidence_.end(), x.evidence);
  if (found != taken_evidence_.end())
    taken_evidence_.erase(found);
}

bool crawl_frontier::exhausted() const { return in_flight_.empty() && (!within_budget() || best() == nullptr); }

} // namespace troupe
