#pragma once
/// Values on their way into a statement, in PostgreSQL's text form. Statements take many rows as arrays (`unnest`), so
/// that a group is a few statements however large, and go through PgBouncer in transaction mode without prepared ones.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::storage::postgres {

/// Bytes for a `bytea`.
struct bytes_view {
  std::string_view bytes;
};

/// Text as PostgreSQL takes it: what is no UTF-8, and the character 0, become U+FFFD.
std::string clean(std::string_view text);
/// `\x` and hexadecimal digits, and back; empty for anything else.
std::string encode_bytes(std::string_view bytes);
std::string decode_bytes(std::string_view text);

/// An array literal that grows, one of a statement's columns.
class array {
public:
  template <std::integral T>
  void add(T x) {
    append(std::to_string(x));
  }
  void add(bool x) { append(x ? "t" : "f"); }
  void add(std::string_view text) { quote(clean(text)); }
  void add(const std::string& text) { add(std::string_view{text}); }
  void add(const char* text) { add(std::string_view{text}); }
  void add(bytes_view x) { quote(encode_bytes(x.bytes)); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::string literal() const { return text_ + '}'; }

private:
  void append(std::string_view element);
  void quote(std::string_view element);

  std::string text_ = "{";
  std::size_t size_ = 0;
};

inline std::string parameter(std::string_view x) { return clean(x); }
inline std::string parameter(const std::string& x) { return clean(x); }
inline std::string parameter(const char* x) { return clean(x); }
inline std::string parameter(bytes_view x) { return encode_bytes(x.bytes); }
inline std::string parameter(const array& x) { return x.literal(); }
inline std::string parameter(bool x) { return x ? "t" : "f"; }
template <std::integral T>
std::string parameter(T x) {
  return std::to_string(x);
}

} // namespace troupe::storage::postgres
