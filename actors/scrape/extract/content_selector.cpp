// Main-text selection in three steps: drop what markup and names declare to be something else; find the element that
// holds the text, by its declaration or else by where the prose is; drop what in it is links rather than text. Text and
// link density as in Kohlschütter et al., "Boilerplate Detection using Shallow Text Features" (WSDM 2010).
#include "actors/scrape/extract/content_selector.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"
#include "actors/scrape/extract/cue_phrases.hpp"
#include "actors/scrape/extract/lead_finder.hpp"
#include "actors/scrape/extract/table_shape.hpp"

namespace troupe {

namespace {
constexpr std::uint32_t longest_cued = 160;   ///< letters of a line that a cue can drop
constexpr std::uint32_t longest_heading = 50; ///< letters of a line that can stand over a section
constexpr std::uint32_t much_prose = 600;     ///< letters of prose that are an article by themselves

class selector {
public:
  explicit selector(page_survey& survey) : survey_(survey), tree_(survey.tree()) {}

  selection run() {
    total_ = survey_.mass(survey_.body());
    heading_ = first_heading();
    leads_ = find_leads(survey_);
    drop_declared();
    survey_.recount();
    auto root = find_root();
    auto leads = leads_above(root);
    drop_cued(root);
    survey_.recount();
    drop_link_lists(root);
    survey_.recount();
    return {std::move(leads), root};
  }

private:
  // -- step 1: what is declared to be something else -----------------------------------------------------------------

  void drop_declared() {
    auto end = tree_[survey_.body()].end;
    for (auto i = survey_.body() + 1; i < end;) {
      if (tree_[i].name != tag::none && !is_lead(i) && declared_other(i)) {
        survey_.drop(i);
        i = tree_[i].end;
      } else {
        ++i;
      }
    }
  }

  [[nodiscard]] std::uint32_t first_heading() const {
    for (auto i = survey_.body(); i < tree_[survey_.body()].end; ++i)
      if (tree_[i].name == tag::h1 && survey_.mass(i).letters > 0)
        return i;
    return 0;
  }

  [[nodiscard]] bool is_lead(std::uint32_t i) const { return std::binary_search(leads_.begin(), leads_.end(), i); }

  /// The leads that stand above `root` and don't say what is in it; without what is declared to be something else.
  [[nodiscard]] std::vector<std::uint32_t> leads_above(std::uint32_t root) {
    constexpr std::size_t most = 2;
    constexpr std::size_t compared = 40; // bytes
    std::vector<std::uint32_t> result;
    std::string below;
    for (auto i : leads_) {
      if (tree_[i].end > root || result.size() == most)
        break;
      if (below.empty())
        below = tree_.text_of(root, 16384);
      auto text = tree_.text_of(i, compared);
      if (below.find(text) != below.npos)
        continue;
      survey_.keep(i);
      for (auto j = i + 1; j < tree_[i].end;) {
        auto other = tree_[j].name != tag::none && declared_other(j);
        if (!other)
          survey_.keep(j);
        j = other ? tree_[j].end : j + 1;
      }
      result.push_back(i);
    }
    return result;
  }

  /// Share of the page's prose below `i`.
  [[nodiscard]] double share(std::uint32_t i) const {
    if (total_.good < 200)
      return total_.letters == 0 ? 0 : static_cast<double>(survey_.mass(i).letters) / total_.letters;
    return static_cast<double>(survey_.mass(i).good) / total_.good;
  }

  [[nodiscard]] bool declared_other(std::uint32_t i) const {
    auto& x = tree_[i];
    if (tree_.has(x, attr::hidden) || equals_ignoring_case(tree_.get(x, attr::aria_hidden), "true"))
      return share(i) < 0.5;
    if (i < heading_ && heading_ < x.end && share(i) >= 0.3)
      return false; // what holds the page's heading and much of its text is not beside it
    if (is_block(x.name) && equals_ignoring_case(tree_.get(x, attr::itemprop), "author"))
      return share(i) < 0.3;
    if (auto role = tree_.get(x, attr::role); !role.empty() && is_role_beside(role))
      return share(i) < 0.7;
    switch (x.name) {
    case tag::nav:
      return share(i) < 0.7;
    case tag::footer:
      return share(i) < (tree_[x.parent].name == tag::body ? 0.7 : 0.4);
    case tag::aside:
      return share(i) < 0.4;
    case tag::menu:
    case tag::search:
    case tag::dialog:
    case tag::button:
      return share(i) < 0.4;
    case tag::form:
    case tag::fieldset:
      return share(i) < 0.3;
    case tag::header:
      return tree_[x.parent].name == tag::body && share(i) < 0.2;
    case tag::html:
    case tag::body:
    case tag::main:
      return false;
    case tag::code:
    case tag::pre:
    case tag::em:
    case tag::strong:
    case tag::i:
    case tag::b:
      return false;
    default:
      return named_other(i);
    }
  }

