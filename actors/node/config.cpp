#include "actors/node/config.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>

#include <toml++/toml.h>

#include "protocols/json/reader.hpp"

namespace troupe {

namespace {

/// Sets one key from its TOML value; a sentence fragment of what it must be when the value is wrong.
using setter = std::function<std::optional<std::string>(node_config&, const toml::node&)>;

template <class T>
setter number(T node_config::*member, std::int64_t low, std::int64_t high) {
  return [=](node_config& config, const toml::node& value) -> std::optional<std::string> {
    auto x = value.value_exact<std::int64_t>();
    if (!x || *x < low || *x > high)
      return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    config.*member = static_cast<T>(*x);
    return std::nullopt;
  };
}

setter text(std::string node_config::*member, std::vector<std::string> choices = {}) {
  return [=](node_config& config, const toml::node& value) -> std::optional<std::string> {
    auto x = value.value_exact<std::string>();
    if (!x)
      return "a string";
    if (!choices.empty() && std::find(choices.begin(), choices.end(), *x) == choices.end()) {
      std::string list;
      for (auto& choice : choices)
        list += (list.empty() ? "\"" : ", \"") + choice + "\"";
      return "one of " + list;
    }
    config.*member = *x;
    return std::nullopt;
  };
}

setter flag(bool node_config::*member) {
  return [=](node_config& config, const toml::node& value) -> std::optional<std::string> {
    auto x = value.value_exact<bool>();
    if (!x)
      return "true or false";
    config.*member = *x;
    return std::nullopt;
  };
}

setter list(std::vector<std::string> node_config::*member) {
  return [=](node_config& config, const toml::node& value) -> std::optional<std::string> {
    auto items = value.as_array();
    if (items == nullptr)
      return "a list of strings";
    std::vector<std::string> result;
    for (auto& item : *items) {
      auto x = item.value_exact<std::string>();
      if (!x)
        return "a list of strings";
      result.push_back(*x);
    }
    config.*member = std::move(result);
    return std::nullopt;
  };
}

setter folder() {
  return [](node_config& config, const toml::node& value) -> std::optional<std::string> {
    auto x = value.value_exact<std::string>();
    if (!x || x->empty())
      return "a folder";
    config.data = *x;
    return std::nullopt;
  };
}

using section = std::map<std::string, setter>;

/// Every key there is. The section "" is the top of the file.
const std::map<std::string, section>& schema() {
  static const std::map<std::string, section> result{
    {"", {{"data", folder()}, {"listen", text(&node_config::listen)}, {"roles", list(&node_config::roles)}}},
    {"storage",
     {{"durability", text(&node_config::storage_durability, {"full", "normal"})},
      {"ledger_limit", number(&node_config::ledger_limit, 1, 10'000'000)},
      {"database_url", text(&node_config::database_url)},
      {"database_pool_size", number(&node_config::database_pool_size, 2, 100)}}},
    {"research",
     {{"sessions", number(&node_config::sessions, 1, 1000)},
      {"fresh_for_s", number(&node_config::fresh_for_s, 0, 31'536'000)}}},
    {"scrape",
     {{"connections_per_host", number(&node_config::connections_per_host, 1, 256)},
      {"crawl_delay_ms", number(&node_config::public_crawl_delay_ms, 0, 600'000)},
      {"private_crawl_delay_ms", number(&node_config::private_crawl_delay_ms, 0, 600'000)}}},
    {"egress",
     {{"allow", list(&node_config::egress_allow)},
      {"allow_private_network", flag(&node_config::allow_private_network)}}},
    {"files", {{"allow_paths", list(&node_config::allow_paths)}}},
    {"compute", {{"workers", number(&node_config::compute_workers, 0, 256)}}},
    {"log",
     {{"level", text(&node_config::log_level, {"debug", "info", "warn", "error"})},
      {"file", text(&node_config::log_file)}}},
    {"serve",
     {{"drain_deadline_s", number(&node_config::drain_deadline_s, 0, 3600)},
      {"drain_s", number(&node_config::drain_deadline_s, 0, 3600)}}}, // its first name
  };
  return result;
}

template <class Map>
std::string suggestion(std::string_view word, const Map& known) {
  std::vector<std::string> names;
  for (auto& [name, ignored] : known)
    if (!name.empty())
      names.push_back(name);
  auto near = nearest(word, names);
  return near.empty() ? "Take it out." : "Did you mean \"" + near + "\"?";
}

std::string place(const std::string& file, const toml::source_region& at) {
  return file + " line " + std::to_string(at.begin.line) + ": ";
}

expected<void> read_section(node_config& config, const std::string& file, const std::string& name,
                            const toml::table& table) {
  auto& keys = schema().at(name);
  for (auto&& [key, value] : table) {
    if (name.empty() && schema().contains(std::string{key.str()}))
      continue; // a section of its own
    auto found = keys.find(std::string{key.str()});
    if (found == keys.end()) {
      auto where = name.empty() ? std::string{} : " in [" + name + "]";
      auto advice = name.empty() && value.is_table() ? suggestion(key.str(), schema()) : suggestion(key.str(), keys);
      return fail(errc::unknown_field,
                  place(file, key.source()) + "unknown key \"" + std::string{key.str()} + "\"" + where, advice);
    }
    if (auto wanted = found->second(config, value))
      return fail(errc::invalid_argument, place(file, value.source()) + "\"" + found->first + "\" must be " + *wanted,
                  "Correct it.");
  }
  return {};
}

expected<void> read_file(node_config& config, const std::filesystem::path& path) {
  auto name = path.filename().string();
  toml::table table;
  try {
    table = toml::parse_file(path.string());
  } catch (const toml::parse_error& e) {
    if (e.source().begin.line == 0)
      return fail(errc::unreadable, "can't read " + path.string() + ": " + std::string{e.description()},
                  "Give a file that exists and that you may read with --config.");
    return fail(errc::invalid_argument, place(name, e.source()) + std::string{e.description()}, "Correct the file.");
  }
  if (auto done = read_section(config, name, "", table); !done)
    return done;
  for (auto& [title, keys] : schema())
    if (auto node = title.empty() ? nullptr : table.get(title)) {
      auto inner = node->as_table();
      if (inner == nullptr)
        return fail(errc::invalid_argument, place(name, node->source()) + "\"" + title + "\" must be a section",
                    "Write [" + title + "] on a line of its own.");
      if (auto done = read_section(config, name, title, *inner); !done)
        return done;
    }
  return {};
}

struct profile {
  const char* name;
  std::uint32_t sessions;
  std::uint32_t connections;
  const char* log_level;
};
constexpr std::array<profile, 3> profiles{
  {{"development", 2, 5, "debug"}, {"staging", 5, 10, "info"}, {"production", 10, 20, "warn"}}};

std::optional<std::string> environment(const char* name) {
  auto x = std::getenv(name);
  return x == nullptr || *x == 0 ? std::nullopt : std::optional<std::string>{x};
}

expected<void> read_profile(node_config& config) {
  auto name = environment("ENVIRONMENT");
  if (!name)
    return {};
  for (auto& x : profiles)
    if (*name == x.name) {
      config.sessions = x.sessions;
      config.database_pool_size = x.connections;
      config.log_level = x.log_level;
      return {};
    }
  return fail(errc::invalid_argument, "ENVIRONMENT is \"" + *name + "\"", "Use development, staging or production.");
}

struct counted_variable {
  const char* name;
  std::uint32_t node_config::*member;
  std::uint32_t low, high;
};
constexpr std::array<counted_variable, 2> counted_variables{
  {{"WORKER_CONCURRENCY", &node_config::sessions, 1, 1000},
   {"DATABASE_POOL_SIZE", &node_config::database_pool_size, 2, 100}}};

expected<void> read_count(node_config& config, const counted_variable& x) {
  auto given = environment(x.name);
  if (!given)
    return {};
  std::uint32_t n = 0;
  auto [end, bad] = std::from_chars(given->data(), given->data() + given->size(), n);
  if (bad != std::errc{} || end != given->data() + given->size() || n < x.low || n > x.high)
    return fail(errc::invalid_argument, std::string{x.name} + " is \"" + *given + "\"",
                "Use a whole number from " + std::to_string(x.low) + " to " + std::to_string(x.high) + ".");
  config.*x.member = n;
  return {};
}

expected<void> read_environment(node_config& config) {
  if (auto level = environment("LOG_LEVEL")) {
    if (*level != "debug" && *level != "info" && *level != "warn" && *level != "error")
      return fail(errc::invalid_argument, "LOG_LEVEL is \"" + *level + "\"", "Use debug, info, warn or error.");
    config.log_level = *level;
  }
  if (auto url = environment("DATABASE_URL"))
    config.database_url = *url;
  for (const auto& x : counted_variables)
    if (auto done = read_count(config, x); !done)
      return done;
  return {};
}

} // namespace

std::vector<std::pair<std::string, std::string>> config_keys() {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [title, keys] : schema())
    for (const auto& [key, set] : keys)
      result.emplace_back(title, key);
  return result;
}

std::filesystem::path default_data_folder() {
  if (auto xdg = environment("XDG_DATA_HOME"); xdg && xdg->front() == '/')
    return std::filesystem::path{*xdg} / "troupe";
  auto home = environment("HOME");
  return std::filesystem::path{home.value_or("/var/lib")} / (home ? ".local/share/troupe" : "troupe");
}

expected<node_config> load_config(const std::filesystem::path& file) {
  node_config config;
  config.data = default_data_folder();
  if (auto done = read_profile(config); !done)
    return tl::make_unexpected(done.error());
  if (!file.empty())
    if (auto done = read_file(config, file); !done)
      return tl::make_unexpected(done.error());
  if (auto done = read_environment(config); !done)
    return tl::make_unexpected(done.error());
  return config;
}

} // namespace troupe
