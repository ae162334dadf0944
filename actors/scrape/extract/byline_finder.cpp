#include "actors/scrape/extract/byline_finder.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"
#include "actors/scrape/extract/byline.hpp"

namespace troupe {

namespace {

constexpr std::uint32_t most_nodes = 60;  ///< in an element that names authors
constexpr std::size_t longest_line = 200; ///< bytes
constexpr std::size_t most_authors = 8;
constexpr int most_looked_into = 2000; ///< elements that say "author"

bool has_token(std::string_view list, std::string_view wanted) {
  while (!(list = trim(list)).empty()) {
    auto end = std::min(list.find_first_of(" \t\n"), list.size());
    if (equals_ignoring_case(list.substr(0, end), wanted))
      return true;
    list.remove_prefix(end);
  }
  return false;
}

/// `/author/ann-lee`, in the languages of the larger systems for publishing.
bool is_author_page(std::string_view href) {
  constexpr std::array folders{"/author/",  "/authors/", "/autor/",   "/autoren/",
                               "/autores/", "/auteur/",  "/auteurs/", "/autori/"};
  href = href.substr(0, href.find_first_of("?#"));
  return std::any_of(folders.begin(), folders.end(), [href](std::string_view x) {
    auto at = find_ignoring_case(href, x);
    return at != href.npos && at + x.size() < href.size();
  });
}

class byline_finder {
public:
  explicit byline_finder(const page_survey& survey) : survey_(survey), tree_(survey.tree()) {
    constexpr std::size_t most_headings = 4;
    for (auto i = survey_.body(); i < tree_[survey_.body()].end && headings_.size() < most_headings; ++i)
      if (tree_[i].name == tag::h1 && survey_.mass(i).letters > 0)
        headings_.push_back(i);
  }

  std::string run() const {
    if (auto found = declared(false); !found.empty())
      return found;
    if (auto found = line_by(); !found.empty())
      return found;
    return declared(true);
  }

private:
  /// How an element says that it holds an author.
  enum class sign : std::uint8_t { none, link, property, name, page };

  [[nodiscard]] sign sign_of(std::uint32_t i) const {
    auto& x = tree_[i];
    if (x.name == tag::none || x.attribute_count == 0)
      return sign::none;
    if (x.name == tag::a && has_token(tree_.get(x, attr::rel), "author"))
      return sign::link;
    if (find_ignoring_case(tree_.get(x, attr::itemprop), "author") != std::string_view::npos)
      return sign::property;
    auto hints = survey_.hints(i);
    if ((hints & hint_byline) && !(hints & (hint_comments | hint_navigation | hint_note)))
      return sign::name;
    return x.name == tag::a && is_author_page(tree_.get(x, attr::href)) ? sign::page : sign::none;
  }

  /// Parts of a page that name other texts' authors. What stands beside the text names its own by property at most.
  enum class place : std::uint8_t { text, beside, other };

  [[nodiscard]] place place_of(std::uint32_t i) const {
    auto& x = tree_[i];
    constexpr std::uint32_t others = hint_navigation | hint_comments | hint_consent | hint_advert | hint_related;
    auto hints = survey_.hints(i);
    auto foot = x.name == tag::footer || ((hints & hint_footer) && !(hints & hint_article)); // not of the article
    auto other = x.name == tag::nav || x.name == tag::form || (foot && tree_[x.parent].name == tag::body)
                 || is_role_beside(tree_.get(x, attr::role)) || ((hints & others) && !(hints & hint_byline));
    auto beside = x.name == tag::aside || ((hints & hint_aside) && !(hints & hint_byline));
    if ((!other && !beside) || survey_.mass(i).good * 5 >= survey_.mass(survey_.body()).good * 2)
      return place::text;
    if (std::any_of(headings_.begin(), headings_.end(), [&](auto h) { return i < h && h < x.end; }))
      return place::text;
    return other ? place::other : place::beside;
  }

