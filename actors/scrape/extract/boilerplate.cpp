#include "actors/scrape/extract/boilerplate.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

struct word_list {
  std::uint32_t hints;
  const char* words; ///< separated by one space
};

/// Single words of a name: `post-meta` has `post` and `meta`.
constexpr std::array words{
  word_list{hint_navigation,
            "nav navbar navi navigation subnav topnav navbox menu submenu breadcrumb breadcrumbs crumbs crumb "
            "pagination pager paging paginate navlinks navheader navfooter sitemap headerlink "
            "editsection catlinks hatnote noprint jumpto skiplink toolbar topbar sphinxsidebar"},
  word_list{hint_footer, "footer foot colophon copyright impressum imprint legal bottombar fussnote navfooter"},
  word_list{hint_aside, "sidebar sidenav aside rail widget widgets infobox sidebox rightcol rightcolumn leftcol "
                        "leftcolumn marginalia marginal"},
  word_list{hint_comments, "comment comments commentlist commentform respond disqus kommentar kommentare "
                           "commentaires comentarios livefyre reply replies leserbriefe"},
  word_list{hint_share,
            "share shares sharing sharedaddy shariff social socials socialmedia addthis addtoany rating ratings "
            "vote votes voting printpdf sharebar tweet twitter facebook follow followus teilen "
            "likes likebox bookmark bookmarks"},
  word_list{hint_related, "related relatedposts recommended recommendation recommendations recommend teaser teasers "
                          "outbrain taboola trending popular mostread mostpopular morelinks readmore "
                          "yarpp upnext similar readnext seealso latest promo promos promotion zergnet "
                          "crosslinks nrelate linkwithin moreon nextpost prevpost nextstory nextarticle recirculation "
                          "recirc linkbox empfehlungen relacionadas relacionados"},
  word_list{hint_consent, "cookie cookies consent gdpr newsletter subscribe subscription subscriptions signup login "
                          "popup modal overlay optin paywall lightbox register registration mailchimp abo "
                          "mailinglist snackbar toast cta suscripcion suscribete placeholder"},
  word_list{hint_advert, "ad ads adv advert adverts advertisement advertising adsense sponsor sponsored sponsors "
                         "werbung anzeige banner banners adbox adcontainer advertorial dfp googleads"},
  word_list{hint_meta, "meta postmeta metadata postmetadata byline dateline tags taglist tagcloud categories category "
                       "cat catlist authorbox authorinfo authorbio aboutauthor infoline postinfo byl timestamp "
                       "keywords breadcrumbs schlagworte permalink filed disclosure disclaimer credit credits"},
  word_list{hint_content, "content body text entry copy inhalt texte texto fliesstext articlebody storybody "
                          "postbody bodytext articletext articlecontent postcontent entrycontent maincontent main "
                          "storytext contentbody prose"},
  word_list{hint_article, "article post story blog blogpost news artikel hentry entry articlebody postbody storybody "
                          "articletext articlecontent postcontent entrycontent storytext recipe single beitrag"},
  word_list{hint_note, "note tip warning caution important admonition"},
  word_list{hint_byline, "byline author authors autor auteur writer"},
  word_list{hint_box, "bio box card about profile info vita biography infobox"},
  word_list{hint_date, "date published pubdate timestamp datetime datum posted"},
  word_list{hint_header, "header head masthead"},
  word_list{hint_caption, "caption figcaption"},
  word_list{hint_lead,
            "lead lede intro introduction excerpt standfirst dek deck subtitle subheadline subheading summary "
            "synopsis strapline teaser teasertext vorspann einleitung anreisser untertitel unterzeile chapo "
            "chapeau bajada entradilla copete epigraph sumario resumo ingress manchet perex sommario "
            "occhiello catenaccio lid"},
};

