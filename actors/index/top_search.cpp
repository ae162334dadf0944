#include "actors/index/top_search.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace troupe {

namespace {

constexpr slot window_size = 4096;

/// Sums of integers do not depend on their order, so neither do scores on what was passed over.
using points = std::uint32_t;

constexpr double all_points = 1U << 31U;
constexpr double bound_slack = 1.000001; ///< and one more: the roundings of what it bounds

struct walk {
  posting_list::cursor cursor;
  float weight; ///< in points
  points bound = 0;
};

class top_walk {
public:
  top_walk(std::span<const weighed_list> terms, const length_norms& norms, std::size_t k, const slot_set* only)
    : norms_(norms), only_(only), best_(k) {
    double sum = 0;
    for (const auto& t : terms)
      sum += t.weight;
    scale_ = all_points / sum;
    for (const auto& t : terms)
      walks_.push_back({posting_list::cursor{*t.list}, static_cast<float>(t.weight * scale_)});
    for (auto& w : walks_)
      order_.push_back(&w);
    left_.resize(walks_.size() + 1);
  }

  std::vector<scored_slot> run() {
    auto end = static_cast<slot>(norms_.lengths.size());
    for (slot from = 0; from < end; from += window_size)
      if (only_ == nullptr || only_->any(from, window_size))
        search_window(from, std::min(from + window_size, end));
    std::vector<scored_slot> result;
    for (const auto& x : best_.take())
      result.push_back({x.at, static_cast<float>(x.score / scale_)});
    return result;
  }

private:
  [[nodiscard]] points worth(const walk& w, std::uint32_t frequency, std::uint32_t length) const {
    auto f = static_cast<float>(frequency);
    return static_cast<points>(w.weight * (f / (f + norms_.of(length))));
  }

  void bound(walk& w, slot from, slot before) const {
    points most = 0;
    w.cursor.each_block(from, before, [&](const posting_list::block& b) {
      // A frequency that did not fit its field may be any.
      most = std::max(most, b.most == 0xffff ? static_cast<points>(w.weight) : worth(w, b.most, b.shortest));
    });
    w.bound = static_cast<points>(most * bound_slack) + 1;
  }

  /// How many of the least terms can't lift a passage among the best, even together.
  [[nodiscard]] std::size_t idle_terms() {
    std::sort(order_.begin(), order_.end(), [](const walk* a, const walk* b) { return a->bound < b->bound; });
    left_[0] = 0;
    for (std::size_t i = 0; i < order_.size(); ++i)
      left_[i + 1] = left_[i] + order_[i]->bound;
    std::size_t idle = 0;
    while (idle < order_.size() && !best_.keeps_later(left_[idle + 1]))
      ++idle;
    return idle;
  }

  void gather(walk& w, slot from, slot before) {
    for (w.cursor.seek(from); !w.cursor.ended() && w.cursor.at() < before; w.cursor.next()) {
      auto at = w.cursor.at();
      auto length = norms_.lengths[at];
      if (length == 0 || (only_ != nullptr && !only_->contains(at)))
        continue;
      auto i = at - from;
      touched_[i / 64] |= std::uint64_t{1} << (i % 64);
      sums_[i] += worth(w, w.cursor.frequency(), length);
    }
  }

  void finish(slot at, points sum, std::size_t idle) {
    for (; idle > 0 && best_.keeps_later(std::uint64_t{sum} + left_[idle]); --idle) {
      auto& w = *order_[idle - 1];
      w.cursor.seek(at);
      if (!w.cursor.ended() && w.cursor.at() == at)
        sum += worth(w, w.cursor.frequency(), norms_.lengths[at]);
    }
    if (idle == 0 && best_.keeps_later(sum))
      best_.offer({at, sum});
  }

  void search_window(slot from, slot before) {
    for (auto& w : walks_)
      bound(w, from, before);
    auto idle = idle_terms();
    for (auto i = idle; i < order_.size(); ++i)
      gather(*order_[i], from, before);
    for (std::size_t word = 0; word < touched_.size(); ++word)
      for (auto bits = std::exchange(touched_[word], 0); bits != 0; bits &= bits - 1) {
        auto i = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        finish(from + static_cast<slot>(i), std::exchange(sums_[i], 0), idle);
      }
  }

  const length_norms& norms_;
  const slot_set* only_;
  best_of<points> best_;
  double scale_ = 1;
  std::vector<walk> walks_;
  std::vector<walk*> order_;        ///< by bound in this window, least first
  std::vector<std::uint64_t> left_; ///< what the first so many of `order_` are worth together at most
  std::array<points, window_size> sums_{};
  std::array<std::uint64_t, window_size / 64> touched_{};
};

} // namespace

std::vector<scored_slot> search_top(std::span<const weighed_list> terms, const length_norms& norms, std::size_t k,
                                    const slot_set* only) {
  if (terms.empty() || k == 0)
    return {};
  return top_walk{terms, norms, k, only}.run();
}

} // namespace troupe
