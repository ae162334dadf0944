#include "protocols/json/event_json.hpp"

#include <charconv>
#include <ctime>

#include "protocols/json/fields.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe {

namespace {

struct encoder {
  json_writer& out;

  void operator()(const char* name, const std::string& x) { out.field(name, x); }
  void operator()(events::if_any field, const std::string& x) {
    if (!x.empty())
      out.field(field.name, x);
  }
  void operator()(const char* name, bool x) { out.field(name, x); }
  void operator()(const char* name, std::uint32_t x) { out.field(name, x); }
  void operator()(const char* name, std::uint64_t x) { out.field(name, x); }
  void operator()(const char* name, priority_class x) { out.field(name, to_string(x)); }
  void operator()(const char* name, research_phase x) { out.field(name, to_string(x)); }
  void operator()(const char* name, errc x) { out.field(name, to_string(x)); }
  void operator()(const char* name, const std::vector<std::string>& x) {
    out.key(name).begin_array();
    for (auto& s : x)
      out.value(s);
    out.end_array();
  }
  template <class Tag, class Rep>
  void operator()(const char* name, const strong<Tag, Rep>& x) {
    (*this)(name, x.value);
  }
};

struct decoder {
  field_reader in;

  void operator()(const char* name, std::string& x) { in.need(name).read(name, x, 64u << 20); }
  void operator()(events::if_any field, std::string& x) { in.read(field.name, x, 64u << 20); }
  void operator()(const char* name, bool& x) { in.need(name).read(name, x); }
  void operator()(const char* name, std::uint32_t& x) { in.need(name).read(name, x, 0u, UINT32_MAX); }
  void operator()(const char* name, std::uint64_t& x) { in.need(name).read(name, x, std::uint64_t{0}, UINT64_MAX); }
  void operator()(const char* name, priority_class& x) { named(name, x); }
  void operator()(const char* name, research_phase& x) { named(name, x); }
  void operator()(const char* name, errc& x) {
    std::string s;
    (*this)(name, s);
    x = errc_from(s);
  }
  void operator()(const char* name, std::vector<std::string>& x) { in.need(name).read(name, x, 100000, 1u << 20); }
  template <class Tag, class Rep>
  void operator()(const char* name, strong<Tag, Rep>& x) {
    (*this)(name, x.value);
  }
  template <class Enum>
  void named(const char* name, Enum& x) {
    std::string s;
    (*this)(name, s);
    if (in.ok() && !from_string(s, x))
      in.reject({errc::invalid_argument, "\"" + s + "\" is no value of \"" + name + "\"", {}});
  }
};

template <std::size_t I = 0>
bool make_alternative(const std::string& type, event_data& x) {
  if constexpr (I < std::variant_size_v<event_data>) {
    event_data candidate{std::in_place_index<I>};
    if (type == type_name(candidate)) {
      x = std::move(candidate);
      return true;
    }
    return make_alternative<I + 1>(type, x);
  } else {
    return false;
  }
}

} // namespace

std::string encode_data(const event_data& x) {
  json_writer out;
  out.begin_object();
  encoder visit{out};
  auto copy = x; // the field visitors take what they may also write to
  std::visit([&](auto& data) { fields(visit, data); }, copy);
  return out.end_object().str();
}

expected<event_data> decode_data(const std::string& type, const std::string& data) {
  event_data result;
  if (!make_alternative(type, result))
    return fail(errc::invalid_argument, "unknown event type \"" + type + "\"",
                "The log was written by a newer version.");
  auto parsed = parse_json_object(data);
  if (!parsed)
    return tl::make_unexpected(parsed.error());
  simdjson::dom::object object;
  if ((*parsed)->root.get(object) != simdjson::SUCCESS)
    return fail(errc::malformed_json, "event data is no object");
  decoder visit{field_reader{object}};
  std::visit([&](auto& alternative) { fields(visit, alternative); }, result);
  if (!visit.in.ok())
    return tl::make_unexpected(visit.in.failure());
  return result;
}

new_event make_event(timestamp at, const event_data& x) { return {at, type_name(x), encode_data(x)}; }

