// No citation passes whose bytes are not the snapshot's.
#define CAF_SUITE verify

#include "actors/research/verify.hpp"

#include "actors/research/digest.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

evidence_page page_of(const std::string& text) {
  evidence_page page;
  page.content.text = text;
  page.content.id = document_id{snapshot_digest(text)};
  return page;
}

answer_draft draft_of(std::vector<draft_citation> citations, std::string code = {}) {
  answer_draft draft;
  draft_claim claim;
  claim.text = "claim";
  claim.code = std::move(code);
  claim.citations = std::move(citations);
  draft.sections.push_back({"", false, {{part_form::paragraph, {claim}}}});
  return draft;
}

} // namespace

CAF_TEST(the digest is SHA 256) {
  CAF_CHECK_EQUAL(snapshot_digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

CAF_TEST(a verbatim quote holds and a changed byte is found wherever it is) {
  auto page = page_of("The caf\xc3\xa9 opens at nine.");
  CAF_CHECK_EQUAL(check_citation(page, 4, 15, "caf\xc3\xa9 opens"), "");
  for (std::size_t i = 0; i < 11; ++i) {
    std::string quote = "caf\xc3\xa9 opens";
    quote[i] = static_cast<char>(quote[i] ^ 1);
    CAF_CHECK(!check_citation(page, 4, 15, quote).empty());
  }
  for (std::size_t i = 0; i < page.content.text.size(); ++i) { // the snapshot itself was changed
    auto changed = page;
    changed.content.text[i] = static_cast<char>(changed.content.text[i] ^ 1);
    CAF_CHECK(!check_citation(changed, 4, 15, changed.content.text.substr(4, 11)).empty());
  }
}

CAF_TEST(places outside of the text or inside of a character are refused) {
  auto page = page_of("caf\xc3\xa9");
  CAF_CHECK(!check_citation(page, 0, 6, "caf\xc3\xa9").empty());
  CAF_CHECK(!check_citation(page, 2, 2, "").empty());
  CAF_CHECK(!check_citation(page, 3, 2, "").empty());
  CAF_CHECK(!check_citation(page, 0, 4, "caf\xc3").empty());
  CAF_CHECK(!check_citation(page, 4, 5, "\xa9").empty());
  CAF_CHECK(!check_citation(page, 4294967295u, 4294967295u, "").empty());
  CAF_CHECK_EQUAL(check_citation(page, 3, 5, "\xc3\xa9"), "");
}

CAF_TEST(a claim goes when nothing supports it and stays when something does) {
  std::vector<evidence_page> pages{page_of("One lamp burns."), page_of("Two lamps burn.")};
  auto both = draft_of({{0, 0, 3, "One"}, {1, 0, 3, "Two"}});
  CAF_CHECK(verify_draft(both, pages).empty());
  auto one = draft_of({{0, 0, 3, "ONE"}, {1, 0, 3, "Two"}});
  auto rejected = verify_draft(one, pages);
  CAF_REQUIRE_EQUAL(rejected.size(), 1u);
  CAF_CHECK_EQUAL(rejected[0].quote, "ONE");
  CAF_CHECK_EQUAL(one.sections[0].parts[0].claims[0].citations.size(), 1u);
  auto none = draft_of({{0, 0, 3, "ONE"}, {7, 0, 3, "Two"}});
  verify_draft(none, pages);
  CAF_CHECK(none.sections.empty());
  auto formula = draft_of({{0, 0, 3, "One"}, {1, 0, 3, "TWO"}}, "TWO");
  verify_draft(formula, pages);
  CAF_CHECK(formula.sections.empty());
}
