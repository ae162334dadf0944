#pragma once
/// Writing: a verified draft as a report. Markdown for people; claims, citations and sources for machines.

#include <string>
#include <vector>

#include "actors/research/answer.hpp"
#include "protocols/research.hpp"

namespace troupe {

/// What the report says about itself besides its answer.
struct report_facts {
  std::string question;
  report_coverage coverage;
  std::string shortfall; ///< one sentence when the research ended early; empty otherwise
};

/// Numbers citations in order of first use and sources in order of first citation. A draft without sections gives the
/// report that says so and cites nothing.
report write_report(const report_facts& facts, const answer_draft& draft, const std::vector<evidence_page>& pages);

/// Page text as Markdown that shows exactly that text: what Markdown or HTML would take for markup is escaped.
/// `starts_line`: it stands where a list or a heading could start.
std::string escape_markdown(std::string_view text, bool starts_line = true);

/// The report's text in at most `most` pieces, cut before headings, for the growing view of it.
std::vector<std::string> report_pieces(const std::string& markdown, std::size_t most);

} // namespace troupe
