// The third-party robots suites: 400 decisions, 4,231 files of real sites.
#define CAF_SUITE robots_suites

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include <simdjson.h>

#include "actors/scrape/robots_policy.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

namespace fs = std::filesystem;

std::optional<fs::path> suite(const char* name) {
  const char* root = std::getenv("TROUPE_TEST_DATA");
  if (root == nullptr) {
    std::cout << "skipped: " << name << ", TROUPE_TEST_DATA is not set\n";
    return std::nullopt;
  }
  return fs::path{root} / "robots" / name;
}

/// The suite's strings hold one byte a code point.
std::string bytes_of(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80)
      out += utf8[i];
    else
      out += static_cast<char>(((byte & 0x03) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
  }
  return out;
}

struct scratch_folder {
  fs::path path =
    fs::temp_directory_path() / ("troupe-robots-" + std::to_string(std::rand()) + "-" + std::to_string(getpid()));
  scratch_folder() { fs::create_directories(path); }
  ~scratch_folder() { fs::remove_all(path); }
};

} // namespace

CAF_TEST(all 400 decisions of the specification suite) {
  auto file = suite("spec.json");
  if (!file)
    return;
  simdjson::dom::parser parser;
  std::size_t right = 0;
  std::size_t cases = 0;
  simdjson::dom::array all = parser.load(file->string()).get_array().value();
  for (simdjson::dom::element x : all) {
    auto text = [&](const char* key) { return bytes_of(x[key].get_string().value()); };
    auto robots = text("robotstxt");
    auto decision = robots_policy::parse(robots, text("ua")).decide(text("url"));
    bool expected = x["allowed"].get_bool().value();
    ++cases;
    if (decision.allowed == expected)
      ++right;
    else
      std::cout << text("file") << " " << text("ua") << " " << text("url") << ": " << decision.explain() << "\n";
  }
  CAF_CHECK_EQUAL(cases, 400u);
  CAF_CHECK_EQUAL(right, 400u);
}

CAF_TEST(every real robots file is read) {
  auto archive = suite("robots-corpus.tar.xz");
  if (!archive)
    return;
  scratch_folder folder;
  auto command = "tar -xJf '" + archive->string() + "' -C '" + folder.path.string() + "'";
  CAF_REQUIRE_EQUAL(std::system(command.c_str()), 0);
  std::size_t files = 0;
  std::size_t rules = 0;
  std::size_t sitemaps = 0;
  for (const auto& entry : fs::recursive_directory_iterator{folder.path}) {
    if (!entry.is_regular_file())
      continue;
    std::ostringstream text;
    text << std::ifstream{entry.path(), std::ios::binary}.rdbuf();
    auto policy = robots_policy::parse(text.str(), "troupe");
    auto decision = policy.decide("http://example.org/some/page.html?with=query&and=more");
    if (!policy.rules().empty() && decision.line > 0)
      CAF_CHECK(!decision.rule.empty());
    ++files;
    rules += policy.rules().size();
    sitemaps += policy.sitemaps().size();
  }
  CAF_CHECK_EQUAL(files, 4231u);
  CAF_MESSAGE("rules: " << rules << ", sitemaps: " << sitemaps);
  CAF_CHECK(rules > 100000);
}
