#include "actors/embed/chunker.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace troupe {

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// The nearest code-point bound at or below `at`.
std::uint32_t bound(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
    --at;
  return static_cast<std::uint32_t>(at);
}

/// Headings above a place, outermost first.
class heading_path {
public:
  void enter(std::uint8_t level, std::string_view line) {
    while (!path_.empty() && path_.back().first >= level)
      path_.pop_back();
    path_.emplace_back(level, tidy(line));
    joined_.clear();
    for (const auto& [depth, text] : path_) {
      if (text.empty())
        continue;
      if (!joined_.empty())
        joined_.append(" > ");
      joined_.append(text);
    }
  }
  [[nodiscard]] const std::string& str() const { return joined_; }

private:
  /// White space collapsed, at most 160 bytes: a whole paragraph in a heading tag is no heading.
  static std::string tidy(std::string_view line) {
    std::string result;
    for (char c : line) {
      if (!blank(c))
        result.push_back(c);
      else if (!result.empty() && result.back() != ' ')
        result.push_back(' ');
    }
    result.resize(bound(result, 160));
    while (!result.empty() && result.back() == ' ')
      result.pop_back();
    return result;
  }

  std::vector<std::pair<std::uint8_t, std::string>> path_;
  std::string joined_;
};

/// Fills passages with units (sentences, rows, whole tables) of one section at a time.
class passage_filler {
public:
  passage_filler(const document& content, const chunk_limits& limits) : content_(content), limits_(limits) {}

  /// A unit stays whole. `opens_block`: a good place to begin a passage. `span`: bytes to the end of its block.
  void add(std::uint32_t start, std::uint32_t end, bool opens_block, std::uint32_t span) {
    if (start >= end)
      return;
    if (open_ && closes_before(start, end, opens_block, span))
      close();
    if (!open_)
      start_ = start;
    open_ = true;
    end_ = end;
  }

  /// The section ends; a last scrap of it joins the passage before.
  void end_section(const std::string& heading) {
    close();
    auto n = result_.size();
    if (n >= section_ + 2 && result_[n - 1].end - result_[n - 1].start < limits_.target_bytes / 4
        && result_[n - 1].end - result_[n - 2].start <= limits_.limit_bytes) {
      result_[n - 2].end = result_[n - 1].end;
      result_.pop_back();
    }
    for (; section_ < result_.size(); ++section_) {
      auto& p = result_[section_];
      p.ordinal = static_cast<std::uint32_t>(section_);
      p.heading = heading;
      p.text = content_.text.substr(p.start, p.end - p.start);
    }
  }

  std::vector<passage> take() { return std::move(result_); }

private:
  [[nodiscard]] bool closes_before(std::uint32_t start, std::uint32_t end, bool opens_block, std::uint32_t span) const {
    auto had = end_ - start_;
    auto would = end - start_;
    if (would > limits_.limit_bytes || had >= limits_.target_bytes)
      return true;
    if (would > limits_.target_bytes && would - limits_.target_bytes > limits_.target_bytes - had)
      return true;
    // Between blocks rather than inside the next one, when that one would not fit.
    return opens_block && had >= limits_.target_bytes / 2
           && start + span - start_ > limits_.target_bytes + limits_.target_bytes / 4;
  }

  void close() {
    if (open_)
      result_.push_back({0, start_, end_, {}, {}});
    open_ = false;
  }

  const document& content_;
  chunk_limits limits_;
  std::vector<passage> result_;
  std::size_t section_ = 0; ///< its first passage
  bool open_ = false;
  std::uint32_t start_ = 0;
  std::uint32_t end_ = 0;
};

/// Walks over blocks and what lies between them.
class chunk_walk {
public:
  chunk_walk(const document& content, const chunk_limits& limits)
    : content_(content), text_(content.text), limits_(limits), filler_(content, limits) {}

