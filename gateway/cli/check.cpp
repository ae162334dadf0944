#include <CLI/CLI.hpp>

#include "actors/egress/url.hpp"
#include "actors/scrape/robots_policy.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = "Ask the engine's own rules about an address, without sending anything.";

constexpr const char* robots_purpose =
  R"(Say whether robots.txt lets a robot read an address, and which rule decided (RFC 9309).

  troupe check robots --file robots.txt --agent troupe https://example.org/private/page)";
constexpr const char* robots_ending = R"(One line an address: allow or disallow, then the line of the file that decided.
Exit status: 0 the file was read, 1 it could not be, 2 usage (also: what is neither an address nor a path).)";

struct robots_arguments {
  std::filesystem::path file;
  std::string agent;
  std::vector<std::string> addresses;
};

/// A whole address of the web, or a path on the host whose robots.txt it is.
bool is_robots_target(const std::string& text) {
  if (text.starts_with('/'))
    return true;
  auto parsed = parse_url(text);
  return parsed && (parsed->scheme == "http" || parsed->scheme == "https");
}

exit_status run_robots(const robots_arguments& x) {
  for (const auto& address : x.addresses)
    if (!is_robots_target(address)) {
      tell({errc::url_invalid, "\"" + address + "\" is neither an address nor a path",
            "Give one that begins with http://, https:// or /."});
      return exit_status::usage;
    }
  auto bytes = read_input(x.file, 64u << 20);
  if (!bytes)
    return tell_and_fail(bytes.error());
  auto policy = robots_policy::parse(*bytes, x.agent);
  std::string out;
  for (const auto& address : x.addresses)
    out += printable(policy.decide(address).explain()) + "\n";
  print(out);
  return exit_status::done;
}

void add_robots(CLI::App& check, command_run& run) {
  auto x = std::make_shared<robots_arguments>();
  auto* command = check.add_subcommand("robots", "Whether robots.txt lets a robot read an address");
  describe(*command, robots_purpose, robots_ending);
  command->add_option("--file", x->file, "The robots.txt; - for standard input")->required()->type_name("F");
  command->add_option("--agent", x->agent, "The robot's product token, such as troupe")->required()->type_name("A");
  command->add_option("URL", x->addresses, "Addresses, or paths on that host")->required()->type_name("");
  command->callback([x, &run] { run = [x] { return run_robots(*x); }; });
}

} // namespace

void add_check(CLI::App& app, command_run& run) {
  auto* check = app.add_subcommand("check", "Ask the engine's own rules about an address");
  describe(*check, purpose, "");
  add_egress_check(*check, run);
  add_robots(*check, run);
}

} // namespace troupe::cli
