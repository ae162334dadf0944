#include "actors/research/answer.hpp"

#include <algorithm>
#include <set>

#include "actors/research/definition.hpp"
#include "actors/research/entries.hpp"
#include "actors/research/plan.hpp"
#include "actors/research/settings.hpp"
#include "actors/research/sides.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_settings = 6;
constexpr std::uint32_t enough_claims = 3;
constexpr std::size_t few_pages = 200;

bool wants_definition(question_kind x) {
  return x == question_kind::what || x == question_kind::topic || x == question_kind::which
         || x == question_kind::how_many;
}

/// Questions whose answer is not complete without the settings it mentions.
bool wants_settings(question_kind x) {
  return wants_definition(x) || x == question_kind::how || x == question_kind::how_to || x == question_kind::when;
}

/// Questions whose answer is told by its form: a number, a name, a reason.
bool needs_form(const question_focus& x) {
  return x.shape.value || x.shape.date || !x.shape.listed.empty() || x.kind == question_kind::who
         || x.kind == question_kind::why || x.kind == question_kind::compare;
}

/// Asks what something is that has no name of its own, in all likelihood: "the right pressure for the boiler".
bool asks_of_a_thing(const question_focus& x) {
  return x.shape.defines && x.shape.particular && x.shape.name.size() > 1;
}

/// Questions that a row of a table or an entry of a list can answer.
bool entry_answers(const question_focus& x) {
  return x.kind != question_kind::compare && x.kind != question_kind::why && x.kind != question_kind::how
         && x.shape.listed.empty();
}

class drafting {
public:
  drafting(const std::string& question, const std::vector<question_evidence>& found,
           const std::vector<evidence_page>& pages, std::size_t searched)
    : found_(found), pages_(pages), asked_(asked_questions(question)),
      few_(std::max(searched, pages.size()) <= few_pages) {
    out_.questions.resize(found.size());
    if (!found.empty() && !found[0].hits.empty()) // questions are asked in the language of what they ask about
      for (auto& page : pages)
        if (page.content.id == found[0].hits[0].document)
          words_ = analyzer{page.content.language};
    for (auto& x : found)
      focus_.push_back(focus_of(x.question, x.hits, words_));
  }

  answer_draft draft() {
    for (std::size_t q = 0; q < found_.size(); ++q)
      out_.questions[q].passages = static_cast<std::uint32_t>(found_[q].hits.size());
    auto any = false;
    for (std::size_t q = 0; q < std::min(asked_, found_.size()); ++q)
      any |= has_evidence(focus_[q], found_[q].hits, words_, few_);
    if (any)
      answer_all();
    if (out_.sections.empty())
      name_closest();
    else
      for (std::size_t q = 0; q < std::min(asked_, found_.size()); ++q)
        if (out_.questions[q].claims == 0)
          out_.unanswered.push_back(found_[q].question);
    return std::move(out_);
  }

private:
  void answer_all() {
    std::vector<const passage_hit*> all;
    for (auto& x : found_)
      for (auto& hit : x.hits)
        all.push_back(&hit);
    compound_words asked;
    for (auto& x : found_)
      asked.add(words_.terms(x.question));
    for (auto& page : pages_)
      cut_.push_back(cut_units(page, all, words_, asked));
    selector taken{pages_, cut_};
    auto in_table = compares() && has_evidence(focus_[0], found_[0].hits, words_, few_) && add_table_sides(taken);
    auto trial = taken;
    has_sides_ = compares() && !sides(trial).claims.empty();
    for (std::size_t q = 0; q < found_.size(); ++q) {
      if (in_table)
        break;                                                   // both are told of, beside each other
      auto comparing = focus_[0].kind == question_kind::compare; // what they are stands for the answer
      if (!has_evidence(focus_[q], found_[q].hits, words_, few_)
          || (out_.sections.empty() && q >= asked_ && !comparing))
        continue;
      if (q == asked_ && compares() && add_defined_sides(taken))
        break;
      focus_[q].wants_settings ? list_settings(q, taken) : answer_one(q, taken);
    }
    if (!settings_listed_ && !out_.sections.empty() && wants_settings(focus_[0].kind))
      add_section("Settings", explain(nullptr, taken));
  }

