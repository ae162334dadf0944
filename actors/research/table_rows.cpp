#include "actors/research/table_rows.hpp"

#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_name = 80;

draft_citation cite(const evidence_page& page, std::size_t p, std::uint32_t start, std::uint32_t end) {
  return {p, start, end, page.content.text.substr(start, end - start)};
}

} // namespace

std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= row.size();) {
    auto end = std::min(row.find('\t', from), row.size());
    out.push_back(collapse_space(row.substr(from, end - from)));
    from = end + 1;
  }
  return out;
}

std::string_view row_header(const evidence_page& page, const unit& u) {
  return std::string_view{page.content.text}.substr(u.header_start, u.header_end - u.header_start);
}

draft_claim row_claim(const evidence_page& page, std::size_t p, const unit& u) {
  auto text = std::string_view{page.content.text};
  auto cells = cells_of(text.substr(u.start, u.end - u.start));
  auto names = u.header_end > u.header_start ? cells_of(row_header(page, u)) : std::vector<std::string>{};
  draft_claim claim;
  auto named = cells.size() > 1 && !cells[0].empty() && cells[0].size() <= longest_name;
  if (named)
    claim.name = cells[0];
  auto headed = named && names.size() >= cells.size() && names.size() > 1; // empty cells at the end leave no trace
  for (std::size_t i = named ? 1 : 0; i < cells.size(); ++i) {
    if (cells[i].empty())
      continue;
    claim.text += claim.text.empty() ? "" : "; ";
    if (headed && !names[i].empty())
      claim.text += names[i] + ": ";
    claim.text += cells[i];
  }
  claim.citations.push_back(cite(page, p, u.start, u.end));
  if (headed)
    claim.citations.push_back(cite(page, p, u.header_start, u.header_end));
  return claim;
}

} // namespace troupe
