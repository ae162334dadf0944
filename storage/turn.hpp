#pragma once
/// Whose turn it is in the ledger among the priority classes (DESIGN section 4): 40/30/20/10 of what is claimed.

#include <array>
#include <cstdint>
#include <optional>

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

} // namespace troupe::storage
