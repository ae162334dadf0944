#pragma once
/// Verifying: no citation leaves the engine unless its quote is, byte for byte, what the snapshot says at that place.

#include <string>
#include <vector>

#include "actors/research/answer.hpp"

namespace troupe {

/// A citation that was taken out, and why.
struct rejected_citation {
  document_id document;
  std::string quote;
  std::string reason;
};

/// Empty when the citation holds; otherwise what is wrong with it. Checks the snapshot's own hash, the bounds, that
/// both ends are on code points, and the bytes.
std::string check_citation(const evidence_page& page, std::uint32_t start, std::uint32_t end, const std::string& quote);

/// Takes out of `draft` every citation that doesn't hold, every claim that no citation is left for, and every part and
/// section that is empty then.
std::vector<rejected_citation> verify_draft(answer_draft& draft, const std::vector<evidence_page>& pages);

} // namespace troupe
