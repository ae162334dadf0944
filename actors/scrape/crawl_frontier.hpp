#pragma once
/// Which page next: a best-first frontier over the links of one research, bounded in every direction. A plain value:
/// no I/O, no clock, the same calls give the same order. After a restart it is rebuilt by giving it the stored pages
/// again (`done`, then `add_links`, for each in the order in which they were read).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actors/scrape/link_scorer.hpp"
#include "actors/scrape/url_shape.hpp"
#include "protocols/document.hpp"

namespace troupe {

struct frontier_limits {
  std::uint32_t max_depth = 2;            ///< links away from a seed; seeds are 0
  std::uint32_t max_pages = 50;           ///< pages read; failures don't count, but attempts end at 2 x this + 20
  std::uint64_t max_bytes = 256ull << 20; ///< of pages read; no page is handed out beyond it
  std::size_t max_candidates = 10000;     ///< waiting; the worst are dropped and counted
  std::size_t max_seen = 200000;          ///< addresses remembered; links beyond it are refused and counted
  std::size_t max_links_per_page = 5000;  ///< the rest of a page's links is not looked at
  std::uint32_t exploration = 6;          ///< pages at depth 1 that nothing speaks for: overviews first
  std::uint32_t enough = 3;               ///< pages with a score: then no more is explored by chance
  std::uint32_t enough_overviews = 8;     ///< and then not even overviews are
  double promising = 0.4;                 ///< while no link scores as much, exploring comes first
  double floor = 0.35;                    ///< a link scoring below this share of the best one is not worth a fetch
  shape_limits shapes;
};

/// A page to fetch now.
struct crawl_candidate {
  std::string url; ///< canonical
  std::uint32_t depth = 0;
  double score = 0; ///< 1 for seeds
};

struct frontier_counts {
  std::uint64_t found = 0;        ///< distinct addresses in scope, seeds included
  std::uint64_t taken = 0;        ///< handed out
  std::uint64_t done = 0;         ///< read
  std::uint64_t failed = 0;       ///< given up
  std::uint64_t in_flight = 0;    ///< handed out, not yet ended
  std::uint64_t bytes = 0;        ///< read
  std::uint64_t out_of_scope = 0; ///< links to other sites, nofollow, or not http(s)
  std::uint64_t too_deep = 0;
  std::uint64_t trapped = 0; ///< refused as part of an endless pattern
  std::uint64_t dropped = 0; ///< refused or forgotten because a limit was reached
};

class crawl_frontier {
public:
  /// `question` empty: no scoring, everything in scope is taken breadth first. `seeds`: http(s) addresses; the ones
  /// that don't parse are counted as out of scope.
  crawl_frontier(std::string_view question, const std::vector<std::string>& seeds, frontier_limits limits = {});

  /// The best page that is worth a fetch and within the budgets, nothing while that may depend on pages in flight; the
  /// caller ends it with `done`, `failed` or
  /// `put_back`.
  std::optional<crawl_candidate> next();
  /// The links of a page that was read at `depth`.
  void add_links(std::string_view page_url, std::uint32_t depth, const std::vector<link>& links);
  /// A page was read, now or (when it was never handed out) before a restart. `final_url`: after redirects, never
  /// fetched again either; where a seed leads to is in scope. Call it before the page's `add_links`.
  void done(std::string_view url, std::uint64_t bytes, std::string_view final_url = {});
  /// A page is given up; it is not handed out again.
  void failed(std::string_view url);
  /// Not now (a full queue): it waits again. At most three times a page, then it counts as failed.
  void put_back(std::string_view url);

  /// Once `exhausted`, with budget left: waiting addresses that are not worth a fetch, best first, each named once.
  /// Those whose snapshot is at hand cost none: see `take`.
  std::vector<std::string> passed_over(std::size_t most);
  /// Hands out this address although `next` would not. Nothing when it doesn't wait or a budget is spent.
  std::optional<crawl_candidate> take(std::string_view url);

  /// Whether `next` would hand out nothing even after all pages in flight ended without links.
  [[nodiscard]] bool exhausted() const;
  [[nodiscard]] const frontier_counts& counts() const noexcept { return counts_; }

private:
  struct waiting {
    std::string url;
    std::uint32_t depth = 0;
    std::uint64_t order = 0;
    link_evidence evidence;
    url_shape shape;
    bool seed = false;
    bool offered = false; ///< by `passed_over`
    std::uint8_t returns = 0;
  };

  // -- links coming in
  void add_seed(const std::string& text);
  void widen_scope(std::string_view address);
  void consider(std::uint32_t depth, const link& x);
  void meet_again(std::uint64_t key, std::uint32_t depth, const link& x);
  [[nodiscard]] bool same_host(const url& x) const;
  [[nodiscard]] bool in_scope(const url& x) const;
  [[nodiscard]] bool shape_crowded(const url_shape& x);
  void shrink();

  // -- choosing
  [[nodiscard]] bool within_budget() const;
  [[nodiscard]] bool shape_open(const url_shape& x) const;
  [[nodiscard]] double score(const waiting& x) const;
  [[nodiscard]] double best_score() const;
  [[nodiscard]] const waiting* best() const;
  [[nodiscard]] bool may_explore(const waiting& x) const;
  [[nodiscard]] bool exploring() const;
  static bool explores_before(const waiting& a, const waiting& b);

  // -- what became of it
  crawl_candidate hand_out(std::uint64_t key);
  void count_taken(const waiting& x);
  void untake(const waiting& x);
  [[nodiscard]] bool is_seed(std::uint64_t key) const;
  void forget(std::uint64_t key);
  bool end(std::uint64_t key);

  frontier_limits limits_;
  link_scorer scorer_;
  std::vector<std::string> authorities_;             ///< of the seeds
  std::vector<std::string> sites_;                   ///< of the seeds that have a domain name
  std::unordered_map<std::uint64_t, waiting> queue_; ///< by `text_key` of the address
  std::unordered_map<std::uint64_t, waiting> in_flight_;
  std::unordered_set<std::uint64_t> seen_;
  std::unordered_set<std::uint64_t> ended_;
  std::unordered_map<std::uint64_t, std::uint32_t> shape_taken_;
  std::unordered_map<std::uint64_t, std::uint32_t> shape_found_;
  std::vector<link_evidence> taken_evidence_;
  frontier_counts counts_;
  std::uint64_t next_order_ = 0;
  std::uint32_t explored_ = 0;
  std::uint32_t relevant_taken_ = 0;
};

} // namespace troupe
