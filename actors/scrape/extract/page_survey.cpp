#include "actors/scrape/extract/page_survey.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"

namespace troupe {

namespace {

constexpr std::uint32_t prose_letters = 80; ///< a shorter block is not called prose by its length alone

struct letter_count {
  std::uint32_t letters = 0;
  std::uint32_t stops = 0; ///< marks that sentences have
};

letter_count count_letters(std::string_view text) {
  letter_count result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result.letters += is_space(c) ? 0 : 1;
      result.stops += c == '.' || c == ',' || c == '!' || c == '?' || c == ';' || c == ':' ? 1 : 0;
    } else if (byte >= 0xC0) {
      result.letters += byte >= 0xE3 && byte <= 0xED ? 2 : 1;
      auto mark = text.substr(i, 3);
      result.stops += mark == "\xE3\x80\x82" || mark == "\xE3\x80\x81" || mark == "\xEF\xBC\x8C" ? 1 : 0;
    }
  }
  return result;
}

/// An id that manuals make from a heading's words ("sharing-with-others") says what a section is about, not what it is.
bool names_a_place(const html_tree& tree, std::uint32_t i) {
  auto& x = tree[i];
  auto id = tree.get(x, attr::id);
  if (id.empty() || (!is_block(x.name) && x.name != tag::span))
    return true;
  auto marks = std::count_if(id.begin(), id.end(), [](char c) { return c == '-' || c == '_' || c == '.'; });
  if (marks >= 3 || is_heading(x.name) || x.name == tag::p || x.name == tag::dt || x.name == tag::dl)
    return true;
  auto section = x.name == tag::section || tree.get(x, attr::class_).find("sect") != std::string_view::npos;
  return section && i + 1 < x.end && (is_heading(tree[i + 1].name) || tree[i + 1].name == tag::span);
}

bool is_code(tag t) { return t == tag::pre || t == tag::listing; }

} // namespace

/// Text nodes between two block bounds: what a reader sees as one paragraph or line.
struct page_survey::run {
  std::uint32_t letters = 0;
  std::uint32_t linked = 0;
  std::uint32_t stops = 0;
  std::uint32_t first = 0;
  bool code = false;
  bool heading = false;
  std::vector<std::uint32_t> texts;
};

page_survey::page_survey(const html_tree& tree)
  : tree_(tree), hints_(tree.size()), dropped_(tree.size()), before_(tree.size() + 1), own_(tree.size()) {
  for (std::uint32_t i = 0; i < tree.size(); ++i)
    if (tree[i].name == tag::body) {
      body_ = i;
      break;
    }
  read_hints();
  recount();
}

void page_survey::read_hints() {
  std::unordered_map<std::string_view, std::uint32_t> known; // pages repeat their class names
  auto look_up = [&known](std::string_view names) {
    if (names.empty())
      return std::uint32_t{0};
    auto [at, fresh] = known.try_emplace(names, 0);
    if (fresh)
      at->second = hints_of(names);
    return at->second;
  };
  for (std::uint32_t i = 0; i < tree_.size(); ++i) {
    auto& x = tree_[i];
    if (x.attribute_count > 0)
      hints_[i] = look_up(tree_.get(x, attr::class_)) | (names_a_place(tree_, i) ? 0 : look_up(tree_.get(x, attr::id)));
  }
}

void page_survey::drop(std::uint32_t i) {
  for (auto j = i; j < tree_[i].end; ++j)
    dropped_[j] = true;
}

void page_survey::close_run(run& r) {
  if (r.letters > 0) {
    auto linked = r.linked * 3 > r.letters;
    auto prose = r.letters >= prose_letters || (r.letters >= 40 && r.stops >= 1);
    auto good = r.code || (!linked && prose && !r.heading && (r.stops > 0 || r.letters >= 2 * prose_letters));
    own_[r.first].runs = 1;
    if (good)
      for (auto i : r.texts)
        own_[i].good = own_[i].letters;
  }
  r.letters = r.linked = r.stops = 0;
  r.texts.clear();
}

void page_survey::recount() {
  run r;
  std::uint32_t link_end = 0;
  std::uint32_t code_end = 0;
  std::uint32_t heading_end = 0;
  std::vector<std::uint32_t> block_ends; // bounds of open blocks
  for (std::uint32_t i = 0; i < tree_.size(); ++i) {
    auto& x = tree_[i];
    own_[i] = {};
    while (!block_ends.empty() && block_ends.back() <= i) {
      block_ends.pop_back();
      close_run(r);
    }
    if (dropped_[i])
      continue;
    if (x.name == tag::a)
      link_end = x.end;
    if (is_code(x.name))
      code_end = x.end;
    if (is_heading(x.name))
      heading_end = x.end;
    if (x.name != tag::none) {
      if (is_block(x.name)) {
        close_run(r);
        block_ends.push_back(x.end);
      }
      continue;
    }
    auto counted = count_letters(x.text);
    if (counted.letters == 0)
      continue;
    if (r.texts.empty()) {
      r.first = i;
      r.code = i < code_end;
      r.heading = i < heading_end;
    }
    own_[i].letters = counted.letters;
    own_[i].linked = i < link_end ? counted.letters : 0;
    r.letters += counted.letters;
    r.linked += own_[i].linked;
    r.stops += counted.stops;
    r.texts.push_back(i);
  }
  close_run(r);
  for (std::uint32_t i = 0; i < tree_.size(); ++i) {
    auto& sum = before_[i + 1];
    sum = before_[i];
    sum.letters += own_[i].letters;
    sum.linked += own_[i].linked;
    sum.good += own_[i].good;
    sum.runs += own_[i].runs;
  }
}

text_mass page_survey::mass(std::uint32_t i) const {
  auto& low = before_[i];
  auto& high = before_[tree_[i].end];
  return {high.letters - low.letters, high.linked - low.linked, high.good - low.good, high.runs - low.runs};
}

double page_survey::link_density(std::uint32_t i) const {
  auto m = mass(i);
  return m.letters == 0 ? 0 : static_cast<double>(m.linked) / m.letters;
}

} // namespace troupe
