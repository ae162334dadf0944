// Bodies from the big third-party suites: nothing malformed is accepted, everything else comes back byte for byte.
#define CAF_SUITE gateway_bodies

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "client.hpp"
#include "fake_engine.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

std::string slurp(const std::filesystem::path& p) {
  std::ifstream in{p, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

const char* data_folder(const char* suite) {
  const char* folder = std::getenv("TROUPE_TEST_DATA");
  if (folder == nullptr)
    std::cout << "skipped: " << suite << ": TROUPE_TEST_DATA is not set\n";
  return folder;
}

} // namespace

CAF_TEST(no malformed or wrongly shaped JSON is accepted) {
  const auto* data = data_folder("JSONTestSuite");
  if (data == nullptr)
    return;
  fake_engine engine;
  std::size_t files = 0;
  for (const auto& f : std::filesystem::directory_iterator{std::filesystem::path{data} / "json/test_parsing"}) {
    client c{engine.port()};
    auto a = c.post("/api/v1/research", slurp(f.path()));
    if (a.status != 400) // none of the suite's documents is a request, so the y_ and i_ ones are refused too
      CAF_ERROR(f.path().filename().string() + " got " + std::to_string(a.status));
    if (a.body.find("\"code\":\"") == std::string::npos)
      CAF_ERROR(f.path().filename().string() + " got no problem");
    ++files;
  }
  CAF_CHECK(files > 300);
  CAF_CHECK(engine.store->accepted.empty());
}

CAF_TEST(naughty strings come back byte for byte) {
  const auto* data = data_folder("blns");
  if (data == nullptr)
    return;
  fake_engine engine;
  client c{engine.port()};
  auto list = parse_json(slurp(std::filesystem::path{data} / "strings/blns.json"));
  CAF_REQUIRE(list.has_value());
  std::size_t accepted = 0;
  for (auto item : (*list)->root.get_array()) {
    std::string_view naughty = item;
    auto a = c.post("/api/v1/research", json_writer{}.begin_object().field("question", naughty).end_object().str());
    if (a.status == 400) {
      CAF_CHECK(a.body.find("\"advice\":") != std::string::npos);
      continue;
    }
    CAF_REQUIRE_EQUAL(a.status, 202u);
    ++accepted;
    auto back = parse_json(c.get(a.headers["location"]).body);
    CAF_REQUIRE(back.has_value());
    CAF_CHECK_EQUAL(std::string{(*back)->root["question"].get_string().value()}, std::string{naughty});
  }
  CAF_CHECK(accepted > 400);
}

CAF_TEST(bodies with a mistake are told which) {
  fake_engine engine;
  client c{engine.port()};
  auto code = [&](const std::string& body) {
    auto a = c.post("/api/v1/research", body);
    CAF_CHECK_EQUAL(a.status, 400u);
    auto at = a.body.find("\"code\":\"") + 8;
    return a.body.substr(at, a.body.find('"', at) - at);
  };
  CAF_CHECK_EQUAL(code(""), "malformed_json");
  CAF_CHECK_EQUAL(code("{\"question\":\"q\""), "malformed_json");
  CAF_CHECK_EQUAL(code("{\"question\":\"\xff\"}"), "invalid_utf8");
  CAF_CHECK_EQUAL(code("{\"question\":\"q\",\"qestion\":1}"), "unknown_field");
  CAF_CHECK_EQUAL(code("{\"question\":7}"), "invalid_argument");
  CAF_CHECK_EQUAL(c.post("/api/v1/research", "{\"question\":\"q\"}", "text/plain").status, 415u);
}

CAF_TEST(documents are taken as addresses and as uploads) {
  auto folder = std::filesystem::temp_directory_path() / ("troupe-uploads-" + std::to_string(::getpid()));
  gateway_options o;
  o.uploads = folder;
  fake_engine engine{o};
  client c{engine.port()};
  auto by_url = c.post("/api/v1/documents", "{\"urls\":[\"http://x/\"],\"collection\":\"c\",\"depth\":1}");
  CAF_CHECK_EQUAL(by_url.status, 202u);
  auto& asked = engine.store->accepted.at(0).request;
  CAF_CHECK(asked.kind == research_kind::ingest && asked.depth == 1 && asked.collections.at(0).value == "c");
  auto upload =
    c.post("/api/v1/documents?collection=c&name=..%2Fnotes", "# Caf\xc3\xa9", "text/markdown; charset=utf-8");
  CAF_REQUIRE_EQUAL(upload.status, 202u);
  std::filesystem::path path = engine.store->accepted.at(1).request.paths.at(0);
  CAF_CHECK_EQUAL(path.filename().string(), "notes.md");
  CAF_CHECK_EQUAL(path.parent_path().parent_path().string(), folder.string());
  CAF_CHECK_EQUAL(slurp(path), "# Caf\xc3\xa9");
  CAF_CHECK_EQUAL(c.post("/api/v1/documents", "x", "text/plain").status, 400u);
  CAF_CHECK_EQUAL(c.post("/api/v1/documents?collection=c", "x", "image/png").status, 415u);
  CAF_CHECK_EQUAL(c.post("/api/v1/documents", "{\"collection\":\"c\"}").status, 400u);
  CAF_CHECK_EQUAL(c.post("/api/v1/documents", "{\"collection\":\"c\",\"paths\":[\"/etc\"]}").status, 403u);
  engine.store->full = true;
  CAF_CHECK_EQUAL(c.post("/api/v1/documents?collection=c", "x", "text/plain").status, 429u);
  auto left = std::distance(std::filesystem::directory_iterator{folder}, {});
  CAF_CHECK_EQUAL(left, 1); // what nobody accepted is not kept
  std::filesystem::remove_all(folder);
}
