#pragma once
/// Whose turn it is in the ledger among the priority classes (DESIGN section 4): 40/30/20/10 of what is claimed.

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "protocols/research.hpp"

namespace troupe::storage {

inline constexpr std::size_t priority_classes = 4;

/// Weighted round robin: ten turns, spread so that no class waits longer than it must; the turn of a class that has
/// nothing goes to the next one's, which shares it in proportion. Not shared between threads.
class claim_turns {
public:
  /// The class of the next claim, and its turn is used; nothing when none waits.
  std::optional<priority_class> next(const std::array<bool, priority_classes>& waiting) noexcept {
    for (std::size_t i = 0; i < round_.size(); ++i) {
      auto x = round_[(at_ + i) % round_.size()];
      if (!waiting[static_cast<std::size_t>(x)])
        continue;
      at_ = (at_ + i + 1) % round_.size();
      return x;
    }
    return std::nullopt;
  }

private:
  using p = priority_class;
  static constexpr std::array<priority_class, 10> round_{p::interactive, p::standard,    p::batch, p::interactive,
                                                         p::standard,    p::interactive, p::batch, p::standard,
                                                         p::interactive, p::background};
  std::size_t at_ = 0;
};

/// The next `slots` out of what waits in each class, in its order: the classes take turns.
template <class T>
std::vector<T> in_turns(std::array<std::vector<T>, priority_classes> lists, claim_turns& turns, std::size_t slots) {
  std::array<std::size_t, priority_classes> taken{};
  std::array<bool, priority_classes> has{};
  for (std::size_t i = 0; i < priority_classes; ++i)
    has[i] = !lists[i].empty();
  std::vector<T> found;
  while (found.size() < slots) {
    auto whose = turns.next(has);
    if (!whose)
      break;
    auto i = static_cast<std::size_t>(*whose);
    found.push_back(std::move(lists[i][taken[i]++]));
    has[i] = taken[i] < lists[i].size();
  }
  return found;
}

/// A research that a claim may take.
struct candidate {
  std::int64_t row;
  bool queued; ///< or its lease has run out
  research_id id;
};

} // namespace troupe::storage
