#include "actors/scrape/extract/page_metadata.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"
#include "actors/scrape/extract/calendar_date.hpp"
#include "actors/scrape/extract/language.hpp"

namespace troupe {

namespace {

constexpr std::size_t longest_title = 500;
constexpr std::size_t longest_byline = 100;

class reader {
public:
  reader(const page_survey& survey, std::string_view html, std::string_view path)
    : survey_(survey), tree_(survey.tree()), html_(html), path_(path) {}

  page_metadata run() {
    page_metadata result;
    result.title = title();
    result.byline = byline();
    result.published = published();
    result.language = primary_language(tree_.get(tree_[0], attr::lang));
    return result;
  }

private:
  /// Content of the first `<meta>` with one of these names (lower case), in this order of preference.
  [[nodiscard]] std::string meta(std::initializer_list<std::string_view> names) const {
    for (auto wanted : names)
      for (std::uint32_t i = 0; i < tree_.size(); ++i) {
        auto& x = tree_[i];
        if (x.name != tag::meta)
          continue;
        for (auto key : {attr::property, attr::name, attr::itemprop})
          if (equals_ignoring_case(trim(tree_.get(x, key)), wanted))
            if (auto value = collapse(tree_.get(x, attr::content)); !value.empty())
              return value;
      }
    return {};
  }

  // -- title ---------------------------------------------------------------------------------------------------------

  [[nodiscard]] std::string title() const {
    if (auto found = meta({"og:title", "dc.title", "dcterm.title", "twitter:title", "parsely-title"}); !found.empty())
      return std::string{clip(without_site(found), longest_title)};
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
    // The heading, when the title is the heading and the site's name.
    if (heading.size() >= 10 && heading.size() < page_title.size() && page_title.find(heading) != page_title.npos)
      return heading;
    return without_site(page_title);
  }

  /// "A title | The Site" without the site, when enough is left.
  static std::string without_site(const std::string& x) {
    for (std::string_view mark : {" | ", " :: ", " \xC2\xBB ", " \xE2\x80\x94 ", " \xE2\x80\x93 ", " - "}) {
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
    auto found = clean_byline(meta({"author", "dc.creator", "dcterm.creator", "dc.contributor", "parsely-author",
                                    "article:author", "og:article:author", "byl", "sailthru.author"}));
    if (!found.empty())
      return found;
    for (std::uint32_t i = survey_.body(); i < tree_[survey_.body()].end; ++i)
      if (tree_[i].name != tag::none && tree_[i].end - i < 40 && says_author(i))
        if (auto text = clean_byline(tree_.text_of(i, longest_byline * 2)); !text.empty())
          return text;
    return {};
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

  static std::string clean_byline(std::string x) {
    for (std::string_view lead :
         {"by ", "by: ", "von ", "par ", "por ", "written by ", "author: ", "autor: ", "posted by "})
      if (equals_ignoring_case(std::string_view{x}.substr(0, lead.size()), lead)) {
        x.erase(0, lead.size());
        break;
      }
    if (x.size() > longest_byline || x.size() < 2 || x.starts_with("http") || x.starts_with("www."))
      return {};
    return x;
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
      found = from_json_ld();
    if (found.empty())
      found = from_elements();
    if (found.empty())
      found = date_in_path(path_);
    return found;
  }

  [[nodiscard]] std::string from_json_ld() const {
    auto at = html_.find("\"datePublished\"");
    if (at == html_.npos)
      return {};
    auto rest = html_.substr(at + 15, 64);
    auto quote = rest.find('"');
    return quote == rest.npos ? std::string{}
                              : calendar_date(rest.substr(quote + 1, rest.find('"', quote + 1) - quote - 1));
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
  std::string_view html_;
  std::string_view path_;
};

} // namespace

page_metadata read_metadata(const page_survey& survey, std::string_view html, std::string_view path) {
  return reader{survey, html, path}.run();
}

} // namespace troupe
