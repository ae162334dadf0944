#pragma once
/// Settings and terms: what the names that an answer mentions mean, out of definition lists.

#include <vector>

#include "actors/research/select.hpp"

namespace troupe {

/// Explanations of names that occur in `mentioned` (text of the answer so far), in the order of their mention; when
/// `listed`, also of those that `focus` is about. At most `most`.
draft_part explain_terms(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                         const std::string& mentioned, const question_focus* listed, std::size_t most, selector& taken);

} // namespace troupe
