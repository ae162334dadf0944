#include "actors/scrape/link_scorer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace troupe {

namespace {

constexpr std::size_t most_terms = 64;
constexpr std::size_t most_words_of_a_link = 96;
/// Shorter words stand inside longer ones by chance.
constexpr std::size_t shortest_part = 5;
/// Of the weight of a question's word that no link carries. Some never will: verbs, other languages' function words.
constexpr double missing_share = 0.5;

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string percent_decoded(std::string_view x) {
  std::string out;
  out.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == '%' && i + 2 < x.size() && hex_digit(x[i + 1]) >= 0 && hex_digit(x[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(x[i + 1]) * 16 + hex_digit(x[i + 2]));
      i += 2;
    } else {
      out += x[i];
    }
  }
  return out;
}

/// `autovacuum` speaks for `vacuum`, and the other way round.
bool same_or_part(std::string_view a, std::string_view b) noexcept {
  if (a == b)
    return true;
  if (std::min(a.size(), b.size()) < shortest_part)
    return false;
  return a.find(b) != a.npos || b.find(a) != b.npos;
}

/// `Index`, `bookindex.html`, `Site map`: short, and named for what it lists.
bool looks_like_overview(std::string_view anchor, std::string_view path_and_query) {
  constexpr std::array<std::string_view, 8> names{"index",    "contents", "sitemap", "toc",
                                                  "glossary", "overview", "map",     "summary"};
  auto words = words_of(anchor, 5);
  if (words.size() <= 4)
    for (const auto& word : words)
      if (std::find(names.begin(), names.end(), word) != names.end())
        return true;
  auto path = path_and_query.substr(0, path_and_query.find('?'));
  auto file = path.substr(path.rfind('/') + 1);
  for (std::string_view part : {"genindex", "bookindex", "modindex", "sitemap", "contents", "toc."})
    if (file.find(part) != file.npos)
      return true;
  return false;
}

} // namespace

link_scorer::link_scorer(std::string_view question) {
  std::string previous;
  std::uint64_t previous_bit = 0;
  for (auto& word : words_of(question, 256)) {
    auto bit = term(word);
    auto both = previous + word;
    if ((bit | previous_bit) != 0 && !previous.empty() && both.size() >= shortest_part)
      joined_.push_back({stems_of(both, 1).front(), bit | previous_bit});
    previous = std::move(word);
    previous_bit = bit;
  }
  seen_in_.resize(terms_.size());
}

/// The bit of a word of the question, 0 for function words and beyond the limit.
std::uint64_t link_scorer::term(const std::string& word) {
  auto stem = is_function_word(word) ? std::vector<std::string>{} : stems_of(word, 1);
  if (stem.empty())
    return 0;
  auto found = std::find(terms_.begin(), terms_.end(), stem.front());
  if (found == terms_.end() && terms_.size() == most_terms)
    return 0;
  auto at = static_cast<std::size_t>(found - terms_.begin());
  if (found == terms_.end())
    terms_.push_back(std::move(stem.front()));
  return 1ull << at;
}

std::uint64_t link_scorer::match(std::string_view text) const {
  std::uint64_t bits = 0;
  for (const auto& word : stems_of(text, most_words_of_a_link)) {
    for (std::size_t i = 0; i < terms_.size(); ++i)
      if (same_or_part(word, terms_[i]))
        bits |= 1ull << i;
    for (const auto& x : joined_)
      if (word == x.stem)
        bits |= x.bits;
  }
  return bits;
}

link_evidence link_scorer::look(const link& x, std::string_view path_and_query) const {
  link_evidence result;
  result.in_content = x.in_content;
  if (blind())
    return result;
  result.overview = looks_like_overview(x.text, path_and_query);
  result.anchor = match(x.text);
  result.address = match(percent_decoded(path_and_query));
  result.context = match(x.context);
  return result;
}

void link_scorer::learn(const link_evidence& x) {
  ++links_;
  count(x.any());
}

void link_scorer::learn_more(const link_evidence& known, const link_evidence& added) {
  count(added.any() & ~known.any());
}

/// Inverse document frequency over links (Robertson and Sparck Jones 1976, smoothed so that it stays positive): a term
/// that every link of a site carries, such as the product's name, tells its pages apart no more. A term that no link
/// carries counts too: as long as it is missing, what was found may not be all there is.
void link_scorer::count(std::uint64_t bits) {
  for (; bits != 0; bits &= bits - 1)
    ++seen_in_[static_cast<std::size_t>(std::countr_zero(bits))];
  total_ = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    auto all = static_cast<double>(links_) + 1.0;
    weight_[i] = std::log(all / (static_cast<double>(seen_in_[i]) + 0.5));
    total_ += seen_in_[i] == 0 ? missing_share * std::log(all) : weight_[i];
  }
}

double link_scorer::relevance(const link_evidence& x) const {
  if (total_ <= 0)
    return 0;
  double sum = 0;
  for (auto bits = x.any(); bits != 0; bits &= bits - 1) {
    auto i = static_cast<std::size_t>(std::countr_zero(bits));
    auto bit = 1ull << i;
    // The words around a link in navigation are mostly other links' words.
    double field = (x.anchor & bit) != 0 ? 1.0 : (x.address & bit) != 0 ? 0.8 : x.in_content ? 0.4 : 0.15;
    sum += weight_[i] * field;
  }
  auto result = sum / total_;
  if (x.in_content)
    result *= 1.1;
  if (x.other_host)
    result *= 0.7;
  return result;
}

} // namespace troupe
