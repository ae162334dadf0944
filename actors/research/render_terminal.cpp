#include <cmark.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "actors/research/render.hpp"
#include "actors/research/report_text.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view plain = "\x1b[0m";

/// Code points; what a terminal makes of wide and combining ones is its own business.
std::size_t width_of(std::string_view s) {
  return static_cast<std::size_t>(
    std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Words filled into lines of `width`; the first line starts with `lead`, the others with as many spaces.
std::string filled(std::string_view text, std::size_t width, const std::string& lead, std::size_t indent) {
  std::string out = lead;
  auto column = width_of(lead);
  auto fresh = true;
  for (auto& word : split_words(text)) {
    auto size = width_of(word);
    if (!fresh && column + 1 + size > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      fresh = true;
    }
    out += fresh ? "" : " ";
    out += word;
    column += size + (fresh ? 0 : 1);
    fresh = false;
  }
  return out + "\n";
}

struct node_free {
  void operator()(cmark_node* x) const { cmark_node_free(x); }
};
struct iter_free {
  void operator()(cmark_iter* x) const { cmark_iter_free(x); }
};

std::string literal(cmark_node* node) {
  auto* s = cmark_node_get_literal(node);
  return s == nullptr ? std::string{} : std::string{s};
}

/// Walks the report's Markdown and sets it for a terminal.
class setter {
public:
  setter(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  std::string set(const std::string& markdown) {
    std::unique_ptr<cmark_node, node_free> root{
      cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8)};
    std::unique_ptr<cmark_iter, iter_free> walk{cmark_iter_new(root.get())};
    for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(walk.get()))
      event == CMARK_EVENT_ENTER ? enter(cmark_iter_get_node(walk.get())) : leave(cmark_iter_get_node(walk.get()));
    return std::move(out_);
  }

private:
  void enter(cmark_node* node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
      line_ += literal(node);
      break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
      line_ += ' ';
      break;
    case CMARK_NODE_ITEM:
      ++item_;
      in_item_ = true;
      ordered_ = cmark_node_get_list_type(cmark_node_parent(node)) == CMARK_ORDERED_LIST;
      break;
    case CMARK_NODE_LIST:
      item_ = 0;
      gap();
      break;
    case CMARK_NODE_CODE_BLOCK:
      code(literal(node));
      break;
    default:
      break;
    }
  }

  void leave(cmark_node* node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
      heading(cmark_node_get_heading_level(node));
      break;
    case CMARK_NODE_PARAGRAPH:
      paragraph();
      break;
    case CMARK_NODE_ITEM:
      in_item_ = false;
      break;
    default:
      break;
    }
  }

  void gap() {
    if (!out_.empty() && !out_.ends_with("\n\n"))
      out_ += "\n";
  }

  void heading(int level) {
    auto text = std::exchange(line_, {});
    gap();
    auto shown = filled(text, width_, {}, 0);
    out_ += colour_ ? std::string{bold} + shown.substr(0, shown.size() - 1) + std::string{plain} + "\n" : shown;
    if (level > 1)
      return;
    for (std::size_t i = 0; i < std::min(width_, width_of(text)); ++i)
      out_ += "─";
    out_ += "\n";
    tight_ = true;
  }

  void paragraph() {
    auto text = std::exchange(line_, {});
    if (in_item_) {
      auto lead = ordered_ ? std::to_string(item_) + ". " : std::string{"• "};
      out_ += filled(text, width_, lead, width_of(lead));
      return;
    }
    if (!std::exchange(tight_, false))
      gap();
    out_ += filled(text, width_, {}, 0);
  }

  void code(const std::string& text) {
    gap();
    std::size_t from = 0;
    while (from < text.size()) {
      auto end = std::min(text.find('\n', from), text.size());
      out_ += "    " + text.substr(from, end - from) + "\n";
      from = end + 1;
    }
    out_ += "\n";
  }

  const std::size_t width_;
  const bool colour_;
  std::string out_;
  std::string line_;
  std::size_t item_ = 0;
  bool in_item_ = false;
  bool ordered_ = false;
  bool tight_ = false;
};

/// What tells a person which page it is: the file's name, or the address without its scheme.
std::string short_address(const std::string& url) {
  if (url.starts_with("file:"))
    return url.substr(url.rfind('/') + 1);
  auto at = url.find("://");
  return at == std::string::npos ? url : url.substr(at + 3);
}

std::string sources_text(const report& answer, std::size_t width, bool colour) {
  if (answer.citations.empty())
    return {};
  std::string out = colour ? "\n" + std::string{bold} + "Sources" + std::string{plain} + "\n" : "\nSources\n";
  std::uint32_t last = 0;
  for (auto& x : answer.citations) {
    auto number = "[" + std::to_string(x.n) + "] ";
    auto indent = std::string(width_of(number), ' ');
    auto found = std::find_if(answer.sources.begin(), answer.sources.end(), [&x](auto& s) { return s.n == x.source; });
    auto quote = collapse_space(x.quote);
    auto shown = std::string{clip(quote, 2 * width)};
    shown = "\"" + shown + (shown.size() < quote.size() ? " …\"" : "\"") + on_page(x);
    if (x.source != last && found != answer.sources.end()) {
      auto title = collapse_space(found->title);
      auto address = short_address(found->url);
      auto used = width_of(number) + width_of(title) + width_of(address);
      out += number + title + std::string(used + 2 < width ? width - used : 2, ' ') + address + "\n";
      out += filled(shown, width, indent, indent.size());
    } else {
      out += filled(shown, width, number, indent.size());
    }
    last = x.source;
  }
  return colour ? out.insert(out.find('\n', 1) + 1, dim) + std::string{plain} : out;
}

} // namespace

std::string render_terminal(const research_row& row, const report& answer, unsigned width, bool colour) {
  auto columns = std::clamp<std::size_t>(width, 40, 120);
  report clean = answer;
  for (auto& x : clean.citations)
    x.quote = without_controls(x.quote);
  for (auto& x : clean.sources) {
    x.title = without_controls(x.title);
    x.url = without_controls(x.url);
  }
  auto markdown = without_controls(without_sources(answer.markdown));
  if (markdown.empty())
    markdown = "# " + without_controls(row.request.question) + "\n";
  return setter{columns, colour}.set(markdown) + sources_text(clean, columns, colour);
}

} // namespace troupe