  [[nodiscard]] bool named_other(std::uint32_t i) const {
    auto hints = survey_.hints(i);
    auto against = hints & hints_against;
    if (against == 0)
      return false;
    if (!is_block(tree_[i].name) && !(against & (hint_hidden | hint_related | hint_navigation)) && in_sentence(i))
      return false;
    if (tree_[i].name == tag::blockquote && against == hint_share && survey_.mass(i).good > 0)
      return false; // a quoted post
    auto part = share(i);
    auto m = survey_.mass(i);
    auto prose = tree_[i].name == tag::p && m.good > 0 && m.linked * 3 < m.letters;
    if (prose && !(against & (hint_hidden | hint_comments)))
      return false;
    if (against & hint_hidden)
      return part < 0.4;
    if (against & hint_comments)
      return part < 0.85 || !(hints & hint_content);
    if (against & (hint_navigation | hint_share | hint_consent | hint_advert | hint_footer))
      return part < 0.4;
    if (against & hint_related)
      return part < (tree_[i].name == tag::ul || tree_[i].name == tag::ol ? 0.8 : 0.4);
    if (hints & hint_content && against & hint_aside)
      return part < 0.1;
    return part < 0.07;
  }

  /// A phrase of a paragraph, which says more than it.
  [[nodiscard]] bool in_sentence(std::uint32_t i) const {
    auto parent = tree_[i].parent;
    auto around = survey_.mass(parent);
    return is_block(tree_[parent].name) && around.runs <= 1 && around.good > 0
           && survey_.mass(i).letters * 2 < around.letters;
  }

  // -- step 2: where the text is -------------------------------------------------------------------------------------

  enum class claim : std::uint8_t { article_body, named_content, article, main, named_main, count_ };

  [[nodiscard]] bool claims(std::uint32_t i, claim c) const {
    auto& x = tree_[i];
    auto hints = survey_.hints(i);
    auto container = x.name == tag::div || x.name == tag::section || x.name == tag::article || x.name == tag::main;
    switch (c) {
    case claim::article_body:
      return find_ignoring_case(tree_.get(x, attr::itemprop), "articlebody") != std::string_view::npos;
    case claim::named_content:
      return container && (hints & hint_content) && (hints & hint_article);
    case claim::article:
      return x.name == tag::article || equals_ignoring_case(tree_.get(x, attr::role), "article");
    case claim::main:
      return x.name == tag::main || equals_ignoring_case(tree_.get(x, attr::role), "main");
    default:
      return container && (hints & (hint_content | hint_article));
    }
  }

  [[nodiscard]] std::uint32_t find_root() const {
    auto body = survey_.body();
    auto all = survey_.mass(body);
    for (auto c = 0; c < static_cast<int>(claim::count_); ++c) {
      auto best = best_claim(static_cast<claim>(c));
      constexpr std::array enough{0.5, 0.4, 0.5, 0.6, 0.7}; // in the order of `claim`
      auto m = survey_.mass(best);
      auto least = enough[static_cast<std::size_t>(c)];
      if (c <= static_cast<int>(claim::article) && m.good >= much_prose && under_heading(best))
        least *= 0.4; // long comments don't make it another page
      if (best != body && m.good > 0 && m.good >= least * all.good && m.letters >= 100)
        return narrow(best);
    }
    return narrow(body);
  }

  /// Does it hold the page's heading, or follow it with next to nothing between them?
  [[nodiscard]] bool under_heading(std::uint32_t i) const {
    if (heading_ == 0)
      return false;
    if (i < heading_)
      return heading_ < tree_[i].end;
    return survey_.good_between(heading_, i) * 10 < survey_.mass(i).good;
  }