  /// The first element that declares authors; `late`: what is said more weakly, by a box about the author and by links.
  [[nodiscard]] std::string declared(bool late) const {
    auto end = tree_[survey_.body()].end;
    std::uint32_t beside_until = 0;
    int looked_into = 0;
    for (auto i = survey_.body() + 1; i < end && looked_into < most_looked_into; ++i) {
      if (tree_[i].name == tag::none)
        continue;
      auto s = sign_of(i);
      auto where = s == sign::none ? place_of(i) : place::text;
      if (where == place::other) {
        i = tree_[i].end - 1;
        continue;
      }
      if (where == place::beside)
        beside_until = std::max(beside_until, tree_[i].end);
      auto weak = s == sign::page || (s == sign::name && (survey_.hints(i) & hint_related));
      if (s == sign::none || weak != late || tree_[i].end - i > most_nodes || (i < beside_until && s > sign::property))
        continue;
      ++looked_into;
      if (auto names = names_in(i); !names.empty()) {
        add_neighbours(i, s, names);
        return joined_names(names);
      }
    }
    return {};
  }

  // -- an element's names --------------------------------------------------------------------------------------------

  /// How well an element below one that says "author" tells the name itself; 0 is best.
  static constexpr int spot_kinds = 5;
  [[nodiscard]] bool is_spot(std::uint32_t i, int kind) const {
    auto& x = tree_[i];
    if (x.name == tag::none || x.attribute_count == 0)
      return false;
    auto classes = tree_.get(x, attr::class_);
    switch (kind) {
    case 0:
      return has_token(tree_.get(x, attr::itemprop), "name");
    case 1:
      return x.name == tag::a && has_token(tree_.get(x, attr::rel), "author");
    case 2:
      return has_token(classes, "fn");
    case 3:
      return x.name == tag::a && is_author_page(tree_.get(x, attr::href));
    default:
      return (survey_.hints(i) & hint_byline)
             && (find_ignoring_case(classes, "name") != classes.npos
                 || find_ignoring_case(classes, "link") != classes.npos);
    }
  }

  [[nodiscard]] std::vector<std::string> names_in(std::uint32_t i) const {
    for (int kind = 0; kind < spot_kinds; ++kind) {
      std::vector<std::string> names;
      std::uint32_t property_end = 0;
      for (auto j = i; j < tree_[i].end && names.size() < most_authors; ++j) {
        if (sign_of(j) == sign::property)
          property_end = std::max(property_end, tree_[j].end);
        if (is_spot(j, kind) && (kind > 0 || j < property_end)) // other things have names too
          if (auto name = cleaned_byline(runs_of(j)); !name.empty()) {
            names.push_back(std::move(name));
            j = tree_[j].end - 1;
          }
      }
      if (!names.empty())
        return names;
    }
    auto name = cleaned_byline(runs_of(i));
    return name.empty() ? std::vector<std::string>{} : std::vector{std::move(name)};
  }

  /// Texts below `i`, with the bounds of blocks and lines between them.
  [[nodiscard]] std::vector<std::string> runs_of(std::uint32_t i) const {
    std::vector<std::string> runs;
    std::vector<std::uint32_t> ends; // of open blocks
    std::size_t bytes = 0;
    for (auto j = i; j < tree_[i].end && bytes < longest_line; ++j) {
      auto& x = tree_[j];
      for (; !ends.empty() && ends.back() <= j; ends.pop_back())
        runs.emplace_back(block_bound);
      if (x.name == tag::none) {
        runs.push_back(with_plain_spaces(clip(x.text, longest_line)));
        bytes += runs.back().size();
      } else if (x.name == tag::br) {
        runs.emplace_back(" ");
      } else if (is_block(x.name)) {
        runs.emplace_back(block_bound);
        ends.push_back(x.end);
      }
    }
    return runs;
  }

