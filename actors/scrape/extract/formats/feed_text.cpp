#include "actors/scrape/extract/formats/feed_text.hpp"

#include <sstream>
#include <unordered_set>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/calendar_date.hpp"
#include "actors/scrape/extract/charset.hpp"
#include "actors/scrape/extract/formats/xml_part.hpp"
#include "actors/scrape/extract/html_blocks.hpp"
#include "actors/scrape/extract/html_tree.hpp"
#include "actors/scrape/extract/language.hpp"
#include "actors/scrape/extract/page_links.hpp"
#include "actors/scrape/extract/page_survey.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_entries = 5000;
constexpr std::size_t most_tree = 96u << 20;
constexpr std::size_t longest_line = 500; ///< of a title or name

std::string line_of(const pugi::xml_node& x) {
  auto text = text_below(x);
  if (text.find('<') == text.npos && text.find('&') == text.npos)
    return collapse(clip(text, longest_line));
  auto tree = html_tree::parse(std::string{clip(text, 4 * longest_line)}); // titles may hold markup, escaped once more
  return collapse(clip(tree.text_of(0), longest_line));
}

std::string first_line(const pugi::xml_node& x, std::initializer_list<std::string_view> names) {
  for (auto name : names)
    if (auto said = line_of(child_of(x, name)); !said.empty())
      return said;
  return {};
}

/// RSS: the text of `link`. Atom: the `href` of the first one that leads to the page itself.
std::string address_of(const pugi::xml_node& entry, const url& base) {
  for (auto& x : entry.children()) {
    if (local_name(x) != "link")
      continue;
    auto kind = attribute_of(x, "rel");
    auto href = attribute_of(x, "href");
    if (kind.empty() || kind == "alternate")
      if (auto address = resolve_link(href.empty() ? text_below(x) : href, base))
        return *address;
  }
  return {};
}

/// The HTML that an entry carries: the whole text where there is one, else its summary.
std::string html_of(const pugi::xml_node& entry) {
  for (auto name : {"encoded", "content", "description", "summary"})
    if (auto x = child_of(entry, name)) {
      auto inline_markup = x.find_child([](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
      if (inline_markup && attribute_of(x, "type") == "xhtml") {
        std::ostringstream markup;
        inline_markup.print(markup, "", pugi::format_raw);
        return repair_utf8(markup.str());
      }
      if (auto text = text_below(x); !trim(text).empty())
        return text;
    }
  return {};
}

class feed_writer {
public:
  feed_writer(const url& base, block_writer& out, file_facts& facts) : base_(base), out_(out), facts_(facts) {}

  void heading(const std::string& text, std::uint8_t level) {
    out_.open_block(block_kind::heading, level);
    out_.text(text);
    out_.close_block();
  }

  void entry(const pugi::xml_node& x) {
    auto title = first_line(x, {"title"});
    auto address = address_of(x, base_);
    heading(title, 2);
    add_link({address, std::string{clip(title, 256)}, {}, false, true});
    auto line = calendar_date(first_line(x, {"published", "pubDate", "date", "updated"}));
    auto author = child_of(x, "author");
    auto name = author ? first_line(author, {"name"}) : std::string{};
    if (name.empty())
      name = author && !child_of(author, "name") ? line_of(author) : first_line(x, {"creator"});
    if (!name.empty())
      line += (line.empty() ? "" : ", ") + name;
    out_.open_block(block_kind::paragraph);
    out_.text(line);
    out_.close_block();
    content(html_of(x), address);
  }

private:
  void content(std::string html, const std::string& address) {
    if (html.empty())
      return;
    auto tree = html_tree::parse(std::move(html));
    page_survey survey{tree};
    auto own = parse_url(address);
    const auto& base = own ? *own : base_;
    write_blocks(
      survey, survey.body(), [&base](auto href) { return resolve_link(href, base).value_or(""); }, out_);
    for (auto& x : read_links(survey, survey.body(), base))
      add_link(std::move(x));
  }

  void add_link(link x) {
    if (!x.url.empty() && facts_.links.size() < most_links && known_.insert(x.url).second)
      facts_.links.push_back(std::move(x));
  }

  const url& base_;
  block_writer& out_;
  file_facts& facts_;
  std::unordered_set<std::string> known_;
};

} // namespace

bool looks_like_feed(std::string_view text) {
  text = text.substr(0, 2048);
  for (std::string_view mark : {"<rss", "<feed", "<rdf:rdf"})
    if (auto at = find_ignoring_case(text, mark); at != text.npos) {
      auto next = text.substr(at + mark.size(), 1);
      if (next.empty() || is_space(next[0]) || next[0] == '>')
        return true;
    }
  return false;
}

expected<file_facts> write_feed(std::string_view bytes, std::string_view charset, const url& base, block_writer& out) {
  auto parsed = xml_part::parse(bytes, most_tree, charset);
  if (!parsed)
    return tl::make_unexpected(parsed.error());
  auto root = parsed->root();
  auto channel = child_of(root, "channel");
  auto head = channel ? channel : root;
  file_facts facts;
  facts.title = first_line(head, {"title"});
  facts.language = primary_language(first_line(head, {"language"}));
  if (facts.language.empty())
    facts.language = primary_language(attribute_of(root, "lang"));
  feed_writer writer{base, out, facts};
  writer.heading(facts.title, 1);
  out.open_block(block_kind::paragraph);
  out.text(first_line(head, {"description", "subtitle"}));
  out.close_block();
  std::size_t entries = 0;
  for (auto& parent : {head, channel ? root : pugi::xml_node{}}) // RSS 1.0 has its items beside the channel
    for (auto& x : parent.children())
      if ((local_name(x) == "item" || local_name(x) == "entry") && entries < most_entries
          && out.written().size() < most_file_text) {
        ++entries;
        writer.entry(x);
      }
  return facts;
}

} // namespace troupe
