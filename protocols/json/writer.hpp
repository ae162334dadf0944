#pragma once
/// One JSON writer for the whole engine: RapidJSON's, with strings made valid UTF-8 on the way out.

#include <cstdint>
#include <string>
#include <string_view>

// Without RAPIDJSON_SSE2: in 1.1.0 it lets U+001A to U+001F through as they are.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace troupe {

/// RapidJSON's, but for strings that need no escape, which it would write character by character.
class text_writer : public rapidjson::Writer<rapidjson::StringBuffer> {
public:
  using rapidjson::Writer<rapidjson::StringBuffer>::Writer;
  /// A string or a key. `s` is well-formed UTF-8.
  void text(std::string_view s);
};

/// Writes one JSON text. Calls follow the grammar: `begin_object().key("a").value(1).end_object()`; `str()` at the end.
class json_writer {
public:
  json_writer& begin_object() {
    out_.StartObject();
    return *this;
  }
  json_writer& end_object() {
    out_.EndObject();
    return *this;
  }
  json_writer& begin_array() {
    out_.StartArray();
    return *this;
  }
  json_writer& end_array() {
    out_.EndArray();
    return *this;
  }
  json_writer& key(std::string_view k) {
    out_.text(k);
    return *this;
  }
  json_writer& value(std::string_view s);
  json_writer& value(const char* s) { return value(std::string_view{s}); }
  json_writer& value(const std::string& s) { return value(std::string_view{s}); }
  json_writer& value(bool x) {
    out_.Bool(x);
    return *this;
  }
  json_writer& value(double x) {
    out_.Double(x);
    return *this;
  }
  json_writer& value(std::uint64_t x) {
    out_.Uint64(x);
    return *this;
  }
  json_writer& value(std::int64_t x) {
    out_.Int64(x);
    return *this;
  }
  json_writer& value(std::uint32_t x) {
    out_.Uint(x);
    return *this;
  }
  json_writer& value(std::int32_t x) {
    out_.Int(x);
    return *this;
  }
  json_writer& null() {
    out_.Null();
    return *this;
  }
  /// A value that is JSON already.
  json_writer& raw(std::string_view json) {
    out_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
  }
  template <class T>
  json_writer& field(std::string_view k, const T& x) {
    return key(k).value(x);
  }

  [[nodiscard]] std::string str() const { return {buffer_.GetString(), buffer_.GetSize()}; }

private:
  rapidjson::StringBuffer buffer_;
  text_writer out_{buffer_};
};

/// Whether `s` is well-formed UTF-8 (Unicode 15, table 3-7).
bool is_utf8(std::string_view s) noexcept;
/// `s` with each maximal ill-formed part replaced by U+FFFD.
std::string to_valid_utf8(std::string_view s);

} // namespace troupe