  /// One question that compares two things; what each of them is was asked behind it.
  [[nodiscard]] bool compares() const {
    return asked_ == 1 && found_.size() == 3 && focus_[0].shape.compared.size() == 2;
  }

  draft_part sides(selector& taken) {
    return defined_sides(pages_, cut_, {&focus_[1], &focus_[2]}, compared_things(found_[0].question), words_, taken);
  }

  bool add_table_sides(selector& taken) {
    auto part = sides_in_table(pages_, cut_, focus_[0], taken);
    for (auto& result : out_.questions)
      result.claims = static_cast<std::uint32_t>(part.claims.size());
    add_section({}, std::move(part));
    return !out_.sections.empty();
  }

  /// Below the sentence that compares them, or for it.
  bool add_defined_sides(selector& taken) {
    auto part = sides(taken);
    if (part.claims.empty())
      return false;
    out_.questions[1].claims = out_.questions[2].claims = 1;
    if (out_.sections.empty())
      out_.questions[0].claims = 2, add_section({}, std::move(part));
    else
      out_.sections.back().parts.push_back(std::move(part));
    return true;
  }

  void answer_one(std::size_t q, selector& taken) {
    selection_limits limits;
    auto first = out_.sections.empty();
    auto before = taken.speaking_to(focus_[q]);
    out_.questions[q].claims = before;
    if (q >= asked_ && before >= enough_claims)
      return; // implied, and answered on the way
    if (focus_[q].foreign)
      limits.grounded_at_least = 0.5; // which words only ask can't be told
    if (!first) {
      limits.claims = q < asked_ ? 5 : 3;
      limits.bytes = q < asked_ ? 1200 : 700;
      limits.lead_at_least = q < asked_ ? 0.45 : 0.7;
      limits.follow_share = 0.75;
    }
    if (q < asked_)
      limits.lead = asked_in_text(pages_, cut_, focus_[q], words_, taken);
    if (limits.lead) {
      limits.whole_section = true;
      limits.claims = std::min<std::size_t>(limits.claims, 4);
      return add_taken(q, taken, limits, first, before);
    }
    std::optional<draft_claim> defined;
    auto sentence = best_definition(focus_[q], pages_, cut_);
    if (sentence && !taken.used({sentence->page, sentence->unit})) {
      limits.lead = unit_place{sentence->page, sentence->unit};
      for (auto i : sentence->then)
        limits.then.push_back({sentence->page, i});
    }
    if (q < asked_ && wants_definition(focus_[q].kind))
      defined = define_subject(pages_, cut_, focus_[q], words_, sentence ? sentence->value : 0, taken);
    if (defined) {
      limits.lead.reset();
      limits.then.clear();
    }
    if (!sentence && q < asked_ && focus_[q].kind == question_kind::how_to)
      limits.lead = headed_start(pages_, cut_, focus_[q], words_, taken);
    auto first_or_value = first || focus_[q].shape.value || !focus_[q].shape.property.empty();
    if (!defined && !sentence && !limits.lead && q < asked_ && first_or_value && entry_answers(focus_[q]))
      defined = answering_entry(pages_, cut_, focus_[q], words_, taken);
    limits.need_form = needs_form(focus_[q]);
    if (focus_[q].shape.defines && focus_[q].kind != question_kind::topic)
      limits.phrases = {focus_[q].shape.name};
    if (q < asked_ && !focus_[q].shape.compared.empty())
      limits.phrases = focus_[q].shape.compared;
    if (!focus_[q].shape.listed.empty() || (focus_[q].kind == question_kind::topic && !sentence && !defined))
      if (auto listed = listed_entries(pages_, cut_, focus_[q], most_settings + 2, taken); !listed.claims.empty())
        return add_section(heading(q), std::move(listed));
    if (defined) { // the answer is given: what follows has to add to it
      limits.claims = 3;
      limits.lead_at_least = 0.6;
      limits.need_form = true;
      limits.follow_share = 0.8;
      limits.grounded_at_least = 0.9;
    } else if (focus_[q].shape.value || focus_[q].shape.date) { // a figure is soon told
      limits.claims = std::min<std::size_t>(limits.claims, 4);
      limits.follow_share = 0.8;
    }
    add_taken(q, taken, limits, first, before, std::move(defined));
  }