  /// Names are written with no-break spaces too.
  static std::string with_plain_spaces(std::string_view x) {
    std::string out{x};
    for (std::size_t at = 0; (at = out.find("\xC2\xA0", at)) != out.npos;)
      out.replace(at, 2, " ");
    return out;
  }

  /// Authors that stand right behind the first in elements of the same kind, set apart by a comma or "and".
  void add_neighbours(std::uint32_t i, sign s, std::vector<std::string>& names) const {
    constexpr std::size_t longest_between = 8; // bytes
    auto parent = tree_[i].parent;
    auto end = std::min(tree_[parent].end, i + 4 * most_nodes);
    std::size_t between = 0;
    for (auto j = tree_[i].end; j < end && names.size() < most_authors; ++j) {
      auto& x = tree_[j];
      if (x.name == tag::none) {
        between += trim(x.text).size();
        if (between > longest_between)
          return;
      } else if (sign_of(j) == s && x.end - j <= most_nodes
                 && tree_.get(x, attr::class_) == tree_.get(tree_[i], attr::class_)) {
        auto more = names_in(j);
        names.insert(names.end(), more.begin(), more.end());
        j = x.end - 1;
        between = 0;
      }
    }
  }

  // -- a line without a declaration ----------------------------------------------------------------------------------

  /// "By Ann Lee" in a short line between the first heading and the text.
  [[nodiscard]] std::string line_by() const {
    constexpr int most_lines = 12;
    auto end = tree_[survey_.body()].end;
    int lines = 0;
    for (auto i = headings_.empty() ? end : tree_[headings_.front()].end; i < end && lines < most_lines; ++i) {
      auto& x = tree_[i];
      if (x.name == tag::none || !is_block(x.name))
        continue;
      if (place_of(i) != place::text) {
        i = x.end - 1;
        continue;
      }
      auto m = survey_.mass(i);
      if (m.letters == 0 || m.runs > 1)
        continue;
      if (++lines; m.letters <= 80)
        if (auto name = name_after_by(i); !name.empty())
          return name;
      if (m.good > 0)
        break;
    }
    return {};
  }

  /// The first word has to be "By" and the rest look like names: short, each word with a capital or a particle.
  [[nodiscard]] std::string name_after_by(std::uint32_t i) const {
    auto line = tree_.text_of(i, longest_line);
    auto space = line.find(' ');
    constexpr std::array words{"by", "von", "par", "por", "door", "by:", "von:", "autor:", "author:", "text:"};
    if (space == line.npos || std::none_of(words.begin(), words.end(), [&](auto x) {
          return equals_ignoring_case(line.substr(0, space), x);
        }))
      return {};
    auto name = cleaned_byline(runs_of(i));
    return looks_like_names(name) ? name : std::string{};
  }

  static bool looks_like_names(std::string_view x) {
    constexpr std::size_t most_words = 8;
    constexpr std::array particles{"and", "und",   "et", "y",  "e",  "en",  "och", "og",  "de",
                                   "del", "della", "di", "da", "do", "dos", "von", "van", "vom",
                                   "der", "den",   "la", "le", "al", "bin", "ten", "ter", "zu"};
    std::size_t words = 0;
    std::size_t capitals = 0;
    while (!(x = trim(x)).empty()) {
      auto end = std::min(x.find(' '), x.size());
      auto word = x.substr(0, end);
      x.remove_prefix(end);
      auto particle = word == "&" || std::find(particles.begin(), particles.end(), word) != particles.end();
      auto capital = is_upper(word.front()) || static_cast<unsigned char>(word.front()) >= 0x80;
      if (++words > most_words || (!particle && !capital))
        return false;
      capitals += capital ? 1 : 0;
    }
    return capitals >= 2;
  }

  const page_survey& survey_;
  const html_tree& tree_;
  std::vector<std::uint32_t> headings_; ///< the first ones of the page
};

} // namespace

std::string find_byline(const page_survey& survey) { return byline_finder{survey}.run(); }

} // namespace troupe
