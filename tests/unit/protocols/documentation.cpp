// docs/protocol.md and the code say the same: event types with their fields in order, and error codes.
#define CAF_SUITE documentation

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "protocols/json/fields.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

/// The names between backticks.
std::vector<std::string> in_backticks(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t at = 0; (at = text.find('`', at)) != std::string::npos;) {
    auto end = text.find('`', at + 1);
    if (end == std::string::npos)
      break;
    result.push_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return result;
}

/// Rows of the page's tables: first cell's name, second cell's text.
std::map<std::string, std::string> table_rows() {
  std::ifstream in{TROUPE_FIXTURES "/../../docs/protocol.md"};
  std::map<std::string, std::string> result;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::stringstream stream{line};
    for (std::string cell; std::getline(stream, cell, '|');)
      cells.push_back(cell);
    if (cells.size() >= 3 && in_backticks(cells[1]).size() == 1)
      result[in_backticks(cells[1])[0]] = cells[2];
  }
  return result;
}

struct names_of {
  std::vector<std::string> names;
  template <class T>
  void operator()(const char* name, T&) {
    names.emplace_back(name);
  }
  template <class T>
  void operator()(events::if_any field, T&) {
    names.emplace_back(field.name);
  }
};

template <std::size_t I = 0>
void each_event(const std::function<void(event_data)>& f) {
  if constexpr (I < std::variant_size_v<event_data>) {
    f(event_data{std::in_place_index<I>});
    each_event<I + 1>(f);
  }
}

} // namespace

CAF_TEST(every event and its fields are documented in order) {
  auto rows = table_rows();
  std::set<std::string> known;
  each_event([&](event_data x) {
    names_of visit;
    std::visit([&](auto& data) { fields(visit, data); }, x);
    CAF_CHECK_EQUAL(rows.count(type_name(x)), 1u);
    CAF_CHECK_EQUAL(in_backticks(rows[type_name(x)]), visit.names);
    known.insert(type_name(x));
  });
  for (auto& [name, ignored] : rows)
    if (name.find('.') != std::string::npos)
      CAF_CHECK_EQUAL(known.count(name), 1u);
}

CAF_TEST(every error code is documented and no other) {
  auto rows = table_rows();
  for (auto code = errc::invalid_argument; code <= errc::internal; code = static_cast<errc>(static_cast<int>(code) + 1))
    CAF_CHECK_EQUAL(rows.count(to_string(code)), 1u);
  for (auto& [name, ignored] : rows)
    if (name.find('.') == std::string::npos && name != "progress")
      CAF_CHECK(errc_from(name) != errc::internal || name == "internal");
}
