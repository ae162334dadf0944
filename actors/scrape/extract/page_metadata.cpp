#include "actors/scrape/extract/page_metadata.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"
#include "actors/scrape/extract/byline.hpp"
#include "actors/scrape/extract/byline_finder.hpp"
#include "actors/scrape/extract/calendar_date.hpp"
#include "actors/scrape/extract/language.hpp"
#include "actors/scrape/extract/meta_fields.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_title = 500;

/// Between a title and the name of its site.
constexpr std::array separators{" | ", " :: ", " \xC2\xBB ", " \xE2\x80\x94 ", " \xE2\x80\x93 ", " - "};

class reader {
public:
  reader(const page_survey& survey, const structured_article& structured, std::string_view path)
    : survey_(survey), tree_(survey.tree()), metas_(survey.tree()), structured_(structured), path_(path) {}

  page_metadata run() {
    page_metadata result;
    result.title = title();
    result.byline = byline();
    result.published = published();
    result.language = primary_language(tree_.get(tree_[0], attr::lang));
    return result;
  }

private:
  // -- title ---------------------------------------------------------------------------------------------------------

  /// What the page declares as its title is taken as it is; its window title is not, which names the site too.
  [[nodiscard]] std::string title() const {
    if (!structured_.headline.empty())
      return clipped(structured_.headline);
    if (auto found = metas_.first(
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

  /// What the page declares, then what its elements say. Its publisher's name is an author only when nobody else is.
  [[nodiscard]] std::string byline() const {
    std::string publisher;
    for (auto& found : {declared(structured_.authors), from_metas(), labelled()}) {
      if (found.empty())
        continue;
      if (!is_publisher(found))
        return found;
      if (publisher.empty())
        publisher = found;
    }
    auto found = find_byline(survey_);
    if (!found.empty())
      return found;
    return publisher.empty() ? declared(structured_.organisations) : publisher;
  }

  static std::string declared(const std::vector<std::string>& names) {
    std::vector<std::string> kept;
    for (auto& x : names)
      if (!is_address(x))
        kept.push_back(x);
    return joined_names(kept);
  }

  [[nodiscard]] std::string from_metas() const {
    for (auto name : {"dc.creator", "dcterm.creator", "author", "parsely-author", "citation_author", "dc.contributor",
                      "article:author", "og:article:author", "byl", "sailthru.author"}) {
      std::vector<std::string> names;
      for (auto& value : metas_.all(name))
        names.push_back(cleaned_byline(value));
      if (auto found = joined_names(names); !found.empty())
        return found;
    }
    return {};
  }

  /// Cards for messengers name their fields: label "Written by", data "Ann Lee".
  [[nodiscard]] std::string labelled() const {
    for (std::string number : {"1", "2"})
      if (is_byline_lead(metas_.first({"twitter:label" + number})))
        return cleaned_byline(metas_.first({"twitter:data" + number}));
    return {};
  }

  [[nodiscard]] bool is_publisher(std::string_view x) const {
    auto same = [x](std::string_view y) { return !y.empty() && lower_case(x) == lower_case(y); };
    return same(metas_.first({"og:site_name"})) || same(structured_.publisher)
           || std::any_of(structured_.organisations.begin(), structured_.organisations.end(), same);
  }

  // -- date ----------------------------------------------------------------------------------------------------------

  [[nodiscard]] std::string published() const {
    auto found = calendar_date(metas_.first({"article:published_time",
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
  meta_fields metas_;
  const structured_article& structured_;
  std::string_view path_;
};

} // namespace

page_metadata read_metadata(const page_survey& survey, const structured_article& structured, std::string_view path) {
  return reader{survey, structured, path}.run();
}

} // namespace troupe
