#include "actors/scrape/crawl_frontier.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace troupe {

namespace {

constexpr double seed_score = 1e9;
constexpr double depth_decay = 0.85;
/// So many more addresses of a bounded shape may wait than may be taken, so that the best of them can be chosen.
constexpr std::uint32_t waiting_per_taken = 8;

std::string_view without_www(std::string_view authority) noexcept {
  return authority.starts_with("www.") ? authority.substr(4) : authority;
}

bool has_domain(const url& x) noexcept {
  return x.host.find('.') != x.host.npos && x.host.front() != '['
         && x.host.find_first_not_of("0123456789.") != x.host.npos;
}

template <class Range, class T>
bool holds(const Range& range, const T& x) {
  return std::find(range.begin(), range.end(), x) != range.end();
}

} // namespace

crawl_frontier::crawl_frontier(std::string_view question, const std::vector<std::string>& seeds, frontier_limits limits)
  : limits_(limits), scorer_(question) {
  for (const auto& seed : seeds)
    add_seed(seed);
}

void crawl_frontier::add_seed(const std::string& text) {
  auto parsed = parse_url(text);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https")) {
    ++counts_.out_of_scope;
    return;
  }
  waiting x;
  x.url = canonical(*parsed);
  x.order = next_order_++;
  x.seed = true;
  auto key = text_key(x.url);
  if (!seen_.insert(key).second)
    return;
  ++counts_.found;
  queue_.emplace(key, std::move(x));
  widen_scope(text);
}

void crawl_frontier::widen_scope(std::string_view address) {
  auto parsed = parse_url(address);
  if (!parsed || !parsed->has_host)
    return;
  auto authority = parsed->authority();
  if (std::string name{without_www(authority)}; !holds(authorities_, name))
    authorities_.push_back(std::move(name));
  if (auto site = site_of(*parsed); has_domain(*parsed) && !holds(sites_, site))
    sites_.push_back(std::move(site));
}

bool crawl_frontier::same_host(const url& x) const {
  auto authority = x.authority();
  return holds(authorities_, without_www(authority));
}

bool crawl_frontier::in_scope(const url& x) const {
  if ((x.scheme != "http" && x.scheme != "https") || unreadable_by_name(x))
    return false;
  return same_host(x) || (has_domain(x) && holds(sites_, site_of(x)));
}

void crawl_frontier::add_links(std::string_view page_url, std::uint32_t depth, const std::vector<link>& links) {
  if (depth >= limits_.max_depth) {
    counts_.too_deep += links.size();
    return;
  }
  seen_.insert(text_key(page_url));
  if (depth == 0)
    widen_scope(page_url); // where a seed led to before a restart
  auto looked_at = std::min(links.size(), limits_.max_links_per_page);
  counts_.dropped += links.size() - looked_at;
  for (std::size_t i = 0; i < looked_at; ++i)
    consider(depth + 1, links[i]);
  shrink();
}

void crawl_frontier::consider(std::uint32_t depth, const link& x) {
  auto parsed = parse_url(x.url);
  if (x.nofollow || !parsed || !in_scope(*parsed)) {
    ++counts_.out_of_scope;
    return;
  }
  auto address = canonical(*parsed);
  auto key = text_key(address);
  if (seen_.contains(key)) {
    meet_again(key, depth, x);
    return;
  }
  if (seen_.size() >= limits_.max_seen) {
    ++counts_.dropped;
    return;
  }
  auto shape = shape_of(*parsed);
  if (malformed_by_trap(*parsed, address.size(), limits_.shapes) || shape_crowded(shape)) {
    ++counts_.trapped;
    return;
  }
  seen_.insert(key);
  waiting w;
  w.url = std::move(address);
  w.depth = depth;
  w.order = next_order_++;
  w.shape = shape;
  w.evidence = scorer_.look(x, parsed->path + "?" + parsed->query);
  w.evidence.other_host = !same_host(*parsed);
  scorer_.learn(w.evidence);
  ++counts_.found;
  queue_.emplace(key, std::move(w));
}

/// The same page by another anchor, which may say more than the first ("Next") did.
void crawl_frontier::meet_again(std::uint64_t key, std::uint32_t depth, const link& x) {
  auto found = queue_.find(key);
  if (found == queue_.end())
    return;
  auto& w = found->second;
  w.depth = std::min(w.depth, depth);
  if (w.seed || scorer_.blind())
    return;
  auto more = scorer_.look(x, {});
  if (!x.in_content)
    more.context = 0; // else the neighbours in every page's menu would add up to everything
  scorer_.learn_more(w.evidence, more);
  w.evidence.anchor |= more.anchor;
  w.evidence.context |= more.context;
  w.evidence.in_content |= more.in_content;
  w.evidence.overview |= more.overview;
}

bool crawl_frontier::shape_crowded(const url_shape& x) {
  auto crowded = [this](std::uint64_t key, std::uint32_t limit) {
    return key != 0 && ++shape_found_[key] > std::uint64_t{limit} * waiting_per_taken;
  };
  auto by_shape = crowded(x.key, limits_.shapes.of(x.kind));
  auto by_path = crowded(x.path_key, limits_.shapes.one_path);
  return by_shape || by_path;
}

bool crawl_frontier::shape_open(const url_shape& x) const {
  auto open = [this](std::uint64_t key, std::uint32_t limit) {
    auto found = key == 0 ? shape_taken_.end() : shape_taken_.find(key);
    return found == shape_taken_.end() || found->second < limit;
  };
  return open(x.key, limits_.shapes.of(x.kind)) && open(x.path_key, limits_.shapes.one_path);
}

double crawl_frontier::score(const waiting& x) const {
  if (x.seed)
    return seed_score;
  auto decay = std::pow(depth_decay, x.depth > 1 ? x.depth - 1 : 0);
  return scorer_.blind() ? decay : scorer_.relevance(x.evidence) * decay;
}

/// Forgets the worst when too many wait; a tenth of slack makes it rare.
void crawl_frontier::shrink() {
  if (queue_.size() <= limits_.max_candidates + limits_.max_candidates / 10)
    return;
  struct entry {
    double score;
    std::uint64_t order;
    std::uint64_t key;
  };
  std::vector<entry> entries;
  entries.reserve(queue_.size());
  for (const auto& [key, x] : queue_)
    entries.push_back({score(x), x.order, key});
  auto kept = entries.begin() + static_cast<std::ptrdiff_t>(limits_.max_candidates);
  std::nth_element(entries.begin(), kept, entries.end(), [](const entry& a, const entry& b) {
    return a.score != b.score ? a.score > b.score : a.order < b.order;
  });
  for (auto i = kept; i != entries.end(); ++i)
    queue_.erase(i->key);
  counts_.dropped += static_cast<std::uint64_t>(entries.end() - kept);
}

} // namespace troupe
