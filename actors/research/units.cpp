#include "actors/research/units.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "actors/embed/chunker.hpp"
#include "actors/research/question.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::uint32_t neighbourhood = 3000; // bytes to both sides of a hit
constexpr std::uint32_t opening = 1500;       // bytes of a page
constexpr std::size_t longest_item = 400;     // a longer list item is cut into sentences
constexpr std::size_t longest_step = 800;     // of an ordered list, whose parts belong together
constexpr std::size_t longest_sentence = 700; // what is longer is no sentence a person would read
constexpr std::size_t most_units = 4000;
constexpr std::size_t longest_asked = 200; // a question that a text answers
constexpr std::size_t longest_heading = 120;
constexpr std::uint8_t below_headings = 7; // the level of such a question

using span_list = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// Paragraphs of a text without blocks.
std::vector<block> paragraphs(const std::string& text) {
  std::vector<block> out;
  std::size_t from = 0;
  while (from < text.size()) {
    auto end = std::min(text.find("\n\n", from), text.size());
    if (end > from)
      out.push_back({block_kind::paragraph, 0, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(end)});
    from = end + 2;
  }
  return out;
}

bool ends_in_abbreviation(std::string_view s) {
  constexpr std::array<std::string_view, 14> known{"e.g.", "i.e.", "cf.",  "vs.",   "Mr.", "Mrs.",    "Dr.",
                                                   "St.",  "No.",  "Fig.", "Sect.", "Eq.", "approx.", "resp."};
  return std::any_of(known.begin(), known.end(), [s](std::string_view a) {
    return s.ends_with(a)
           && (s.size() == a.size() || s[s.size() - a.size() - 1] == ' ' || s[s.size() - a.size() - 1] == '(');
  });
}

/// Sentence bounds in `[start, end)`, not broken after abbreviations.
span_list sentence_spans(const document& content, std::uint32_t start, std::uint32_t end) {
  span_list out;
  auto text = std::string_view{content.text}.substr(start, end - start);
  for (auto [a, b] : sentences(text, content.language)) {
    auto join =
      !out.empty() && ends_in_abbreviation(text.substr(out.back().first - start, out.back().second - out.back().first));
    if (join)
      out.back().second = b + start;
    else
      out.emplace_back(a + start, b + start);
  }
  return out;
}

class cutter {
public:
  cutter(const evidence_page& page, analyzer& words, const compound_words& asked)
    : page_(page), words_(words), asked_(asked) {
    out_.sections.emplace_back();
  }

  page_units cut(const span_list& near) {
    add_terms(words_.terms(page_.title), out_.title_terms);
    auto blocks = page_.content.blocks.empty() ? paragraphs(page_.content.text) : page_.content.blocks;
    auto row_before = false;
    for (auto& x : blocks) {
      if (x.kind == block_kind::table_row && !row_before)
        header_ = x;
      row_before = x.kind == block_kind::table_row;
      if (x.end > page_.content.text.size() || x.start >= x.end || out_.units.size() > most_units)
        continue;
      if (x.kind == block_kind::heading)
        open_section(x);
      else if (std::any_of(near.begin(), near.end(), [&](auto& s) { return x.start < s.second && x.end > s.first; }))
        add_block(x);
    }
    out_.all_terms = out_.title_terms;
    for (auto& x : out_.units)
      out_.all_terms.insert(x.terms.begin(), x.terms.end());
    return std::move(out_);
  }

private:
  void add_terms(const std::vector<std::string>& said, std::set<std::string>& to) {
    to.insert(said.begin(), said.end());
    asked_.complete(said, to);
  }

  void open_section(const block& x) {
    while (!above_.empty() && above_.back().first >= x.level)
      above_.pop_back();
    section_path next;
    next.start = x.end;
    next.heading = collapse_space(std::string_view{page_.content.text}.substr(x.start, x.end - x.start));
    next.heading_start = x.start;
    next.heading_end = x.end;
    add_terms(words_.terms(next.heading), next.terms);
    next.heading_terms = next.terms;
    if (!above_.empty())
      next.terms.insert(out_.sections[above_.back().second].terms.begin(),
                        out_.sections[above_.back().second].terms.end());
    above_.emplace_back(x.level, out_.sections.size());
    out_.sections.push_back(std::move(next));
  }

  void add_block(const block& x) {
    ++block_;
    depth_ = x.level;
    auto whole = x.end - x.start;
    switch (x.kind) {
    case block_kind::caption:
      return; // names a figure or a table that is not shown
    case block_kind::code:
      return add(unit_form::code, x.start, x.end, true);
    case block_kind::table_row:
      return add(unit_form::row, x.start, x.end, true);
    case block_kind::definition:
      return add(unit_form::term, x.start, x.end, true);
    case block_kind::step:
      if (whole <= longest_step)
        return add(unit_form::item, x.start, x.end, true, true);
      break;
    case block_kind::list_item:
      if (whole <= longest_item)
        return add(unit_form::item, x.start, x.end, true);
      break;
    default:
      break;
    }
    auto first = true;
    for (auto [start, end] : sentence_spans(page_.content, x.start, x.end)) {
      if (first && is_asked(start, end)) {
        open_section({block_kind::heading, below_headings, start, end});
        first = false;
        continue;
      }
      if (end - start <= longest_sentence)
        add(unit_form::sentence, start, end, first);
      first = false;
    }
  }

  void add(unit_form form, std::uint32_t start, std::uint32_t end, bool opens, bool numbered = false) {
    auto text = std::string_view{page_.content.text}.substr(start, end - start);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
      text.remove_suffix(1);
      --end;
    }
    while (!text.empty() && text.front() == '\n') {
      text.remove_prefix(1);
      ++start;
    }
    if (text.empty())
      return;
    unit x{form, block_, out_.sections.size() - 1, start, end, opens, numbered, 0, 0, {}, {}, 0};
    if (form == unit_form::row && header_.start < start)
      x.header_start = header_.start, x.header_end = header_.end;
    x.said = words_.terms(text);
    add_terms(x.said, x.terms);
    x.depth = depth_;
    out_.units.push_back(std::move(x));
  }

  /// A question that opens a paragraph is one that the text answers: "Q: …? A: …". It says what follows is about, as a
  /// heading does.
  bool is_asked(std::uint32_t start, std::uint32_t end) const {
    auto text = std::string_view{page_.content.text};
    auto s = collapse_space(text.substr(start, end - start));
    return has_question_mark(s) && s.size() <= longest_asked;
  }

  const evidence_page& page_;
  analyzer& words_;
  const compound_words& asked_;
  page_units out_;
  std::vector<std::pair<std::uint8_t, std::size_t>> above_; ///< open headings: level and section
  std::size_t block_ = 0;
  std::uint8_t depth_ = 0;
  block header_; ///< first row of the table that is being read
};

} // namespace

page_units cut_units(const evidence_page& page, const std::vector<const passage_hit*>& hits, analyzer& words,
                     const compound_words& asked) {
  span_list near{{0, opening}};
  for (auto* hit : hits)
    if (hit->document == page.content.id)
      near.emplace_back(hit->found.start - std::min(hit->found.start, neighbourhood), hit->found.end + neighbourhood);
  return cutter{page, words, asked}.cut(near);
}

bool has_name(const section_path& x) {
  return !x.heading.empty() && x.heading.size() <= longest_heading && !has_question_mark(x.heading);
}

std::string unit_text(const evidence_page& page, const unit& x) {
  return collapse_space(std::string_view{page.content.text}.substr(x.start, x.end - x.start));
}

} // namespace troupe
