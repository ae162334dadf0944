// openapi.json is kept by hand; this holds it and the routes together.
#define CAF_SUITE gateway_openapi

#include <set>

#include "gateway/api/services.hpp"
#include "gateway/console/files.hpp"
#include "protocols/json/reader.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

std::string lower(std::string s) {
  for (auto& c : s)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return s;
}

const console_file* find_file(std::string_view path) {
  for (const auto& f : console_files())
    if (f.path == path)
      return &f;
  return nullptr;
}

} // namespace

CAF_TEST(every route is described and every description is a route) {
  auto s = std::make_shared<services>();
  s->bridge = std::make_shared<actor_bridge>();
  std::set<std::string> routes;
  auto all = make_routes(s);
  for (const auto& r : all.routes()) {
    bool page = r.pattern.starts_with("/research") || (find_file(r.pattern) && r.pattern != "/openapi.json");
    if (!page)
      routes.insert(lower(to_string(r.method)) + " " + r.pattern);
  }
  const auto* file = find_file("/openapi.json");
  CAF_REQUIRE(file != nullptr);
  auto json = parse_json(file->bytes);
  CAF_REQUIRE(json.has_value());
  std::set<std::string> described;
  simdjson::dom::object paths = (*json)->root["paths"];
  for (auto path : paths) {
    simdjson::dom::object methods = path.value;
    for (auto method : methods)
      described.insert(std::string{method.key} + " " + std::string{path.key});
  }
  for (const auto& r : routes)
    if (described.count(r) == 0)
      CAF_ERROR("not described: " + r);
  for (const auto& d : described)
    if (routes.count(d) == 0)
      CAF_ERROR("no such route: " + d);
}

CAF_TEST(the console loads nothing from elsewhere and runs nothing inline) {
  for (const auto& f : console_files()) {
    if (f.path == "/openapi.json")
      continue;
    for (const char* no : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "src=\"http",
                           "href=\"http", "@import", " onclick=\"", " style=\""})
      if (f.bytes.find(no) != std::string_view::npos)
        CAF_ERROR(std::string{f.path} + " holds " + no);
  }
  CAF_REQUIRE(find_file("/") != nullptr);
  CAF_CHECK(find_file("/")->bytes.find("<noscript>") != std::string_view::npos);
}
