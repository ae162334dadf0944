#include "gateway/cli/json_fields.hpp"

#include <cmath>

namespace troupe::cli {

json_view json_view::at(std::string_view key) const {
  simdjson::dom::element found;
  if (!present_ || element_.type() != simdjson::dom::element_type::OBJECT || element_.at_key(key).get(found))
    return {};
  return json_view{found};
}

std::string json_view::as_text() const {
  std::string_view s;
  return present_ && !element_.get_string().get(s) ? std::string{s} : std::string{};
}

std::uint64_t json_view::as_count() const {
  std::uint64_t n = 0;
  if (present_ && !element_.get_uint64().get(n))
    return n;
  auto x = as_number();
  return x > 0 && x < 1e18 ? static_cast<std::uint64_t>(x) : 0;
}

double json_view::as_number() const {
  double x = 0;
  return present_ && !element_.get_double().get(x) ? x : 0;
}

bool json_view::as_flag() const {
  bool x = false;
  return present_ && !element_.get_bool().get(x) && x;
}

std::vector<json_view> json_view::as_items() const {
  std::vector<json_view> out;
  simdjson::dom::array list;
  if (present_ && !element_.get_array().get(list))
    for (auto e : list)
      out.emplace_back(e);
  return out;
}

std::string json_view::json() const { return present_ ? simdjson::minify(element_) : "null"; }

bool json_document::parse(std::string_view text) {
  simdjson::dom::element e;
  if (parser_.parse(text.data(), text.size()).get(e)) {
    root_ = {};
    return false;
  }
  root_ = json_view{e};
  return true;
}

} // namespace troupe::cli
