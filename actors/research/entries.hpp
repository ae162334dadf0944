#pragma once
/// Answers that stand in tables and in lists of terms rather than in sentences.

#include <optional>
#include <vector>

#include "actors/research/select.hpp"

namespace troupe {

/// The row or the entry that holds nearly all of the question, with its column names or its term; nothing when no one
/// does. It counts as taken.
std::optional<draft_claim> answering_entry(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                           const question_focus& focus, analyzer& words, selector& taken);

/// The entries of a section with just the heading that the question lists ("Merge strategies"), at most `most`; empty
/// when there is none.
draft_part listed_entries(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                          const question_focus& focus, std::size_t most, selector& taken);

/// Where a section begins to answer whose heading, with those above it, says nearly all of the question: for somebody
/// who wants to do something the first step or the first thing to do; otherwise its list, or its first sentence in the
/// form that is asked for.
std::optional<unit_place> headed_start(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                       const question_focus& focus, analyzer& words, const selector& taken);

/// Where the text answers the very question, which it asks itself ("Q: … A: …").
std::optional<unit_place> asked_in_text(const std::vector<evidence_page>& pages, const std::vector<page_units>& cut,
                                        const question_focus& focus, analyzer& words, const selector& taken);

} // namespace troupe
