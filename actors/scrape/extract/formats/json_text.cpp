#include "actors/scrape/extract/formats/json_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <vector>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t deepest = 64;
constexpr std::size_t largest = 8u << 20;  ///< simdjson's tape takes up to 16 times a file of short numbers
constexpr std::size_t longest_cell = 200;  ///< bytes: what is longer makes its record a section
constexpr std::ptrdiff_t fewest_words = 5; ///< of a sentence
constexpr std::size_t most_columns = 32;
constexpr std::size_t longest_key = 80;
constexpr std::size_t longest_path = 240; ///< of keys; more is the same for all that is below

bool is_container(const dom::element& x) { return x.is_array() || x.is_object(); }

std::string without_nul(std::string_view x) {
  std::string out{x};
  std::erase(out, '\0');
  return out;
}

/// Numbers as they are written: 0.1 stays 0.1.
std::string words_of(const dom::element& x) {
  std::string_view text;
  if (x.get(text) == simdjson::SUCCESS)
    return without_nul(text);
  return x.is_null() ? std::string{} : simdjson::minify(x);
}

std::string below(const std::string& path, std::string_view key) {
  auto name = without_nul(clip(key, longest_key));
  return path.empty() ? name : path.size() > longest_path ? path : path + " > " + name;
}

bool is_records(const dom::array& x) {
  return x.begin() != x.end()
         && std::all_of(x.begin(), x.end(), [](const dom::element& item) { return item.is_object(); });
}

bool is_plain(const dom::array& x) { return std::none_of(x.begin(), x.end(), is_container); }

/// What an object calls itself.
std::string named(const dom::element& x) {
  for (auto key : {"title", "name", "headline"})
    if (std::string_view said; x.at_key(key).get(said) == simdjson::SUCCESS && !trim(said).empty())
      return collapse(without_nul(clip(said, 500)));
  return {};
}

/// A text rather than a word: long, or a sentence.
bool is_text(std::string_view x) {
  x = trim(x);
  auto words = 1 + std::count(x.begin(), x.end(), ' ');
  return x.size() > longest_cell
         || (words >= fewest_words && (x.ends_with('.') || x.ends_with('!') || x.ends_with('?')));
}

bool is_prose(const dom::element& record) {
  dom::object fields;
  return record.get(fields) == simdjson::SUCCESS
         && std::any_of(fields.begin(), fields.end(), [](const dom::key_value_pair& field) {
              std::string_view text;
              return field.value.get(text) == simdjson::SUCCESS && is_text(text);
            });
}

class json_writer_of_text {
public:
  explicit json_writer_of_text(block_writer& out) : out_(out) {}

  void value(const dom::element& x, const std::string& path) {
    if (full())
      return;
    dom::object object;
    dom::array array;
    if (x.get(object) == simdjson::SUCCESS) {
      for (auto field : object)
        value(field.value, below(path, field.key));
    } else if (x.get(array) != simdjson::SUCCESS) {
      line(path, words_of(x));
    } else if (is_records(array)) {
      records(array, path);
    } else if (is_plain(array)) {
      line(path, joined(array));
    } else {
      for (auto item : array)
        value(item, path);
    }
  }

private:
  [[nodiscard]] bool full() const { return out_.written().size() > most_file_text; }

  static std::string joined(const dom::array& x) {
    std::string out;
    for (auto item : x)
      if (auto words = words_of(item); !words.empty())
        out += (out.empty() ? "" : ", ") + words;
    return out;
  }

  void line(const std::string& path, const std::string& words) {
    if (trim(words).empty())
      return;
    auto text = is_text(words);
    if (text) // reads as sentences only without a key in front of it
      heading(path, 4);
    out_.open_block(block_kind::paragraph);
    if (!path.empty() && !text)
      out_.text(path + ": ");
    out_.text(words);
    out_.close_block();
  }

  void records(const dom::array& x, const std::string& path) {
    heading(path, 2);
    std::vector<std::string> columns;
    auto bounded = true;
    for (auto record : x)
      bounded = bounded && add_columns(record, {}, columns);
    if (!bounded || std::any_of(x.begin(), x.end(), is_prose))
      return sections(x);
    out_.open_table();
    row(columns);
    for (auto record : x) {
      if (full())
        break;
      std::vector<std::string> cells(columns.size());
      add_cells(record, {}, columns, cells);
      row(cells);
    }
    out_.close_table();
  }

  void row(const std::vector<std::string>& cells) {
    out_.open_block(block_kind::table_row);
    for (auto& cell : cells) {
      out_.next_cell();
      out_.text(cell);
    }
    out_.close_block();
  }

  void heading(const std::string& text, std::uint8_t level) {
    out_.open_block(block_kind::heading, level);
    out_.text(text);
    out_.close_block();
  }

  void sections(const dom::array& x) {
    for (auto record : x) {
      heading(named(record), 3);
      value(record, {});
    }
  }

  /// The columns that a record needs, in the order they come; false when there are too many for a table.
  static bool add_columns(const dom::element& x, const std::string& path, std::vector<std::string>& columns) {
    dom::object object;
    if (x.get(object) != simdjson::SUCCESS) {
      if (std::find(columns.begin(), columns.end(), path) == columns.end())
        columns.push_back(path);
      dom::array array;
      return columns.size() <= most_columns && (x.get(array) != simdjson::SUCCESS || is_plain(array));
    }
    return std::all_of(object.begin(), object.end(), [&](const dom::key_value_pair& field) {
      return add_columns(field.value, below(path, field.key), columns);
    });
  }

  static void add_cells(const dom::element& x, const std::string& path, const std::vector<std::string>& columns,
                        std::vector<std::string>& cells) {
    dom::object object;
    dom::array array;
    if (x.get(object) == simdjson::SUCCESS)
      for (auto field : object)
        add_cells(field.value, below(path, field.key), columns, cells);
    else if (auto at = std::find(columns.begin(), columns.end(), path); at != columns.end())
      cells[static_cast<std::size_t>(at - columns.begin())] =
        x.get(array) == simdjson::SUCCESS ? joined(array) : words_of(x);
  }

  block_writer& out_;
};

} // namespace

expected<file_facts> write_json_text(std::string_view text, block_writer& out) {
  if (text.size() > largest)
    return fail(errc::too_large, "the JSON file is larger than 8 MiB", "Split it.");
  dom::parser parser;
  auto failed = parser.allocate(std::max<std::size_t>(text.size(), 64), deepest);
  dom::element root;
  if (failed == simdjson::SUCCESS)
    failed = parser.parse(text.data(), text.size()).get(root);
  if (failed != simdjson::SUCCESS)
    return fail(errc::unreadable,
                failed == simdjson::DEPTH_ERROR ? "the JSON file is nested too deep"
                                                : "the file is not well-formed JSON",
                "Check it with a JSON validator.");
  json_writer_of_text writer{out};
  writer.value(root, {});
  out.close_block();
  file_facts facts;
  if (root.is_object())
    facts.title = named(root);
  return facts;
}

} // namespace troupe
