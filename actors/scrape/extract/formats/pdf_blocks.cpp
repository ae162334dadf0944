#include "actors/scrape/extract/formats/pdf_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_set>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/formats/file_facts.hpp"
#include "actors/scrape/extract/text_lists.hpp"

namespace troupe {

namespace {

constexpr double larger = 1.15; ///< times the size of the running text: a heading
constexpr std::size_t longest_heading = 200;
constexpr std::size_t longest_title = 120;
constexpr std::size_t longest_word = 120; ///< bytes looked at of one that is divided

/// Sizes are told apart by half a point.
int size_of(const pdf_line& x) { return static_cast<int>(std::lround(std::clamp(x.height(), 0.0, 500.0) * 2)); }

bool begins_lower(std::string_view x) {
  if (x.empty())
    return false;
  auto first = static_cast<unsigned char>(x[0]);
  if (first < 0x80)
    return first >= 'a' && first <= 'z';
  // Latin-1 and Greek small letters; enough to tell where a sentence goes on.
  auto second = x.size() > 1 ? static_cast<unsigned char>(x[1]) : 0u;
  return (first == 0xC3 && second >= 0x9F) || (first == 0xCE && second >= 0xB1) || first == 0xCF;
}

bool ends_sentence(std::string_view x) {
  while (!x.empty() && (x.back() == ')' || x.back() == '"' || x.back() == '\''))
    x.remove_suffix(1);
  return x.ends_with('.') || x.ends_with('!') || x.ends_with('?') || x.ends_with(':') || x.ends_with("\xE2\x80\x9D")
         || x.ends_with("\xE3\x80\x82");
}

/// Bytes of the hyphen at the end of `x`; 0 for none. One that stands alone is a dash.
std::size_t hyphen_at_end(std::string_view x) {
  std::size_t n = x.ends_with('-') ? 1 : x.ends_with("\xC2\xAD") ? 2 : x.ends_with("\xE2\x80\x90") ? 3 : 0;
  return n > 0 && x.size() > n
             && (is_alpha(x[x.size() - n - 1]) || static_cast<unsigned char>(x[x.size() - n - 1]) >= 0x80)
           ? n
           : 0;
}

std::string_view bare(std::string_view word) {
  auto odd = [](char c) { return static_cast<unsigned char>(c) < 0x80 && !is_alnum(c); };
  while (!word.empty() && odd(word.front()))
    word.remove_prefix(1);
  while (!word.empty() && odd(word.back()))
    word.remove_suffix(1);
  return word;
}

std::string_view first_word(std::string_view x) { return x.substr(0, x.find(' ')); }
std::string_view last_word(std::string_view x) { return x.substr(x.rfind(' ') + 1); } // npos + 1 is 0

/// The words that stand whole on a line.
class known_words {
public:
  explicit known_words(const pdf_layout& x) {
    for (auto& page : x.pages)
      for (auto& line : page.lines)
        add(line.text);
  }
  [[nodiscard]] bool has(std::string_view word) const { return words_.contains(lower_case(bare(word))); }

private:
  void add(std::string_view line) {
    while (!line.empty()) {
      auto word = first_word(line);
      line.remove_prefix(std::min(word.size() + 1, line.size()));
      if (!line.empty() || hyphen_at_end(word) == 0)
        words_.insert(lower_case(bare(word)));
    }
  }
  std::unordered_set<std::string> words_;
};

class pdf_writer {
public:
  pdf_writer(const pdf_layout& x, block_writer& out) : layout_(x), words_(x), out_(out), lists_(out) {
    measure();
    find_items();
  }

  pdf_outline write() {
    std::size_t n = 0;
    for (auto& page : layout_.pages) {
      page_due_ = true;
      ++pages_;
      for (std::size_t i = 0; i < page.lines.size(); ++i, ++n)
        if (out_.written().size() < most_file_text)
          line(page.lines, i, items_[n]);
    }
    flush();
    lists_.leave(0);
    result_.pages.resize(layout_.pages.size(), static_cast<std::uint32_t>(out_.written().size()));
    if (result_.heading.empty())
      result_.heading = first_;
    return std::move(result_);
  }

private:
  /// The size most letters have, and a level for each larger one, the largest first.
  void measure() {
    std::map<int, std::size_t> letters;
    for (auto& page : layout_.pages)
      for (auto& x : page.lines)
        letters[size_of(x)] += x.text.size();
    std::size_t most = 0;
    for (auto& [size, count] : letters)
      if (count > most) {
        most = count;
        body_ = size;
      }
    for (auto at = letters.rbegin(); at != letters.rend() && at->first >= body_ * larger; ++at)
      levels_.emplace(at->first, static_cast<std::uint8_t>(std::min<std::size_t>(levels_.size() + 1, 6)));
  }

