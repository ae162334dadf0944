#include "actors/scrape/extract/lead_finder.hpp"

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/boilerplate.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_leads = 8;
constexpr std::uint32_t shortest = 30;    ///< letters
constexpr std::uint32_t longest = 1500;   ///< letters
constexpr std::uint32_t most_nodes = 256; ///< in a lead, so that looking into nested ones stays cheap
constexpr std::size_t compared = 40;      ///< bytes that have to agree with the page's description

/// What two sites' spellings of one sentence share: lower-case letters and digits, and all that is not ASCII.
std::string letters_of(std::string_view x, std::size_t limit) {
  std::string out;
  for (char c : x) {
    if (out.size() >= limit)
      break;
    if (is_alnum(c)
        || (static_cast<unsigned char>(c) >= 0x80 && static_cast<unsigned char>(c) != 0xC2
            && static_cast<unsigned char>(c) != 0xA0))
      out += to_lower(c);
  }
  return out;
}

class lead_finder {
public:
  explicit lead_finder(const page_survey& survey) : survey_(survey), tree_(survey.tree()) {}

  std::vector<std::uint32_t> run() {
    read_page();
    std::vector<std::uint32_t> found;
    auto end = tree_[survey_.body()].end;
    for (auto i = heading_; i < end && found.size() < most_leads;) {
      auto& x = tree_[i];
      if (x.name == tag::none) {
        ++i;
      } else if (elsewhere(i)) {
        i = x.end;
      } else if (can_hold(x.name) && fits(i) && signs(i)) {
        found.push_back(innermost(i));
        i = x.end;
      } else {
        ++i;
      }
    }
    return found;
  }

private:
  /// The description, how often each class occurs, and where the first heading ends.
  void read_page() {
    heading_ = survey_.body() + 1;
    auto seen = false;
    for (std::uint32_t i = 0; i < tree_.size(); ++i) {
      auto& x = tree_[i];
      if (x.name == tag::meta && description_.size() < compared) {
        for (auto key : {attr::name, attr::property})
          if (auto name = tree_.get(x, key);
              equals_ignoring_case(name, "description") || equals_ignoring_case(name, "og:description"))
            description_ = letters_of(tree_.get(x, attr::content), compared);
      } else if (x.name == tag::h1 && !seen && survey_.mass(i).letters > 0) {
        seen = true;
        heading_ = x.end;
      } else if (x.attribute_count > 0 && (survey_.hints(i) & hint_lead)) {
        if (auto names = tree_.get(x, attr::class_); !names.empty())
          ++classes_[names];
      }
    }
    has_heading_ = seen;
  }

  static bool can_hold(tag t) {
    return t == tag::p || t == tag::div || t == tag::section || t == tag::span || t == tag::strong || t == tag::h2
           || t == tag::h3 || t == tag::h4;
  }

  /// Parts of a page where a lead would be another article's.
  [[nodiscard]] bool elsewhere(std::uint32_t i) const {
    auto t = tree_[i].name;
    if (t == tag::nav || t == tag::aside || t == tag::footer || t == tag::form || t == tag::li || t == tag::figure)
      return true;
    auto hints = survey_.hints(i);
    constexpr std::uint32_t others =
      hint_navigation | hint_related | hint_comments | hint_consent | hint_footer | hint_advert | hint_aside;
    if ((hints & others) == 0 || (hints & hint_lead))
      return false;
    auto all = survey_.mass(survey_.body()).good;
    return survey_.mass(i).good * 5 < all * 2;
  }

  [[nodiscard]] bool fits(std::uint32_t i) const {
    auto m = survey_.mass(i);
    return tree_[i].end - i <= most_nodes && m.letters >= shortest && m.letters <= longest && m.linked * 3 < m.letters
           && m.runs <= 6;
  }

  [[nodiscard]] bool signs(std::uint32_t i) const {
    auto& x = tree_[i];
    if (x.attribute_count > 0 && has_heading_) {
      if (equals_ignoring_case(trim(tree_.get(x, attr::itemprop)), "description"))
        return true;
      if (survey_.hints(i) & hint_lead) {
        auto names = classes_.find(tree_.get(x, attr::class_));
        if (names == classes_.end() || names->second == 1)
          return true;
      }
    }
    if (description_.size() < compared || x.name == tag::div || x.name == tag::section)
      return false;
    return letters_of(tree_.text_of(i, 3 * compared), compared) == description_;
  }

  /// Down to the element that holds all of its text, so that a box's other parts stay out.
  [[nodiscard]] std::uint32_t innermost(std::uint32_t i) const {
    for (auto child = i + 1; child < tree_[i].end; child = tree_[child].end)
      if (tree_[child].name != tag::none && can_hold(tree_[child].name)
          && survey_.mass(child).letters == survey_.mass(i).letters && tree_[child].name != tag::span
          && tree_[child].name != tag::strong)
        return innermost(child);
    return i;
  }

  const page_survey& survey_;
  const html_tree& tree_;
  std::string description_;
  std::unordered_map<std::string_view, int> classes_; ///< of what is called a lead
  std::uint32_t heading_ = 0;
  bool has_heading_ = false;
};

} // namespace

std::vector<std::uint32_t> find_leads(const page_survey& survey) { return lead_finder{survey}.run(); }

} // namespace troupe