  /// The innermost element with that claim that holds nearly the most prose.
  [[nodiscard]] std::uint32_t best_claim(claim c) const {
    auto best = survey_.body();
    std::uint32_t most = 0;
    for (auto i = survey_.body(); i < tree_[survey_.body()].end; ++i) {
      if (tree_[i].name == tag::none || survey_.dropped(i) || !claims(i, c))
        continue;
      auto good = survey_.mass(i).good;
      auto inside = i < tree_[best].end && best != survey_.body();
      if (good > most || (inside && good >= most * 0.9)) {
        best = i;
        most = std::max(most, good);
      }
    }
    return best;
  }

  /// Down to the innermost element that still holds nearly all of the prose.
  [[nodiscard]] std::uint32_t narrow(std::uint32_t root) const {
    auto good = survey_.mass(root).good;
    if (good == 0)
      return root;
    for (auto moved = true; moved;) {
      moved = false;
      for (auto child = root + 1; child < tree_[root].end; child = tree_[child].end) {
        auto& x = tree_[child];
        auto holds = x.name == tag::div || x.name == tag::section || x.name == tag::article || x.name == tag::main
                     || x.name == tag::table || x.name == tag::tbody || x.name == tag::tr || x.name == tag::td
                     || x.name == tag::center || x.name == tag::form;
        if (holds && !survey_.dropped(child) && !(x.name == tag::table && is_data_table(tree_, child))
            && survey_.mass(child).good >= good * 0.99) {
          root = child;
          moved = true;
          break;
        }
      }
    }
    return root;
  }

  // -- step 3: what its first words declare to be something else -----------------------------------------------------

  void drop_cued(std::uint32_t root) {
    content_ = survey_.mass(root);
    for (auto i = root + 1; i < tree_[root].end; ++i) {
      auto& x = tree_[i];
      if (x.name == tag::none || survey_.dropped(i)
          || !(is_block(x.name) || x.name == tag::span || x.name == tag::strong))
        continue;
      auto m = survey_.mass(i);
      if (m.letters == 0 || m.letters > longest_cued)
        continue;
      auto found = cue_of(tree_.text_of(i, 64));
      if (found == cue::none)
        continue;
      if (found == cue::aside || m.letters > longest_heading) {
        if (m.good == 0 || m.linked > 0)
          survey_.drop(i);
      } else {
        drop_section(i, found);
      }
    }
  }

  /// The line over a section, and what follows it in its parent as long as that is not prose.
  void drop_section(std::uint32_t heading, cue kind) {
    auto& parent = tree_[tree_[heading].parent];
    survey_.drop(heading);
    for (auto i = tree_[heading].end; i < parent.end; i = tree_[i].end) {
      auto m = survey_.mass(i);
      auto much = m.good * 5 > content_.good;
      if (much || (kind == cue::related && (is_heading(tree_[i].name) || (m.good > 0 && m.linked * 4 < m.letters))))
        return;
      survey_.drop(i);
    }
  }

  // -- step 4: links rather than text --------------------------------------------------------------------------------

  void drop_link_lists(std::uint32_t root) {
    for (auto i = root + 1; i < tree_[root].end;) {
      if (tree_[i].name != tag::none && !survey_.dropped(i) && made_of_links(i)) {
        survey_.drop(i);
        i = tree_[i].end;
      } else {
        ++i;
      }
    }
  }

  [[nodiscard]] bool made_of_links(std::uint32_t i) const {
    auto name = tree_[i].name;
    auto m = survey_.mass(i);
    if (m.letters == 0)
      return false;
    auto density = static_cast<double>(m.linked) / m.letters;
    switch (name) {
    case tag::ul:
    case tag::ol:
    case tag::dl:
      return density > 0.6 && m.good == 0;
    case tag::div:
    case tag::section:
      return density > 0.3 && m.good == 0;
    case tag::table:
      return density > 0.6 && m.good == 0 && !(is_data_table(tree_, i) && survey_.mass(i).runs > 12);
    case tag::figure:
      return density > 0.3 && m.good == 0;
    case tag::p:
      return density > 0.8 && m.letters < 200;
    default:
      return false;
    }
  }

  page_survey& survey_;
  const html_tree& tree_;
  std::uint32_t heading_ = 0;        ///< the page's first, 0 without
  std::vector<std::uint32_t> leads_; ///< in document order
  text_mass total_;                  ///< of the page
  text_mass content_;                ///< of the chosen element
};

} // namespace

selection select_content(page_survey& survey) { return selector{survey}.run(); }

} // namespace troupe
