#include "actors/research/verify.hpp"

#include "actors/research/digest.hpp"

namespace troupe {

namespace {

bool inside_code_point(const std::string& text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

std::string check_place(const document& snapshot, std::uint32_t start, std::uint32_t end, const std::string& quote) {
  if (start >= end || end > snapshot.text.size())
    return "the place is outside of the snapshot";
  if (inside_code_point(snapshot.text, start) || inside_code_point(snapshot.text, end))
    return "the place cuts a character in two";
  if (snapshot.text.compare(start, end - start, quote) != 0)
    return "the snapshot says something else at that place";
  return {};
}

/// Keeps in `claims` what has a citation left.
void drop_unsupported(std::vector<draft_claim>& claims) {
  std::erase_if(claims, [](const draft_claim& x) { return x.citations.empty(); });
}

} // namespace

std::string check_citation(const evidence_page& page, std::uint32_t start, std::uint32_t end,
                           const std::string& quote) {
  if (snapshot_digest(page.content.text) != page.content.id.value)
    return "the snapshot is not the one its id names";
  return check_place(page.content, start, end, quote);
}

std::vector<rejected_citation> verify_draft(answer_draft& draft, const std::vector<evidence_page>& pages) {
  std::vector<rejected_citation> rejected;
  std::vector<std::string> genuine(pages.size()); // hashes are checked once a page
  for (std::size_t i = 0; i < pages.size(); ++i)
    genuine[i] = snapshot_digest(pages[i].content.text) == pages[i].content.id.value
                   ? ""
                   : "the snapshot is not the one its id names";
  auto broken = [&](const draft_citation& x) {
    if (x.page >= pages.size())
      return true;
    auto reason =
      genuine[x.page].empty() ? check_place(pages[x.page].content, x.start, x.end, x.quote) : genuine[x.page];
    if (reason.empty())
      return false;
    rejected.push_back({pages[x.page].content.id, x.quote, std::move(reason)});
    return true;
  };
  for (auto& section : draft.sections) {
    for (auto& part : section.parts) {
      for (auto& claim : part.claims)
        if (std::erase_if(claim.citations, broken) > 0 && !(claim.code.empty() && claim.context.empty()))
          claim.citations.clear(); // a formula stands and falls with its own citation, a heading carries no sentence
      drop_unsupported(part.claims);
    }
    std::erase_if(section.parts, [](const draft_part& x) { return x.claims.empty(); });
  }
  std::erase_if(draft.sections, [](const draft_section& x) { return x.parts.empty(); });
  return rejected;
}

} // namespace troupe
