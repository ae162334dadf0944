#include "actors/scrape/extract/page_metadata.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"
#include "actors/scrape/extract/byline.hpp"
#include "actors/scrape/extract/calendar_date.hpp"
#include "actors/scrape/extract/language.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_title = 500;
constexpr std::size_t longest_byline = 100;
constexpr std::size_t most_metas = 256;

/// Between a title and the name of its site.
constexpr std::array separators{" | ", " :: ", " \xC2\xBB ", " \xE2\x80\x94 ", " \xE2\x80\x93 ", " - "};

class reader {
public:
  reader(const page_survey& survey, const structured_article& structured, std::string_view path)
    : survey_(survey), tree_(survey.tree()), structured_(structured), path_(path) {
    for (std::uint32_t i = 0; i < tree_.size() && metas_.size() < most_metas; ++i)
      if (tree_[i].name == tag::meta)
        metas_.push_back(i);
  }

  page_metadata run() {
    page_metadata result;
    result.title = title();
    result.byline = byline();
    result.published = published();
    result.language = primary_language(tree_.get(tree_[0], attr::lang));
    return result;
  }

private:
  /// Is `wanted` one of the names, which spaces separate? `dc:title` and `dc.title` are the same.
  static bool lists(std::string_view names, std::string_view wanted) {
    while (!(names = trim(names)).empty()) {
      auto end = std::min(names.find_first_of(" \t\n"), names.size());
      auto name = names.substr(0, end);
      if (name.size() == wanted.size()) {
        std::size_t i = 0;
        while (i < name.size() && (to_lower(name[i]) == wanted[i] || (name[i] == ':' && wanted[i] == '.')))
          ++i;
        if (i == name.size())
          return true;
      }
      names.remove_prefix(end);
    }
    return false;
  }

  /// Content of the first `<meta>` with one of these names (lower case), in this order of preference.
  [[nodiscard]] std::string meta(std::initializer_list<std::string_view> names) const {
    for (auto wanted : names)
      for (auto key : {attr::property, attr::name, attr::itemprop})
        for (auto i : metas_)
          if (auto& x = tree_[i]; lists(tree_.get(x, key), wanted))
            if (auto value = collapse(tree_.get(x, attr::content)); !value.empty())
              return value;
    return {};
  }

  // -- title ---------------------------------------------------------------------------------------------------------

  /// What the page declares as its title is taken as it is; its window title is not, which names the site too.
  [[nodiscard]] std::string title() const {
    if (!structured_.headline.empty())
      return clipped(structured_.headline);
    if (auto found = meta(
          {"dc.title", "dcterm.title", "og:title", "weibo:article:title", "twitter:title", "parsely-title", "title"});
        !found.empty())
      return clipped(found);
    std::string page_title;
    std::string heading;
    for (std::uint32_t i = 0; i < tree_.size(); ++i) {
      if (tree_[i].name == tag::title && page_title.empty())
        page_title = tree_.text_of(i, longest_title);
      if (tree_[i].name == tag::h1 && heading.empty() && !survey_.dropped(i))
        heading = tree_.text_of(i, longest_title);
    }
    if (page_title.empty())
      return heading;
    if (is_heading_and_site(page_title, heading))
      return heading;
    return without_site(page_title);
  }

  static std::string clipped(std::string_view x) { return std::string{clip(x, longest_title)}; }

  /// "Heading | The Site", or the other way round.
  static bool is_heading_and_site(std::string_view title, std::string_view heading) {
    if (heading.size() < 10 || heading.size() >= title.size())
      return false;
    auto rest =
      title.starts_with(heading) ? title.substr(heading.size()) : title.substr(0, title.size() - heading.size());
    return (title.starts_with(heading) || title.ends_with(heading))
           && std::any_of(separators.begin(), separators.end(),
                          [rest](std::string_view mark) { return rest.starts_with(mark) || rest.ends_with(mark); });
  }

  /// "A title | The Site" without the site, when enough is left.
  static std::string without_site(const std::string& x) {
    for (std::string_view mark : separators) {
      auto at = x.rfind(mark);
      if (at == x.npos)
        continue;
      auto words = std::count(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(at), ' ');
      auto left = x.size() - at - mark.size();
      if (words >= 2 && left < at)
        return x.substr(0, at);
    }
    return x;
  }

