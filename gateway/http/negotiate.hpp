#pragma once
/// Content negotiation by `Accept` (RFC 9110, section 12.5.1).

#include <optional>
#include <span>
#include <string_view>

namespace troupe::gateway {

/// Index of the offer the client likes best: highest q-value of its most specific matching range; ties go to the
/// earlier offer. Nothing when none is acceptable. An absent or empty header accepts everything. Offers are
/// `type/subtype`.
std::optional<std::size_t> choose_media(std::string_view accept, std::span<const std::string_view> offers);

/// Whether `accept` names `media` itself (not by a wildcard) with a q-value above 0.
bool names_media(std::string_view accept, std::string_view media);

} // namespace troupe::gateway
