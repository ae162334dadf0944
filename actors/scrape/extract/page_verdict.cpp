#include "actors/scrape/extract/page_verdict.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/meta_fields.hpp"
#include "actors/scrape/extract/verdict_phrases.hpp"

namespace troupe {

namespace {

// Bytes of extracted text up to which a page can be …
constexpr std::size_t longest_excerpt = 4000;  ///< … an excerpt at all
constexpr std::size_t longest_declared = 2000; ///< … an excerpt by its declaration alone
constexpr std::size_t longest_prompted = 2500; ///< … an excerpt by its prompt alone
constexpr std::size_t longest_walled = 1500;   ///< … an excerpt by a box called a paywall
constexpr std::size_t longest_error = 1200;    ///< … an error page
constexpr std::size_t longest_mute = 200;      ///< … an error page whose text does not say so again
constexpr std::size_t longest_login = 300;     ///< … a form to sign in
constexpr std::size_t much_paid_text = 600;    ///< bytes in the paid part that make it the whole text

bool has_word(std::string_view names, std::string_view wanted) {
  for (std::size_t at = 0; (at = find_ignoring_case(names, wanted, at)) != names.npos; ++at) {
    auto end = at + wanted.size();
    if ((at == 0 || is_space(names[at - 1])) && (end == names.size() || is_space(names[end])))
      return true;
  }
  return false;
}

class judge {
public:
  judge(const html_tree& tree, const structured_article& structured, std::string_view text)
    : tree_(tree), structured_(structured), text_(text) {}

  page_verdict run() const {
    if (text_.size() <= longest_error && !declares_article()) {
      auto verdict = by_title();
      if (verdict.kind == page_kind::article)
        verdict = by_class();
      if (verdict.kind != page_kind::article)
        return verdict;
    }
    return text_.size() <= longest_excerpt ? by_wall() : page_verdict{};
  }

private:
  [[nodiscard]] bool declares_article() const {
    return !structured_.headline.empty() || !structured_.body.empty()
           || !meta_fields{tree_}.first({"article:published_time", "datepublished"}).empty();
  }

  // -- errors and forms ----------------------------------------------------------------------------------------------

  [[nodiscard]] page_verdict by_title() const {
    for (auto& title : titles())
      for (auto part : parts_of(title)) {
        auto kind = kind_of_title(part);
        if (kind == page_kind::article)
          continue;
        if (kind == page_kind::login ? is_login() : is_error(kind))
          return {kind, std::string{part}};
        break;
      }
    return {};
  }

  /// Window title, first two headings.
  [[nodiscard]] std::vector<std::string> titles() const {
    constexpr std::size_t longest = 200;
    constexpr std::size_t most = 3;
    std::vector<std::string> found;
    for (std::uint32_t i = 0; i < tree_.size() && found.size() < most; ++i)
      if (tree_[i].name == tag::title || tree_[i].name == tag::h1 || (tree_[i].name == tag::h2 && found.size() < 2))
        if (auto text = tree_.text_of(i, longest); !text.empty())
          found.push_back(std::move(text));
    return found;
  }

  /// A title and the names of site and section that stand around it.
  static std::vector<std::string_view> parts_of(std::string_view title) {
    constexpr std::array<std::string_view, 7> marks{" | ",        " - ",        " \xE2\x80\x93 ", " \xE2\x80\x94 ",
                                                    " \xC2\xBB ", " \xC2\xAB ", " \xC2\xB7 "};
    std::vector<std::string_view> parts{title};
    for (auto mark : marks)
      for (std::size_t i = 0; i < parts.size(); ++i)
        if (auto at = parts[i].find(mark); at != std::string_view::npos) {
          auto whole = parts[i];
          parts[i] = whole.substr(0, at);
          parts.push_back(whole.substr(at + mark.size()));
          --i; // for its next mark
        }
    return parts;
  }

  [[nodiscard]] bool is_error(page_kind kind) const {
    return text_.size() <= longest_mute || confirms(kind, lower_case(text_));
  }

  [[nodiscard]] bool is_login() const {
    auto source = tree_.source();
    auto asks = find_ignoring_case(source, "type=\"password\"") != source.npos
                || find_ignoring_case(source, "type=password") != source.npos
                || find_ignoring_case(source, "type='password'") != source.npos;
    return text_.size() <= longest_login && asks;
  }

