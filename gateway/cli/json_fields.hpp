#pragma once
/// Answers of the server as the command line reads them: a field that is absent or of another type is empty, since
/// fields are only ever added and a newer server must not break an older client.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace troupe::cli {

/// A value inside a `json_document`, valid as long as that.
class json_view {
public:
  json_view() = default;
  explicit json_view(simdjson::dom::element e) : element_(e), present_(true) {}

  [[nodiscard]] bool present() const noexcept { return present_; }
  /// The member of an object; absent when there is none.
  [[nodiscard]] json_view at(std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view key) const { return at(key).as_text(); }
  [[nodiscard]] std::uint64_t count(std::string_view key) const { return at(key).as_count(); }
  [[nodiscard]] double number(std::string_view key) const { return at(key).as_number(); }
  [[nodiscard]] bool flag(std::string_view key) const { return at(key).as_flag(); }
  /// The elements of the array at `key`; none when it is no array.
  [[nodiscard]] std::vector<json_view> items(std::string_view key) const { return at(key).as_items(); }

  [[nodiscard]] std::string as_text() const;
  [[nodiscard]] std::uint64_t as_count() const;
  [[nodiscard]] double as_number() const;
  [[nodiscard]] bool as_flag() const;
  [[nodiscard]] std::vector<json_view> as_items() const;
  /// The value as JSON again.
  [[nodiscard]] std::string json() const;

private:
  simdjson::dom::element element_;
  bool present_ = false;
};

/// Owns one parsed text.
class json_document {
public:
  /// Whether `text` is JSON.
  bool parse(std::string_view text);
  [[nodiscard]] json_view root() const { return root_; }

private:
  simdjson::dom::parser parser_;
  json_view root_;
};

} // namespace troupe::cli
