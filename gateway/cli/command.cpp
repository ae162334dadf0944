#include "gateway/cli/command.hpp"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "actors/egress/url.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

namespace {

/// With one full stop at its end.
std::string sentence(const std::string& text) {
  auto out = printable(text);
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  if (!out.empty() && out.back() != '.' && out.back() != '?' && out.back() != '!' && out.back() != ':')
    out += '.';
  return out;
}

} // namespace

std::string check_server(std::string& address) {
  auto whole = address.find("://") == std::string::npos ? "http://" + address : address;
  auto parsed = parse_url(whole);
  auto named = parsed && parsed->has_host && (parsed->scheme == "http" || parsed->scheme == "https");
  auto bare = whole != address;
  if (!named || (bare && address.find(':') == std::string::npos)) // a word alone is more likely a slip than a host
    return "\"" + address + "\" is not the address of a server, which looks like http://127.0.0.1:8000";
  address = whole;
  return {};
}

void add_engine_options(CLI::App& command, engine_options& options) {
  command.add_option("--server", options.server, "Use the server at this address, such as http://127.0.0.1:8000")
    ->transform(CLI::Validator{check_server, ""})
    ->type_name("URL");
  command
    .add_option("--data", options.data,
                "Data folder of the embedded node (default: $XDG_DATA_HOME/troupe, or ~/.local/share/troupe)")
    ->type_name("DIR");
  command.add_option("--config", options.config, "Configuration file of the embedded node (TOML)")->type_name("FILE");
}

std::string told(const error& x) {
  auto out = "troupe: " + sentence(x.message);
  if (!x.advice.empty())
    out += " " + sentence(x.advice);
  return out;
}

void tell(const error& x) { std::fprintf(stderr, "%s\n", told(x).c_str()); }

exit_status tell_and_fail(const error& x) {
  tell(x);
  return exit_status::failed;
}

exit_status tell_about_id(error x) {
  if (x.code == errc::not_found)
    x.advice = "See which there are: troupe jobs.";
  return tell_and_fail(x);
}

} // namespace troupe::cli