  /// Systems for publishing name the page after what it is, for its style.
  [[nodiscard]] page_verdict by_class() const {
    constexpr std::array<std::string_view, 8> names{"error404", "error-404", "page-404",       "page404",
                                                    "http-404", "is-404",    "page-not-found", "error-page-404"};
    constexpr std::uint32_t most_nodes = 64; // it is said at the top
    for (std::uint32_t i = 0, seen = 0; i < tree_.size() && seen < most_nodes; ++i) {
      auto& x = tree_[i];
      if (x.name == tag::none || x.attribute_count == 0)
        continue;
      ++seen;
      for (auto name : names)
        if ((has_word(tree_.get(x, attr::class_), name) || has_word(tree_.get(x, attr::id), name))
            && confirms(page_kind::missing, lower_case(text_)))
          return {page_kind::missing, std::string{name}};
    }
    return {};
  }

  // -- texts that are not free ---------------------------------------------------------------------------------------

  [[nodiscard]] page_verdict by_wall() const {
    auto declared = structured_.paid || meta_fields{tree_}.first({"article:content_tier"}) == "locked";
    if (declared && paid_text() >= much_paid_text)
      return {};
    if (declared && text_.size() <= longest_declared)
      return {page_kind::excerpt, structured_.paid ? "isAccessibleForFree" : "content_tier"};
    if (declared || text_.size() <= longest_prompted)
      if (auto line = prompt(); !line.empty())
        return {page_kind::excerpt, line};
    if (text_.size() <= longest_walled && has_wall())
      return {page_kind::excerpt, "paywall"};
    return {};
  }

  /// Bytes of text in the elements that are declared to be the paid part.
  [[nodiscard]] std::size_t paid_text() const {
    std::size_t bytes = 0;
    for (std::uint32_t i = 0; i < tree_.size() && !structured_.paid_parts.empty(); ++i) {
      auto& x = tree_[i];
      auto paid = x.attribute_count > 0
                  && std::any_of(structured_.paid_parts.begin(), structured_.paid_parts.end(), [&](auto& name) {
                       return has_word(tree_.get(x, name.front() == '#' ? attr::id : attr::class_),
                                       lower_case(std::string_view{name}.substr(1)));
                     });
      if (!paid)
        continue;
      bytes += text_below(i, much_paid_text).size();
      i = x.end - 1;
    }
    return bytes;
  }

  [[nodiscard]] std::string text_below(std::uint32_t i, std::size_t limit) const {
    return tree_[i].end > i + 1 ? tree_.text_of(i, limit) : std::string{};
  }

  /// A line that asks for a subscription and is no link to somewhere else.
  [[nodiscard]] std::string prompt() const {
    constexpr std::size_t longest = 300;
    constexpr std::uint32_t most_lines = 4000; // of a page whose text is short
    std::uint32_t link_end = 0;
    for (std::uint32_t i = 0, lines = 0; i < tree_.size() && lines < most_lines; ++i) {
      auto& x = tree_[i];
      if (x.name == tag::a)
        link_end = x.end;
      if (x.name != tag::none || i < link_end || x.text.size() > longest || x.text.size() < 12)
        continue;
      ++lines;
      auto line = collapse(x.text);
      if (asks_to_subscribe(lower_case(line)))
        return line;
    }
    return {};
  }

  /// A box called a paywall that speaks of subscribing.
  [[nodiscard]] bool has_wall() const {
    constexpr std::size_t longest = 1500;
    constexpr std::uint32_t most_walls = 64;
    for (std::uint32_t i = 0, walls = 0; i < tree_.size() && walls < most_walls; ++i) {
      auto& x = tree_[i];
      if (x.name == tag::none || x.name == tag::body || x.attribute_count == 0)
        continue;
      auto named = find_ignoring_case(tree_.get(x, attr::class_), "paywall") != std::string_view::npos
                   || find_ignoring_case(tree_.get(x, attr::id), "paywall") != std::string_view::npos;
      if (!named)
        continue;
      ++walls;
      auto text = text_below(i, longest + 1);
      if (text.size() <= longest && speaks_of_subscribing(lower_case(text)))
        return true;
    }
    return false;
  }

  const html_tree& tree_;
  const structured_article& structured_;
  std::string_view text_;
};

} // namespace

const char* to_string(page_kind x) noexcept {
  constexpr std::array names{"article", "excerpt", "missing", "refused", "broken", "login"};
  return names[static_cast<std::size_t>(x)];
}

page_verdict judge_page(const html_tree& tree, const structured_article& structured, std::string_view text) {
  return judge{tree, structured, text}.run();
}

} // namespace troupe