  void find_items() {
    std::vector<std::string_view> lines;
    for (auto& page : layout_.pages)
      for (auto& x : page.lines)
        lines.push_back(x.text);
    items_ = item_lines(lines);
  }

  [[nodiscard]] std::uint8_t level_of(const pdf_line& x) const {
    auto found = levels_.find(size_of(x));
    return found == levels_.end() ? std::uint8_t{0} : found->second;
  }

  void line(const std::vector<pdf_line>& lines, std::size_t i, bool item) {
    auto& x = lines[i];
    if (!text_.empty() && !goes_on(x, i > 0 ? &lines[i - 1] : nullptr, item))
      flush();
    if (text_.empty()) {
      level_ = level_of(x);
      item_ = item && level_ == 0;
      left_ = x.left;
      right_ = x.right;
    }
    append(x.text);
    right_ = std::max(right_, x.right);
    last_ = x;
  }

  /// Does `x` belong to the open paragraph? `before`: the line in front of it on its page.
  [[nodiscard]] bool goes_on(const pdf_line& x, const pdf_line* before, bool item) const {
    if (item || level_of(x) != level_)
      return false;
    auto moved = before == nullptr || x.begins_block;
    if (level_ > 0)
      return before != nullptr && x.top - last_.bottom < x.height() && x.top > last_.top;
    if (moved) // another column or page, or something else altogether
      return begins_lower(x.text) && !ends_sentence(last_.text) && (before == nullptr || is_apart(x));
    if (x.top - last_.bottom > 0.7 * x.height())
      return false;
    auto indented = !item_ && x.left > last_.left + 0.7 * x.height() && ends_sentence(last_.text);
    auto short_before = last_.right < left_ + 0.8 * (right_ - left_) && ends_sentence(last_.text);
    return !indented && !(short_before && !begins_lower(x.text));
  }

  /// At the head of another column, or straight below.
  [[nodiscard]] bool is_apart(const pdf_line& x) const {
    return x.top < last_.top || (x.top - last_.bottom < 0.7 * x.height() && x.left < last_.right);
  }

  void append(std::string_view next) {
    if (!text_.empty())
      join(next);
    if (page_due_) {
      while (starts_.size() + result_.pages.size() < pages_)
        starts_.push_back(text_.size());
      page_due_ = false;
    }
    text_ += next;
  }

  void join(std::string_view next) {
    auto hyphen = hyphen_at_end(text_);
    if (hyphen == 0 || !begins_lower(next)) {
      if (hyphen == 0)
        text_ += ' ';
      return;
    }
    auto tail = std::string_view{text_}.substr(text_.size() - std::min(text_.size(), longest_word));
    auto divided = last_word(tail);
    auto stem = std::string{divided.substr(0, divided.size() - hyphen)};
    auto rest = std::string{first_word(next)};
    if (hyphen != 1 || words_.has(stem + rest) || !words_.has(stem + "-" + rest))
      text_.resize(text_.size() - hyphen);
  }

  void flush() {
    auto heads = level_ > 0 && text_.size() <= longest_heading;
    std::string_view text = text_;
    std::size_t skipped = 0;
    if (heads)
      lists_.leave(0);
    if (item_ && !heads) {
      auto marker = marker_of(text);
      lists_.enter(marker);
      skipped = marker.bytes;
    } else if (!lists_.empty()) {
      lists_.leave(0);
    }
    out_.open_block(heads ? block_kind::heading : block_kind::paragraph, heads ? level_ : std::uint8_t{0});
    auto start = out_.written().size();
    out_.text(text.substr(skipped));
    out_.close_block();
    for (auto at : starts_)
      result_.pages.push_back(static_cast<std::uint32_t>(start + (at > skipped ? at - skipped : 0)));
    if (heads && result_.heading.empty())
      result_.heading = text_;
    if (first_.empty() && text_.size() <= longest_title)
      first_ = text_;
    starts_.clear();
    text_.clear();
  }

  const pdf_layout& layout_;
  known_words words_;
  block_writer& out_;
  open_text_lists lists_;
  std::vector<bool> items_; ///< of all lines
  int body_ = 0;
  std::map<int, std::uint8_t> levels_;
  pdf_outline result_;
  std::string first_;

  // -- the open paragraph --------------------------------------------------------------------------------------------
  std::string text_;
  std::vector<std::size_t> starts_; ///< where pages begin in it
  std::uint8_t level_ = 0;
  bool item_ = false;
  double left_ = 0;
  double right_ = 0;
  pdf_line last_;

  bool page_due_ = false;
  std::size_t pages_ = 0; ///< begun so far
};

} // namespace

pdf_outline write_pdf_blocks(const pdf_layout& x, block_writer& out) { return pdf_writer{x, out}.write(); }

} // namespace troupe