  /// What `limits` allows to take, behind the entry that answers already; what stands where it should be said when
  /// nothing says it.
  void add_taken(std::size_t q, selector& taken, selection_limits limits, bool first, std::uint32_t before,
                 std::optional<draft_claim> defined = {}) {
    auto& focus = focus_[q];
    auto parts = taken.take(focus, found_[q].hits, limits);
    if (parts.empty() && !defined && q < asked_) {
      limits.lead = headed_start(pages_, cut_, focus, words_, taken);
      if (limits.lead)
        parts = taken.take(focus, found_[q].hits, limits);
    }
    if (parts.empty() && !defined && q < asked_ && asks_of_a_thing(focus)) { // "the X of Y" has no definition
      focus.shape.defines = false;
      limits.phrases.clear();
      defined = answering_entry(pages_, cut_, focus, words_, taken);
      if (!defined)
        parts = taken.take(focus, found_[q].hits, limits);
    }
    auto near = !has_sides_ && few_ && parts.empty() && !defined && first && q < asked_;
    if (near) { // better than nothing, when it is called what it is
      limits.grounded_at_least = 0.5;
      limits.lead_at_least = 0.35;
      limits.need_form = focus.shape.value || focus.shape.date || focus.kind == question_kind::who;
      limits.claims = 3;
      limits.phrases.clear();
      parts = taken.take(focus, found_[q].hits, limits);
    }
    if (defined)
      parts.insert(parts.begin(), draft_part{part_form::paragraph, {std::move(*defined)}, false});
    std::uint32_t claims = 0;
    for (auto& part : parts)
      claims += static_cast<std::uint32_t>(part.claims.size());
    out_.questions[q].claims = std::max(claims, before);
    auto sure = defined || (limits.lead && !near) || (!near && !focus.shape.defines && taken.last_lead_sure());
    if (!parts.empty() && (first || sure)) // what is only near is worth no section of its own
      out_.sections.push_back({heading(q), !sure, std::move(parts)});
  }

  void list_settings(std::size_t q, selector& taken) {
    settings_listed_ = true;
    auto part = explain(q < asked_ ? &focus_[q] : nullptr, taken);
    out_.questions[q].claims = static_cast<std::uint32_t>(part.claims.size());
    if (part.claims.empty() && q < asked_)
      return answer_one(q, taken);
    add_section(heading(q), std::move(part));
  }

  draft_part explain(const question_focus* listed, selector& taken) {
    std::string mentioned;
    for (auto& section : out_.sections)
      for (auto& part : section.parts)
        for (auto& claim : part.claims)
          mentioned += claim.text + " ";
    return explain_terms(pages_, cut_, mentioned, listed, most_settings, words_, taken);
  }

  /// None over the answer to the whole question.
  [[nodiscard]] std::string heading(std::size_t q) const {
    return out_.sections.empty() && (q == 0 || asked_ < 2) ? std::string{} : found_[q].question;
  }

  void add_section(std::string heading, draft_part part) {
    if (!part.claims.empty())
      out_.sections.push_back({std::move(heading), false, {std::move(part)}});
  }

  /// Different titles, in the order retrieval put them.
  void name_closest() {
    std::set<std::string> titles;
    for (std::size_t i = 0; i < pages_.size() && out_.closest.size() < 3; ++i)
      if (titles.insert(pages_[i].title).second)
        out_.closest.push_back(i);
  }

  const std::vector<question_evidence>& found_;
  const std::vector<evidence_page>& pages_;
  const std::size_t asked_;
  const bool few_; ///< pages were searched
  analyzer words_;
  std::vector<question_focus> focus_;
  std::vector<page_units> cut_;
  bool settings_listed_ = false;
  bool has_sides_ = false; ///< of two things compared both are told what they are
  answer_draft out_;
};

} // namespace

answer_draft draft_answer(const std::string& question, const std::vector<question_evidence>& found,
                          const std::vector<evidence_page>& pages, std::size_t searched) {
  if (pages.empty() && std::all_of(found.begin(), found.end(), [](auto& x) { return x.hits.empty(); })) {
    answer_draft nothing;
    nothing.questions.resize(found.size());
    return nothing;
  }
  return drafting{question, found, pages, searched}.draft();
}

} // namespace troupe
