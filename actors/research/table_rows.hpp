#pragma once
/// Rows of tables as claims, with the names of their columns.

#include <string>
#include <string_view>
#include <vector>

#include "actors/research/answer.hpp"
#include "actors/research/units.hpp"

namespace troupe {

/// Cells with single spaces; empty ones at the end of a row leave no trace.
std::vector<std::string> cells_of(std::string_view row);

/// The names of the columns of a row, as they stand in the page; empty when it has none.
std::string_view row_header(const evidence_page& page, const unit& u);

/// "Upper limit: 32 TB; Comment: …" under the name in the first column. Cites the row, and the names of the columns
/// where they are said.
draft_claim row_claim(const evidence_page& page, std::size_t p, const unit& u);

} // namespace troupe
