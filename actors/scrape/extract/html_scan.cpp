#include "actors/scrape/extract/html_scan.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/html_tag.hpp"
#include "actors/scrape/extract/html_token.hpp"

namespace troupe {

namespace {

enum class treatment : std::uint8_t {
  keep,
  unwrap, ///< the tags go, the content stays
  skip,   ///< goes with its content, nested ones of its name counted
  raw,    ///< goes with its content, which is not markup
};

treatment treatment_of(tag t) {
  switch (t) {
  case tag::other:
  case tag::tt:
  case tag::var:
  case tag::sub:
  case tag::sup:
  case tag::cite:
  case tag::kbd:
  case tag::samp:
    return treatment::unwrap;
  case tag::script:
  case tag::style:
  case tag::noscript:
  case tag::iframe:
  case tag::noembed:
  case tag::noframes:
  case tag::textarea:
    return treatment::raw;
  default:
    return t >= tag::template_ ? treatment::skip : treatment::keep;
  }
}

bool closes_paragraph(tag t) {
  return is_block(t) && !(t >= tag::caption && t <= tag::th) && t != tag::body && t != tag::html;
}

/// Elements of which there is one, and whose end tags only mislead.
bool is_frame(tag t) { return t == tag::html || t == tag::head || t == tag::body; }

class scanner {
public:
  scanner(std::string_view html, const scan_limits& limits) : in_(html.substr(0, limits.input)), limits_(limits) {
    out_.reserve(in_.size() / 2 + 64);
  }

  std::string run() {
    while (at_ < in_.size()) {
      auto open = std::min(in_.find('<', at_), in_.size());
      if (skipping_ == tag::none)
        out_.append(in_, at_, open - at_);
      at_ = open;
      if (at_ < in_.size())
        step();
      if (at_ >= in_.size() && skipping_ != tag::none)
        rewind();
    }
    return std::move(out_);
  }

private:
  struct open_element {
    tag name;
    bool emitted;
  };

  void step() {
    html_token token = read_token(in_, at_);
    if (token.kind == html_token_kind::text) {
      if (skipping_ == tag::none)
        out_ += '<';
      ++at_;
      return;
    }
    at_ = token.end;
    if (token.kind == html_token_kind::start)
      start(token);
    else if (token.kind == html_token_kind::end)
      end(token.name);
  }

  /// What was skipped never ended: go back, and take this element for content from now on. At most once a name.
  void rewind() {
    never_skip_[static_cast<std::size_t>(skipping_)] = true;
    at_ = resume_;
    skipping_ = tag::none;
  }

  void start(const html_token& token) {
    auto name = token.name;
    if (skipping_ != tag::none) {
      if (name == skipping_ && !token.self_closing)
        ++skip_depth_;
      return;
    }
    auto how = treatment_of(name);
    if (how == treatment::keep)
      return keep(token);
    if (how == treatment::unwrap || never_skip_[static_cast<std::size_t>(name)])
      return;
    if (how == treatment::raw)
      return skip_raw(name);
    if (!token.self_closing) {
      skipping_ = name;
      skip_depth_ = 1;
      resume_ = at_;
    }
  }

  void skip_raw(tag name) {
    auto text = name_of(name);
    for (auto i = at_; (i = in_.find("</", i)) != in_.npos; i += 2) {
      auto after = i + 2 + text.size();
      if (!equals_ignoring_case(in_.substr(i + 2, text.size()), text) || (after < in_.size() && is_alnum(in_[after])))
        continue;
      at_ = std::min(in_.find('>', after), in_.size() - 1) + 1;
      return;
    }
    // Browsers take the rest for a script; a reader rather loses the script than the page.
    never_skip_[static_cast<std::size_t>(name)] = true;
  }

  void keep(const html_token& token) {
    auto name = token.name;
    if (name == tag::title)
      return copy_title();
    close_implied(name);
    if (is_void(name) || is_frame(name)) {
      if (elements_++ < limits_.elements)
        write_tag(token);
      return;
    }
    auto attributes = wanted_attributes(token, in_);
    auto emitted = emitted_ < limits_.depth && elements_ < limits_.elements;
    if (name == tag::span && attributes.empty())
      emitted = false;
    open_.push_back({name, emitted});
    ++open_count_[static_cast<std::size_t>(name)];
    if (!emitted)
      return;
    ++emitted_;
    ++elements_;
    out_ += '<';
    out_ += name_of(name);
    out_ += attributes;
    out_ += '>';
    if (name == tag::pre || name == tag::listing)
      out_ += at_ < in_.size() && in_[at_] == '\n' ? "" : "\n"; // the parser eats one line end here
  }