/// Whole names.
constexpr std::array phrases{
  word_list{hint_hidden,
            "sr-only screen-reader-text screen-reader screenreader visually-hidden visuallyhidden hidden d-none "
            "hide print-only printonly element-invisible invisible a11y-hidden assistive-text "
            "mw-editsection mw-jump-link noscreen is-hidden u-hidden mwe-math-mathml-a11y"},
  word_list{hint_related, "read-more read-next see-also more-news most-read most-viewed also-like you-may-also-like "
                          "more-stories next-post prev-post post-navigation nav-links further-reading "
                          "jp-relatedposts more-link continue-reading entry-related td-related-row"},
  word_list{hint_meta, "author-bio author-box author-info about-author about-the-author post-author entry-author "
                       "post-date entry-date post-tags entry-tags post-footer entry-footer article-footer "
                       "article-info post-info author-name author-description author-card entry-utility"},
  word_list{hint_navigation,
            "page-numbers table-of-contents toc-container skip-link page-links wp-pagenavi ez-toc-container "
            "back-to-top backtotop to-top footnote-back"},
  word_list{hint_share, "like-button print-button comments-link comment-count share-buttons"},
};

using hint_map = std::unordered_map<std::string_view, std::uint32_t>;

template <class Lists>
hint_map make_map(const Lists& lists) {
  hint_map result;
  for (auto& list : lists) {
    std::string_view rest = list.words;
    while (!rest.empty()) {
      auto space = std::min(rest.find(' '), rest.size());
      result[rest.substr(0, space)] |= list.hints;
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
  }
  return result;
}

constexpr std::size_t longest_word = 32;

std::uint32_t find(const hint_map& map, std::string_view name) {
  if (name.empty() || name.size() > longest_word)
    return hint_none;
  std::array<char, longest_word> lower;
  std::transform(name.begin(), name.end(), lower.begin(), to_lower);
  auto found = map.find(std::string_view{lower.data(), name.size()});
  return found == map.end() ? std::uint32_t{hint_none} : found->second;
}

/// `commentlinks`, `commentbox`; a commentary is an article.
bool of_comments(std::string_view word) {
  return word.size() > 8 && equals_ignoring_case(word.substr(0, 7), "comment")
         && !equals_ignoring_case(word, "commentary");
}

/// What a part's state says is not what it is: `section--has-ads`, `has-sidebar`, `with-comments`.
bool is_state(std::string_view name) { return name.starts_with("has-") || name.starts_with("with-"); }

std::uint32_t hints_of_name(std::string_view name, const hint_map& word_map, const hint_map& phrase_map) {
  if (is_state(name))
    return hint_none;
  auto result = find(phrase_map, name);
  if (auto modifier = name.find("--"); modifier > 0 && modifier != name.npos) {
    constexpr std::uint32_t of_layout = hint_advert | hint_aside;
    auto own = hints_of_name(name.substr(0, modifier), word_map, phrase_map);
    return result | own | (hints_of_name(name.substr(modifier + 2), word_map, phrase_map) & ~of_layout);
  }
  std::size_t start = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    auto camel = i > start && i < name.size() && is_upper(name[i]) && !is_upper(name[i - 1]);
    if (i < name.size() && is_alpha(name[i]) && !camel)
      continue;
    auto word = name.substr(start, i - start);
    result |= find(word_map, word);
    if (of_comments(word))
      result |= hint_comments;
    start = camel ? i : i + 1;
  }
  constexpr std::uint32_t author_box = hint_byline | hint_box;
  if ((result & author_box) == author_box)
    result |= hint_related;
  return result;
}

} // namespace

std::uint32_t hints_of(std::string_view names) {
  static const hint_map word_map = make_map(words);
  static const hint_map phrase_map = make_map(phrases);
  constexpr int most_names = 32;
  std::uint32_t result = hint_none;
  for (int n = 0; n < most_names && !names.empty(); ++n) {
    auto end = static_cast<std::size_t>(std::find_if(names.begin(), names.end(), is_space) - names.begin());
    if (end > 0)
      result |= hints_of_name(names.substr(0, end), word_map, phrase_map);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return result;
}

bool is_role_beside(std::string_view role) {
  constexpr std::array roles{"navigation", "banner",  "contentinfo", "complementary", "search", "menu",
                             "menubar",    "toolbar", "dialog",      "alertdialog",   "tablist"};
  return std::any_of(roles.begin(), roles.end(), [role](auto x) { return equals_ignoring_case(role, x); });
}

} // namespace troupe
