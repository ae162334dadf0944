#include "protocols/json/reader.hpp"

#include <algorithm>
#include <numeric>

#include "protocols/json/large_numbers.hpp"
#include "protocols/json/writer.hpp"

namespace troupe {

namespace {

constexpr std::size_t max_depth = 64;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <class Range>
std::string nearest_of(std::string_view word, const Range& candidates) {
  std::string best;
  auto best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  if (word.size() > 64)
    return best;
  for (std::string_view x : candidates)
    if (auto d = edit_distance(word, x); d < best_distance) {
      best_distance = d;
      best = x;
    }
  return best;
}

/// At most `limit` bytes of `s`, cut on a code-point boundary, for error messages.
std::string excerpt(std::string_view s, std::size_t limit = 60) {
  if (s.size() <= limit)
    return std::string{s};
  while (limit > 0 && (static_cast<unsigned char>(s[limit]) & 0xC0) == 0x80)
    --limit;
  return std::string{s.substr(0, limit)} + "…";
}

} // namespace

std::string nearest(std::string_view word, std::initializer_list<std::string_view> candidates) {
  return nearest_of(word, candidates);
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  return nearest_of(word, candidates);
}

expected<std::unique_ptr<json_document>> parse_json(std::string_view text) {
  if (!is_utf8(text))
    return fail(errc::invalid_utf8, "the body is not valid UTF-8", "Encode it as UTF-8.");
  auto result = std::make_unique<json_document>();
  if (result->parser.allocate(std::max<std::size_t>(text.size(), 64), max_depth) != simdjson::SUCCESS)
    return fail(errc::malformed_json, "the body can't be read as JSON", "Send one JSON object.");
  simdjson::padded_string padded{text};
  auto status = result->parser.parse(padded).get(result->root);
  if (status != simdjson::SUCCESS) { // simdjson's versions have different names for a number too large
    if (auto smaller = without_large_numbers(text); smaller != text) {
      padded = simdjson::padded_string{smaller};
      if (result->parser.allocate(std::max<std::size_t>(smaller.size(), 64), max_depth) == simdjson::SUCCESS)
        status = result->parser.parse(padded).get(result->root);
    }
  }
  if (status != simdjson::SUCCESS)
    return fail(errc::malformed_json, std::string{"the body is not JSON: "} + simdjson::error_message(status),
                "Send one JSON object.");
  return result;
}

expected<std::unique_ptr<json_document>> parse_json_object(std::string_view text) {
  auto result = parse_json(text);
  if (result && !(*result)->root.is_object())
    return fail(errc::invalid_argument, "the body is JSON but no object", "Send an object: { … }.");
  return result;
}

bool field_reader::find(std::string_view name, simdjson::dom::element& x) {
  return ok() && object_.at_key(name).get(x) == simdjson::SUCCESS && !x.is_null();
}

void field_reader::wrong(std::string_view name, std::string_view wanted) {
  auto field = std::string{name};
  reject({errc::invalid_argument, "\"" + field + "\" must be " + std::string{wanted},
          "Correct \"" + field + "\" and send it again."});
}

field_reader& field_reader::reject(error why) {
  if (ok())
    failure_ = std::move(why);
  return *this;
}

field_reader& field_reader::read(std::string_view name, std::string& x, std::size_t max_bytes) {
  simdjson::dom::element e;
  if (!find(name, e))
    return *this;
  std::string_view s;
  if (e.get(s) != simdjson::SUCCESS)
    wrong(name, "a string");
  else if (s.size() > max_bytes)
    wrong(name, "at most " + std::to_string(max_bytes) + " bytes long");
  else
    x = s;
  return *this;
}

field_reader& field_reader::read(std::string_view name, std::optional<std::string>& x, std::size_t max_bytes) {
  simdjson::dom::element e;
  if (find(name, e))
    read(name, x.emplace(), max_bytes);
  return *this;
}

field_reader& field_reader::read(std::string_view name, bool& x) {
  simdjson::dom::element e;
  if (find(name, e) && e.get(x) != simdjson::SUCCESS)
    wrong(name, "true or false");
  return *this;
}

field_reader& field_reader::read(std::string_view name, double& x) {
  simdjson::dom::element e;
  if (find(name, e) && e.get(x) != simdjson::SUCCESS)
    wrong(name, "a number");
  return *this;
}

field_reader& field_reader::read(std::string_view name, std::uint64_t& x, std::uint64_t low, std::uint64_t high) {
  simdjson::dom::element e;
  if (!find(name, e))
    return *this;
  std::uint64_t value = 0;
  if (e.get(value) != simdjson::SUCCESS || value < low || value > high)
    wrong(name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  else
    x = value;
  return *this;
}

field_reader& field_reader::read(std::string_view name, std::uint32_t& x, std::uint32_t low, std::uint32_t high) {
  std::uint64_t value = x;
  read(name, value, std::uint64_t{low}, std::uint64_t{high});
  x = static_cast<std::uint32_t>(value);
  return *this;
}

field_reader& field_reader::read(std::string_view name, std::vector<std::string>& x, std::size_t max_items,
                                 std::size_t max_bytes) {
  simdjson::dom::element e;
  if (!find(name, e))
    return *this;
  simdjson::dom::array items;
  if (e.get(items) != simdjson::SUCCESS) {
    wrong(name, "a list of strings");
    return *this;
  }
  std::vector<std::string> result;
  for (auto item : items) {
    std::string_view s;
    if (item.get(s) != simdjson::SUCCESS || s.empty() || s.size() > max_bytes) {
      wrong(name, "a list of strings of 1 to " + std::to_string(max_bytes) + " bytes");
      return *this;
    }
    if (result.size() == max_items) {
      wrong(name, "a list of at most " + std::to_string(max_items));
      return *this;
    }
    result.emplace_back(s);
  }
  x = std::move(result);
  return *this;
}

field_reader& field_reader::need(std::string_view name) {
  simdjson::dom::element e;
  if (ok() && object_.at_key(name).get(e) == simdjson::SUCCESS && e.is_null())
    wrong(name, "given a value, not null");
  else if (ok() && !find(name, e))
    reject({errc::invalid_argument, "\"" + std::string{name} + "\" is missing", "Add it and send it again."});
  return *this;
}

field_reader& field_reader::only(std::initializer_list<std::string_view> known) {
  std::vector<std::string_view> seen;
  for (auto [key, value] : object_) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      auto near = nearest(key, known);
      return reject({errc::unknown_field, "unknown field \"" + excerpt(key) + "\"",
                     near.empty() ? "Take it out." : "Did you mean \"" + near + "\"?"});
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      return reject({errc::invalid_argument, "\"" + std::string{key} + "\" is given twice", "Give it once."});
    seen.push_back(key);
  }
  return *this;
}

} // namespace troupe
