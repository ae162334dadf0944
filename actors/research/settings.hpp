#pragma once
/// Settings and terms: what the names that an answer mentions mean, out of definition lists.

#include <optional>
#include <vector>

#include "actors/research/select.hpp"

namespace troupe {

/// Explanations of names that occur in `mentioned` (text of the answer so far), in the order of their mention; when
/// `listed`, also of those that `focus` is about. At most `most`.
draft_part explain_terms(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                         const std::string& mentioned, const question_focus* listed, std::size_t most, selector& taken);

/// The term that a question asks about, explained, when a definition list holds it ("What is work_mem?").
std::optional<draft_claim> define_subject(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                          const question_focus& focus, analyzer& words, selector& taken);

} // namespace troupe