std::string encode_event(const event_record& x) {
  json_writer out;
  out.begin_object()
    .field("v", std::uint32_t{1})
    .field("seq", x.seq.value)
    .field("at", to_iso8601(x.at))
    .field("research_id", x.research.value)
    .field("type", x.type)
    .key("data")
    .raw(x.data)
    .end_object();
  return out.str();
}

std::string to_iso8601(timestamp at) {
  auto day = std::chrono::floor<std::chrono::days>(at);
  auto ms = std::chrono::floor<std::chrono::milliseconds>(at - day).count();
  std::chrono::year_month_day date{day}; // of 1677 to 2262: four digits
  std::string out = "0000-00-00T00:00:00.000Z";
  auto put = [&out](std::size_t end, std::int64_t x) {
    for (; x != 0; x /= 10)
      out[--end] = static_cast<char>('0' + x % 10);
  };
  put(4, static_cast<int>(date.year()));
  put(7, static_cast<unsigned>(date.month()));
  put(10, static_cast<unsigned>(date.day()));
  put(13, ms / 3'600'000);
  put(16, ms / 60'000 % 60);
  put(19, ms / 1000 % 60);
  put(23, ms % 1000);
  return out;
}

namespace {

/// Exactly `digits` digits and what follows them; takes them off `s`.
bool take_number(std::string_view& s, std::size_t digits, int& x) {
  if (s.size() < digits)
    return false;
  auto end = s.data() + digits;
  auto [stop, failure] = std::from_chars(s.data(), end, x);
  if (failure != std::errc{} || stop != end || s.front() == '-')
    return false;
  s.remove_prefix(digits);
  return true;
}

bool take(std::string_view& s, char c) {
  if (s.empty() || s.front() != c)
    return false;
  s.remove_prefix(1);
  return true;
}

/// `.123` to milliseconds; further digits are dropped. No fraction is none.
bool take_fraction(std::string_view& s, int& ms) {
  if (!take(s, '.'))
    return true;
  int weight = 100;
  std::size_t n = 0;
  for (; !s.empty() && s.front() >= '0' && s.front() <= '9' && n < 9; ++n, weight /= 10) {
    ms += (s.front() - '0') * weight;
    s.remove_prefix(1);
  }
  return n > 0;
}

/// `Z` or `+01:00`, as minutes east.
bool take_zone(std::string_view& s, int& minutes) {
  if (take(s, 'Z') || take(s, 'z'))
    return true;
  auto sign = s.empty() ? 0 : s.front() == '+' ? 1 : s.front() == '-' ? -1 : 0;
  if (sign == 0)
    return false;
  s.remove_prefix(1);
  int hours = 0;
  int rest = 0;
  if (!take_number(s, 2, hours) || !take(s, ':') || !take_number(s, 2, rest) || hours > 23 || rest > 59)
    return false;
  minutes = sign * (hours * 60 + rest);
  return true;
}

} // namespace

bool from_iso8601(const std::string& text, timestamp& at) {
  std::string_view s = text;
  std::tm utc{};
  int ms = 0;
  int east = 0;
  auto day = take_number(s, 4, utc.tm_year) && take(s, '-') && take_number(s, 2, utc.tm_mon) && take(s, '-')
             && take_number(s, 2, utc.tm_mday) && (take(s, 'T') || take(s, 't'));
  auto whole = day && take_number(s, 2, utc.tm_hour) && take(s, ':') && take_number(s, 2, utc.tm_min) && take(s, ':')
               && take_number(s, 2, utc.tm_sec) && take_fraction(s, ms) && take_zone(s, east) && s.empty();
  auto fits = utc.tm_year >= 1900 && utc.tm_year <= 2200 // our clock counts nanoseconds and ends in 2262
              && utc.tm_mon >= 1 && utc.tm_mon <= 12 && utc.tm_mday >= 1 && utc.tm_mday <= 31 && utc.tm_hour <= 23
              && utc.tm_min <= 59 && utc.tm_sec <= 60;
  if (!whole || !fits)
    return false;
  auto named = utc;
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  auto seconds = timegm(&utc); // what does not exist, such as 30 February, comes out as another day
  if (named.tm_sec < 60 && utc.tm_mday != named.tm_mday)
    return false;
  at = std::chrono::system_clock::from_time_t(seconds) + std::chrono::milliseconds{ms} - std::chrono::minutes{east};
  return true;
}

} // namespace troupe
