// Configuration: file, then environment; mistakes name the line and the nearest key.
#define CAF_SUITE config

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "actors/node/config.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

struct fixture {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("troupe-config-" + std::to_string(getpid()));

  fixture() {
    std::filesystem::create_directories(folder);
    for (auto name : {"ENVIRONMENT", "LOG_LEVEL", "WORKER_CONCURRENCY"})
      unsetenv(name);
  }
  ~fixture() {
    std::filesystem::remove_all(folder);
    for (auto name : {"ENVIRONMENT", "LOG_LEVEL", "WORKER_CONCURRENCY"})
      unsetenv(name);
  }
  expected<node_config> load(const std::string& text) {
    std::ofstream{folder / "troupe.toml"} << text;
    return load_config(folder / "troupe.toml");
  }
  std::string complaint(const std::string& text) {
    auto x = load(text);
    return x ? "none" : x.error().message + ". " + x.error().advice;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(config_tests, fixture)

CAF_TEST(a file sets what it names and leaves the rest) {
  auto x = load("listen = \"127.0.0.1:9\"\nroles = [\"gateway\"]\n[scrape]\ncrawl_delay_ms = 250\n[egress]\nallow = "
                "[\"10.0.0.0/8\"]\nallow_private_network = true\n[storage]\ndurability = \"normal\"\n");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->listen, "127.0.0.1:9");
  CAF_CHECK_EQUAL(x->roles, std::vector<std::string>{"gateway"});
  CAF_CHECK_EQUAL(x->public_crawl_delay_ms, 250u);
  CAF_CHECK_EQUAL(x->egress_allow, std::vector<std::string>{"10.0.0.0/8"});
  CAF_CHECK(x->allow_private_network);
  CAF_CHECK_EQUAL(x->storage_durability, "normal");
  CAF_CHECK_EQUAL(x->sessions, node_config{}.sessions);
}

CAF_TEST(mistakes name the line and the nearest key) {
  CAF_CHECK_EQUAL(complaint("# one\n[scrape]\ncrawl_dely_ms = 3\n"),
                  "troupe.toml line 3: unknown key \"crawl_dely_ms\" in [scrape]. Did you mean \"crawl_delay_ms\"?");
  CAF_CHECK_EQUAL(complaint("lissten = \"x\"\n"),
                  "troupe.toml line 1: unknown key \"lissten\". Did you mean \"listen\"?");
  CAF_CHECK_EQUAL(complaint("\n[scrap]\n"), "troupe.toml line 2: unknown key \"scrap\". Did you mean \"scrape\"?");
  CAF_CHECK_EQUAL(complaint("[log]\nlevel = \"loud\"\n"),
                  "troupe.toml line 2: \"level\" must be one of \"debug\", \"info\", \"warn\", \"error\". Correct it.");
  CAF_CHECK_EQUAL(complaint("[research]\nsessions = 0\n"),
                  "troupe.toml line 2: \"sessions\" must be a whole number from 1 to 1000. Correct it.");
  CAF_CHECK_EQUAL(complaint("scrape = 3\n"),
                  "troupe.toml line 1: \"scrape\" must be a section. Write [scrape] on a line of its own.");
  CAF_CHECK(complaint("listen = \n").starts_with("troupe.toml line 1: "));
  CAF_CHECK(!load_config(folder / "absent.toml"));
}

CAF_TEST(the environment comes after the file and the profile before it) {
  setenv("ENVIRONMENT", "production", 1);
  auto x = load("");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->sessions, 10u);
  CAF_CHECK_EQUAL(x->log_level, "warn");
  x = load("[research]\nsessions = 3\n[log]\nlevel = \"error\"\n");
  CAF_CHECK_EQUAL(x->sessions, 3u);
  setenv("WORKER_CONCURRENCY", "7", 1);
  setenv("LOG_LEVEL", "debug", 1);
  x = load("[research]\nsessions = 3\n[log]\nlevel = \"error\"\n");
  CAF_CHECK_EQUAL(x->sessions, 7u);
  CAF_CHECK_EQUAL(x->log_level, "debug");
  setenv("WORKER_CONCURRENCY", "many", 1);
  CAF_CHECK_EQUAL(complaint(""), "WORKER_CONCURRENCY is \"many\". Use a whole number from 1 to 1000.");
}

CAF_TEST(every key is documented with its default) {
  std::ifstream page{TROUPE_FIXTURES "/../../docs/configuration.md"};
  CAF_REQUIRE(page.is_open());
  std::vector<std::pair<std::string, std::string>> documented;
  std::string section;
  for (std::string line; std::getline(page, line) && line != "## Environment";) {
    if (line.starts_with("## ["))
      section = line.substr(4, line.find(']') - 4);
    if (!line.starts_with("| `"))
      continue;
    auto key = line.substr(3, line.find('`', 3) - 3);
    documented.emplace_back(section, key);
    if (key == "data")
      continue; // its default is a place
    auto third = line.find('|', line.find('|', 1) + 1);
    auto from = line.find('`', third) + 1;
    auto text =
      (section.empty() ? "" : "[" + section + "]\n") + key + " = " + line.substr(from, line.find('`', from) - from);
    auto set = load(text);
    CAF_REQUIRE(set);
    auto usual = load_config({});
    auto same = [&](auto member) { return *set.*member == *usual.*member; };
    CAF_MESSAGE(text);
    CAF_CHECK(same(&node_config::listen) && same(&node_config::roles) && same(&node_config::storage_durability)
              && same(&node_config::ledger_limit) && same(&node_config::sessions) && same(&node_config::fresh_for_s)
              && same(&node_config::connections_per_host) && same(&node_config::public_crawl_delay_ms)
              && same(&node_config::private_crawl_delay_ms) && same(&node_config::egress_allow)
              && same(&node_config::allow_private_network) && same(&node_config::allow_paths)
              && same(&node_config::compute_workers) && same(&node_config::log_level) && same(&node_config::log_file)
              && same(&node_config::drain_deadline_s));
  }
  std::sort(documented.begin(), documented.end());
  auto known = config_keys();
  std::sort(known.begin(), known.end());
  CAF_CHECK(documented == known);
}

CAF_TEST_FIXTURE_SCOPE_END()
