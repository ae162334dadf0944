#include "actors/scrape/extract/structured_data.hpp"

#include <unordered_map>

#include "actors/scrape/extract/ascii.hpp"
#include "actors/scrape/extract/html_entities.hpp"
#include "protocols/json/reader.hpp"

namespace troupe {

namespace {

using simdjson::dom::element;

constexpr int most_scripts = 16;
constexpr std::size_t longest_script = 2u << 20; ///< bytes
constexpr int most_elements = 4096;              ///< looked at in one script
constexpr std::size_t most_authors = 8;

std::string_view string_of(const element& x) {
  std::string_view value;
  return x.get_string().get(value) == simdjson::SUCCESS ? value : std::string_view{};
}

std::string_view field(const element& x, std::string_view name) {
  element value;
  return x.at_key(name).get(value) == simdjson::SUCCESS ? string_of(value) : std::string_view{};
}

/// Control characters become spaces: line ends inside of strings are a frequent mistake, and escapes can hide U+0000.
std::string without_controls(std::string_view x, std::string_view kept = {}) {
  std::string out{x};
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 && kept.find(c) == kept.npos)
      c = ' ';
  return out;
}

/// Character references have no place in JSON, and are found there all the same.
std::string plain(std::string_view x) {
  std::string decoded;
  append_decoded(decoded, without_controls(x), false);
  return collapse(decoded);
}

/// `isAccessibleForFree` says no, as a boolean or in words.
bool is_paid(const element& x) {
  element free;
  if (x.at_key("isAccessibleForFree").get(free) != simdjson::SUCCESS)
    return false;
  bool value = true;
  if (free.get(value) == simdjson::SUCCESS)
    return !value;
  return find_ignoring_case(string_of(free), "false") != std::string_view::npos;
}

bool names_article(std::string_view type) {
  for (std::string_view end : {"Article", "Posting", "Reportage", "Review"})
    if (type.size() >= end.size() && equals_ignoring_case(type.substr(type.size() - end.size()), lower_case(end)))
      return true;
  return false;
}

bool names_organisation(std::string_view type) {
  return type.ends_with("Organization") || type.ends_with("Corporation") || type == "Brand";
}

template <class Test>
bool has_type(const element& x, Test test) {
  element type;
  if (x.at_key("@type").get(type) != simdjson::SUCCESS)
    return false;
  simdjson::dom::array types;
  if (type.get(types) != simdjson::SUCCESS)
    return test(string_of(type));
  for (auto one : types)
    if (test(string_of(one)))
      return true;
  return false;
}

bool is_article(const element& x) { return has_type(x, names_article); }
bool is_organisation(const element& x) {
  return has_type(x, names_organisation) && !has_type(x, [](std::string_view type) { return type == "Person"; });
}

class article_reader {
public:
  void read(const element& x, int depth = 0) {
    constexpr int deepest = 8;
    if (depth > deepest || --budget_ < 0)
      return;
    simdjson::dom::array items;
    simdjson::dom::object fields;
    if (x.get(items) == simdjson::SUCCESS) {
      for (auto one : items)
        read(one, depth + 1);
    } else if (x.get(fields) == simdjson::SUCCESS) {
      note_node(x);
      if (is_paid(x))
        take_paid(x);
      if (is_article(x))
        take(x);
      if (other_date_.empty())
        other_date_ = field(x, "datePublished");
      for (auto [name, value] : fields)
        if (value.is_object() || value.is_array())
          read(value, depth + 1);
    }
  }

  void next_script() { budget_ = most_elements; }

  structured_article finish() {
    name_authors();
    if (bodies_ != 1)
      found_.body.clear();
    if (found_.published.empty())
      found_.published = std::move(other_date_);
    return std::move(found_);
  }

private:
  void take(const element& x) {
    if (auto body = field(x, "articleBody");
        !body.empty() && (bodies_ == 0 || without_controls(body, "\n") != found_.body)) {
      ++bodies_;
      found_.body = without_controls(body, "\n");
    }
    if (found_.headline.empty())
      found_.headline = plain(field(x, "headline"));
    if (found_.published.empty())
      found_.published = plain(field(x, "datePublished"));
    element author;
    if (authors_.empty() && x.at_key("author").get(author) == simdjson::SUCCESS)
      add_author(author);
    if (element publisher; found_.publisher.empty() && x.at_key("publisher").get(publisher) == simdjson::SUCCESS)
      found_.publisher = plain(field(publisher, "name"));
  }