  // -- by-line -------------------------------------------------------------------------------------------------------

  [[nodiscard]] std::string byline() const {
    std::string authors;
    for (auto& x : structured_.authors)
      if (!is_address(x))
        authors += (authors.empty() ? "" : ", ") + x;
    if (!authors.empty())
      return std::string{clip(authors, longest_byline)};
    for (auto name : {"dc.creator", "dcterm.creator", "author", "parsely-author", "dc.contributor", "article:author",
                      "og:article:author", "byl", "sailthru.author"})
      if (auto found = cleaned_byline(meta({name})); !found.empty())
        return found;
    for (std::uint32_t i = survey_.body(); i < tree_[survey_.body()].end; ++i) {
      if (tree_[i].name == tag::none || tree_[i].end - i >= 40 || !says_author(i))
        continue;
      auto text = cleaned_byline(tree_.text_of(name_in(i), longest_byline * 2));
      if (!text.empty())
        return text;
    }
    return {};
  }

  /// The element below `i` that is the name alone: `itemprop="name"` or a link to the author.
  [[nodiscard]] std::uint32_t name_in(std::uint32_t i) const {
    for (auto j = i; j < tree_[i].end; ++j)
      if (tree_[j].attribute_count > 0
          && (equals_ignoring_case(tree_.get(tree_[j], attr::itemprop), "name")
              || (tree_[j].name == tag::a && equals_ignoring_case(tree_.get(tree_[j], attr::rel), "author"))))
        return j;
    return i;
  }

  [[nodiscard]] bool says_author(std::uint32_t i) const {
    auto& x = tree_[i];
    if (x.attribute_count == 0)
      return false;
    return (x.name == tag::a && equals_ignoring_case(tree_.get(x, attr::rel), "author"))
           || find_ignoring_case(tree_.get(x, attr::itemprop), "author") != std::string_view::npos
           || ((survey_.hints(i) & hint_byline)
               && !(survey_.hints(i) & (hint_comments | hint_related | hint_navigation)));
  }

  // -- date ----------------------------------------------------------------------------------------------------------

  [[nodiscard]] std::string published() const {
    auto found = calendar_date(meta({"article:published_time",
                                     "og:article:published_time",
                                     "datepublished",
                                     "og:published_time",
                                     "dc.date.issued",
                                     "dcterms.issued",
                                     "dc.date.created",
                                     "dcterms.created",
                                     "dc.date",
                                     "dcterms.date",
                                     "date",
                                     "pubdate",
                                     "publishdate",
                                     "publish-date",
                                     "parsely-pub-date",
                                     "sailthru.date",
                                     "article.published",
                                     "cxenseparse:recs:publishtime",
                                     "rnews:datepublished",
                                     "datecreated",
                                     "created",
                                     "citation_publication_date"}));
    if (found.empty())
      found = calendar_date(structured_.published);
    if (found.empty())
      found = from_elements();
    if (found.empty())
      found = date_in_path(path_);
    return found;
  }

  [[nodiscard]] std::string from_elements() const {
    std::string by_class;
    for (std::uint32_t i = survey_.body(); i < tree_[survey_.body()].end; ++i) {
      auto& x = tree_[i];
      if (x.name == tag::none || x.end - i > 12)
        continue;
      auto declared = find_ignoring_case(tree_.get(x, attr::itemprop), "datepublished") != std::string_view::npos;
      if (x.name == tag::time || declared) {
        auto value = tree_.get(x, x.name == tag::meta ? attr::content : attr::datetime);
        if (auto found = calendar_date(value.empty() ? tree_.text_of(i, 100) : std::string{value}); !found.empty())
          return found;
      } else if (by_class.empty() && (survey_.hints(i) & hint_date)) {
        by_class = calendar_date(tree_.text_of(i, 100));
      }
    }
    return by_class;
  }

  const page_survey& survey_;
  const html_tree& tree_;
  const structured_article& structured_;
  std::string_view path_;
  std::vector<std::uint32_t> metas_;
};

} // namespace

page_metadata read_metadata(const page_survey& survey, const structured_article& structured, std::string_view path) {
  return reader{survey, structured, path}.run();
}

} // namespace troupe
