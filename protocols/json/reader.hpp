#pragma once
/// Reading JSON strictly: simdjson's errors as ours, fields by name with their types checked.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "protocols/error.hpp"

namespace troupe {

/// A parsed document that owns its memory. `root` is valid while it lives.
struct json_document {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
};

/// Parses `text` (copied and padded). `invalid_utf8` and `malformed_json` say so; nesting is limited to 64 levels.
expected<std::unique_ptr<json_document>> parse_json(std::string_view text);
/// The same, and the root must be an object.
expected<std::unique_ptr<json_document>> parse_json_object(std::string_view text);

/// Reads the fields of one object; the first mistake is kept, later reads do nothing.
class field_reader {
public:
  explicit field_reader(simdjson::dom::object object) : object_(object) {}

  /// Absent fields leave `x` alone, unless required by `need`. `null` counts as absent.
  field_reader& read(std::string_view name, std::string& x, std::size_t max_bytes = 1u << 20);
  field_reader& read(std::string_view name, std::optional<std::string>& x, std::size_t max_bytes);
  field_reader& read(std::string_view name, bool& x);
  field_reader& read(std::string_view name, double& x);
  field_reader& read(std::string_view name, std::uint64_t& x, std::uint64_t low, std::uint64_t high);
  field_reader& read(std::string_view name, std::uint32_t& x, std::uint32_t low, std::uint32_t high);
  field_reader& read(std::string_view name, std::vector<std::string>& x, std::size_t max_items, std::size_t max_bytes);
  field_reader& need(std::string_view name);
  /// Any field not in `known`, or one given twice, is a mistake: `unknown_field`, naming the nearest known one.
  field_reader& only(std::initializer_list<std::string_view> known);
  /// Records a mistake of the caller's own check.
  field_reader& reject(error why);

  [[nodiscard]] bool ok() const { return failure_.code == errc::none; }
  [[nodiscard]] const error& failure() const { return failure_; }
  [[nodiscard]] simdjson::dom::object object() const { return object_; }

private:
  bool find(std::string_view name, simdjson::dom::element& x);
  void wrong(std::string_view name, std::string_view wanted);

  simdjson::dom::object object_;
  error failure_{errc::none, {}, {}};
};

/// Reads one object into a `T`; `read(field_reader&, T&)` says which fields.
template <class T, class Read>
expected<T> read_object(std::string_view json, Read&& read) {
  auto parsed = parse_json_object(json);
  if (!parsed)
    return tl::make_unexpected(parsed.error());
  simdjson::dom::object object;
  if ((*parsed)->root.get(object) != simdjson::SUCCESS)
    return fail(errc::malformed_json, "the body is no object", "Send an object: { … }.");
  field_reader in{object};
  T result;
  read(in, result);
  if (!in.ok())
    return tl::make_unexpected(in.failure());
  return result;
}

/// The candidate nearest to `word` by edit distance, empty when none is near (at most a third of its length away).
std::string nearest(std::string_view word, std::initializer_list<std::string_view> candidates);
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace troupe
