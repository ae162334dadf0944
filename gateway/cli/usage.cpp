#include "gateway/cli/usage.hpp"

#include <algorithm>
#include <cctype>

#include "gateway/cli/suggest.hpp"

namespace troupe::cli {

namespace {

constexpr std::size_t most_name = 256; // as the server takes them

/// The command the arguments got to: `troupe check egress` from `app`.
const CLI::App* deepest(const CLI::App& app) {
  const auto* at = &app;
  for (;;) {
    auto chosen = at->get_subcommands();
    if (chosen.empty())
      return at;
    at = chosen.back();
  }
}

std::string full_name(const CLI::App* command) {
  std::string name = command->get_name();
  for (const auto* up = command->get_parent(); up != nullptr; up = up->get_parent())
    name = up->get_name() + " " + name;
  return name;
}

/// The same where `troupe: ` stands before it already; the program by itself has none.
std::string name_within(const CLI::App* command) {
  auto name = full_name(command);
  auto cut = name.find(' ');
  return cut == std::string::npos ? "" : name.substr(cut + 1) + ": ";
}

std::vector<std::string> option_names(const CLI::App* command) {
  std::vector<std::string> out;
  for (const auto* option : command->get_options()) {
    for (const auto& name : option->get_lnames())
      out.push_back("--" + name);
    for (const auto& name : option->get_snames())
      out.push_back("-" + name);
  }
  return out;
}

std::vector<std::string> command_names(const CLI::App* command) {
  std::vector<std::string> out;
  for (const auto* sub : command->get_subcommands([](const CLI::App*) { return true; }))
    out.push_back(sub->get_name());
  return out;
}

error unknown_word(const CLI::App* command, const std::string& word) {
  auto is_option = word.size() > 1 && word.front() == '-';
  auto plain = word.substr(0, word.find('='));
  auto candidates = is_option ? option_names(command) : command_names(command);
  auto near = nearest(plain, candidates);
  auto name = full_name(command);
  auto what = is_option            ? "unknown option \"" + plain + "\" of " + name
              : candidates.empty() ? "\"" + word + "\" is one argument too many for " + name
                                   : "unknown command \"" + word + "\"";
  auto help = "See " + name + " --help.";
  return {errc::invalid_argument, what, near.empty() ? help : "Did you mean \"" + near + "\"?"};
}

std::string lower_first(std::string s) {
  if (s.size() > 1 && std::islower(static_cast<unsigned char>(s[1])) != 0)
    s[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(s[0])));
  return s;
}

} // namespace

std::string check_name(std::string& text) {
  if (text.empty())
    return "the name is empty";
  return text.size() > most_name ? "the name is longer than 256 bytes" : "";
}

void shape_help(CLI::App& app) {
  auto shape = std::make_shared<CLI::Formatter>();
  shape->column_width(30);
  shape->label("REQUIRED", "");
  shape->label("OPTIONS", "options");
  shape->label("SUBCOMMAND", "COMMAND");
  shape->label("Positionals", "Arguments");
  app.formatter(shape);
}

void describe(CLI::App& command, const std::string& text, const std::string& ending) {
  auto end = text.find('\n');
  command.description(text.substr(0, end));
  command.group("Commands");
  auto examples = end == std::string::npos ? "" : "Examples:" + text.substr(end + 1) + "\n";
  command.footer(examples + (examples.empty() || ending.empty() ? "" : "\n") + ending);
}

error usage_error(const CLI::App& app, const CLI::ParseError& complaint) {
  const auto* command = deepest(app);
  auto left = command->remaining();
  auto option = std::find_if(left.begin(), left.end(), [](const std::string& s) { return s.starts_with("-"); });
  if (option != left.end())
    return unknown_word(command, *option);
  if (!left.empty())
    return unknown_word(command, left.front());
  return {errc::invalid_argument, name_within(command) + lower_first(complaint.what()),
          "See " + full_name(command) + " --help."};
}

error missing_command(const CLI::App& app) {
  const auto* command = deepest(app);
  auto left = command->remaining();
  if (!left.empty())
    return unknown_word(command, left.front());
  return {errc::invalid_argument, "no command was given", "See " + full_name(command) + " --help."};
}

} // namespace troupe::cli