  std::vector<passage> run() {
    const auto& blocks = content_.blocks;
    for (std::size_t i = 0; i < blocks.size();) {
      auto start = std::max(at_, bound(text_, blocks[i].start));
      auto end = bound(text_, blocks[i].end);
      if (start >= end) {
        ++i;
        continue;
      }
      prose(at_, start);
      at_ = start;
      i = take(i, end);
    }
    prose(at_, static_cast<std::uint32_t>(text_.size()));
    filler_.end_section(headings_.str());
    return filler_.take();
  }

private:
  /// Takes block `i`, which ends at `end`, and those that stay together with it. Answers the next one.
  std::size_t take(std::size_t i, std::uint32_t end) {
    const auto& b = content_.blocks[i];
    if (b.kind == block_kind::heading) {
      filler_.end_section(headings_.str());
      headings_.enter(b.level, text_.substr(at_, end - at_));
      at_ = end;
      return i + 1;
    }
    if (b.kind != block_kind::table_row && b.kind != block_kind::code) {
      prose(at_, end);
      at_ = end;
      return i + 1;
    }
    for (++i; i < content_.blocks.size() && content_.blocks[i].kind == b.kind; ++i) {
      auto next_start = bound(text_, content_.blocks[i].start);
      auto next_end = bound(text_, content_.blocks[i].end);
      if (next_start < end || next_end < next_start || !all_blank(end, next_start))
        break;
      end = next_end;
    }
    together(end);
    at_ = end;
    return i;
  }

  /// A table or a listing: one unit when it fits into twice the limit, else its rows or lines.
  void together(std::uint32_t end) {
    auto [from, to] = trimmed(at_, end);
    if (to - from <= 2 * limits_.limit_bytes) {
      filler_.add(from, to, true, to - from);
      return;
    }
    for (auto at = from; at < to;) {
      auto line = text_.find('\n', at);
      auto stop = line == std::string_view::npos || line >= to ? to : static_cast<std::uint32_t>(line);
      unit(at, stop, true, stop - at);
      at = stop + 1;
    }
  }

  void prose(std::uint32_t from, std::uint32_t to) {
    if (all_blank(from, to))
      return;
    bool first = true;
    for (auto [start, end] : sentences(text_.substr(from, to - from), content_.language)) {
      unit(from + start, from + end, first, to - from - start);
      first = false;
    }
  }

  /// A unit longer than a passage may be is cut at white space, or where a character ends.
  void unit(std::uint32_t from, std::uint32_t to, bool opens_block, std::uint32_t span) {
    std::tie(from, to) = trimmed(from, to);
    while (to - from > limits_.limit_bytes) {
      auto cut = from + limits_.limit_bytes;
      while (cut > from + limits_.limit_bytes / 2 && !blank(text_[cut]))
        --cut;
      if (!blank(text_[cut]))
        cut = bound(text_, from + limits_.limit_bytes);
      if (cut <= from) // no bound at all: not UTF-8
        cut = from + limits_.limit_bytes;
      auto [start, end] = trimmed(from, cut);
      filler_.add(start, end, opens_block, span);
      opens_block = false;
      from = trimmed(cut, to).first;
    }
    filler_.add(from, to, opens_block, span);
  }

  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> trimmed(std::uint32_t from, std::uint32_t to) const {
    while (from < to && blank(text_[from]))
      ++from;
    while (to > from && blank(text_[to - 1]))
      --to;
    return {from, to};
  }
  [[nodiscard]] bool all_blank(std::uint32_t from, std::uint32_t to) const {
    auto [start, end] = trimmed(from, to);
    return start == end;
  }

  const document& content_;
  std::string_view text_;
  chunk_limits limits_;
  passage_filler filler_;
  heading_path headings_;
  std::uint32_t at_ = 0; ///< everything below is taken
};

} // namespace

std::vector<passage> chunk(const document& content, const chunk_limits& limits) {
  chunk_limits usable{std::max(limits.target_bytes, 16U), std::max({limits.limit_bytes, limits.target_bytes, 16U})};
  return chunk_walk{content, usable}.run();
}

} // namespace troupe