  /// A title holds text only, whatever looks like markup in it.
  void copy_title() {
    auto close = find_ignoring_case(in_.substr(0, std::min(in_.size(), at_ + 65536)), "</title", at_);
    if (close == in_.npos)
      return;
    out_ += "<title>";
    out_.append(in_, at_, close - at_);
    out_ += "</title>";
    at_ = std::min(in_.find('>', close), in_.size() - 1) + 1;
  }

  void write_tag(const html_token& token) {
    out_ += '<';
    out_ += name_of(token.name);
    out_ += wanted_attributes(token, in_);
    out_ += '>';
  }

  void end(tag name) {
    if (skipping_ != tag::none) {
      if (name == skipping_ && --skip_depth_ == 0)
        skipping_ = tag::none;
      return;
    }
    if (name == tag::br)
      out_ += "<br>";
    if (treatment_of(name) != treatment::keep || open_count_[static_cast<std::size_t>(name)] == 0)
      return;
    pop_to(name, is_block(name) ? 512 : 32);
  }

  /// Elements that `name` closes without their end tag being there (HTML standard, 13.1.2.4).
  void close_implied(tag name) {
    if (closes_paragraph(name) && open_count_[static_cast<std::size_t>(tag::p)] > 0)
      pop_to(tag::p, 32);
    switch (name) {
    case tag::li:
      close_within(tag::li, tag::li, tag::ul, tag::ol, tag::menu);
      break;
    case tag::dt:
    case tag::dd:
      close_within(tag::dt, tag::dd, tag::dl, tag::dl, tag::dl);
      break;
    case tag::td:
    case tag::th:
      close_within(tag::td, tag::th, tag::tr, tag::table, tag::table);
      break;
    case tag::tr:
      close_within(tag::tr, tag::tr, tag::table, tag::tbody, tag::thead);
      break;
    case tag::tbody:
    case tag::thead:
    case tag::tfoot:
      close_within(tag::tbody, tag::thead, tag::table, tag::table, tag::table);
      break;
    case tag::a:
      if (open_count_[static_cast<std::size_t>(tag::a)] > 0)
        pop_to(tag::a, 16);
      break;
    default:
      break;
    }
  }

  void close_within(tag one, tag other, tag bound1, tag bound2, tag bound3) {
    std::size_t searched = 0;
    for (auto i = open_.size(); i-- > 0 && searched++ < 64;) {
      auto name = open_[i].name;
      if (name == bound1 || name == bound2 || name == bound3)
        return;
      if (name == one || name == other)
        return pop(i);
    }
  }

  /// Closes the innermost open `name`, unless a table cell or more than `reach` elements stand between.
  void pop_to(tag name, std::size_t reach) {
    std::size_t searched = 0;
    auto table_part = name >= tag::table && name <= tag::th;
    for (auto i = open_.size(); i-- > 0 && searched++ < reach;) {
      if (open_[i].name == name)
        return pop(i);
      if (!table_part && (open_[i].name == tag::td || open_[i].name == tag::th))
        return;
      // An inline end tag never closes a block, nor does `</p>` anything but inline elements.
      if ((!is_block(name) || name == tag::p) && is_block(open_[i].name))
        return;
    }
  }

  void pop(std::size_t position) {
    while (open_.size() > position) {
      auto top = open_.back();
      open_.pop_back();
      --open_count_[static_cast<std::size_t>(top.name)];
      if (!top.emitted)
        continue;
      --emitted_;
      out_ += "</";
      out_ += name_of(top.name);
      out_ += '>';
    }
  }

  std::string_view in_;
  scan_limits limits_;
  std::string out_;
  std::size_t at_ = 0;
  // -- what is open -----------------------------------------------------------------------------------------------
  std::vector<open_element> open_;
  std::array<std::uint32_t, static_cast<std::size_t>(tag::count_)> open_count_{};
  std::size_t emitted_ = 0;
  std::size_t elements_ = 0;
  // -- what is being dropped --------------------------------------------------------------------------------------
  tag skipping_ = tag::none;
  std::size_t skip_depth_ = 0;
  std::size_t resume_ = 0;
  std::array<bool, static_cast<std::size_t>(tag::count_)> never_skip_{};
};

} // namespace

std::string scan_html(std::string_view html, const scan_limits& limits) { return scanner{html, limits}.run(); }

} // namespace troupe
