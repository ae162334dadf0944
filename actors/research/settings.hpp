#pragma once
/// Settings and terms: what the names that an answer mentions mean, out of definition lists.

#include <optional>
#include <vector>

#include "actors/research/select.hpp"

namespace troupe {

/// Explanations of names that occur in `mentioned` (text of the answer so far), in the order of their mention; when
/// `listed`, also of those that `focus` is about. At most `most`.
draft_part explain_terms(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                         const std::string& mentioned, const question_focus* listed, std::size_t most, analyzer& words,
                         selector& taken);

/// The term that a question asks about, explained, when a definition list holds it ("What is work_mem?") and is worth
/// more than `at_least`, on the scale of `definition_found::value`.
std::optional<draft_claim> define_subject(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                          const question_focus& focus, analyzer& words, double at_least,
                                          selector& taken);

/// The first of an entry's sentences, and the one with the default, under its term; without citations when it is none.
draft_claim term_claim(const evidence_page& page, const unit& u, unit_place place);

} // namespace troupe