  /// An article, or a part of one with the selector of its element.
  void take_paid(const element& x) {
    constexpr std::size_t most_parts = 8;
    found_.paid = found_.paid || is_article(x);
    element selectors;
    simdjson::dom::array several;
    if (x.at_key("cssSelector").get(selectors) != simdjson::SUCCESS)
      return;
    if (selectors.get(several) == simdjson::SUCCESS) {
      for (auto one : several)
        add_selector(string_of(one), most_parts);
    } else {
      add_selector(string_of(selectors), most_parts);
    }
  }

  /// The last name in it: of `main .story .paid`, what is paid is `.paid`.
  void add_selector(std::string_view x, std::size_t most) {
    constexpr std::size_t longest = 100;
    auto mark = x.find_last_of(".#");
    if (mark == x.npos || x.size() > longest || found_.paid_parts.size() >= most)
      return;
    auto name = x.substr(mark + 1);
    name = name.substr(0, name.find_first_of(" >+~:[,"));
    if (!name.empty())
      found_.paid_parts.push_back(x[mark] + std::string{name});
  }

  void add_author(const element& x, int depth = 0) {
    if (simdjson::dom::array several; depth == 0 && x.get(several) == simdjson::SUCCESS) {
      for (auto one : several)
        add_author(one, 1);
      return;
    }
    if (authors_.size() >= most_authors)
      return;
    if (!x.is_object()) {
      authors_.push_back({plain(string_of(x)), {}, false});
      return;
    }
    element name;
    simdjson::dom::array names;
    if (x.at_key("name").get(name) == simdjson::SUCCESS && name.get(names) == simdjson::SUCCESS) {
      for (auto one : names)
        add_author(one, 1);
      return;
    }
    authors_.push_back({plain(field(x, "name")), std::string{field(x, "@id")}, is_organisation(x)});
  }

  /// Names of a graph's nodes, to which authors may refer by `@id` before or after.
  void note_node(const element& x) {
    constexpr std::size_t most_nodes = 256;
    auto id = field(x, "@id");
    auto name = field(x, "name");
    if (!id.empty() && !name.empty() && nodes_.size() < most_nodes)
      nodes_.try_emplace(std::string{id}, named{plain(name), {}, is_organisation(x)});
  }

  void name_authors() {
    for (auto& x : authors_) {
      if (auto at = nodes_.find(x.id); x.name.empty() && at != nodes_.end())
        x = at->second;
      if (!x.name.empty())
        (x.organisation ? found_.organisations : found_.authors).push_back(std::move(x.name));
    }
  }

  struct named {
    std::string name;
    std::string id; ///< of the node that has the name
    bool organisation = false;
  };
  std::vector<named> authors_; ///< of the first article that names any
  std::unordered_map<std::string, named> nodes_;
  structured_article found_;
  std::string other_date_; ///< of anything else
  int bodies_ = 0;
  int budget_ = most_elements;
};

/// Of a script, without the marks that hide it from readers of XML.
std::string_view unwrapped(std::string_view x) {
  constexpr std::string_view open = "<![CDATA[";
  constexpr std::size_t comment_mark = 8;
  x = trim(x);
  if (auto at = x.find(open); at <= comment_mark) {
    x.remove_prefix(at + open.size());
    x = x.substr(0, x.rfind("]]>"));
    while (x.ends_with('/') || x.ends_with('*') || x.ends_with('\n'))
      x.remove_suffix(1);
  }
  return trim(x);
}

} // namespace

structured_article read_structured_data(std::string_view html) {
  article_reader reader;
  std::size_t at = 0;
  constexpr std::string_view kind = "application/ld";
  // From its rarest character on, which is quicker to find.
  for (int n = 0; n < most_scripts && (at = html.find("+json", at)) != html.npos;) {
    auto declared = html.substr(0, at++).ends_with(kind);
    if (!declared)
      continue;
    ++n;
    auto start = html.find('>', at);
    if (start == html.npos)
      break;
    auto end = std::min(find_ignoring_case(html, "</script", start), html.size());
    at = end;
    auto text = unwrapped(html.substr(start + 1, end - start - 1));
    if (text.size() > longest_script)
      continue;
    if (auto parsed = parse_json(without_controls(text))) {
      reader.next_script();
      reader.read((*parsed)->root);
    }
  }
  return reader.finish();
}

} // namespace troupe
