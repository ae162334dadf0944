#include <CLI/CLI.hpp>

#include "gateway/cli/checkup.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Check everything that is configured and say what is wrong and what to do about it.

  troupe doctor
  troupe doctor --config /etc/troupe.toml)";
constexpr const char* ending = "Exit status: 0 all is well (or only warned of), 1 something is wrong, 2 usage.";

struct doctor_arguments {
  std::filesystem::path config;
  std::filesystem::path data;
};

std::string drawn(const finding& x, const terminal& where) {
  const char* mark = x.state == health::well ? "ok" : x.state == health::warned ? "warn" : "wrong";
  const char* colour = x.state == health::well ? "\x1b[32m" : x.state == health::warned ? "\x1b[33m" : "\x1b[31m";
  auto line = "  " + (where.colour ? colour + padded(mark, 7) + "\x1b[0m" : padded(mark, 7)) + padded(x.subject, 16)
              + printable(x.what) + "\n";
  if (!x.advice.empty())
    line += std::string(25, ' ') + printable(x.advice) + "\n";
  return line;
}

exit_status run_doctor(const doctor_arguments& x) {
  auto findings = check_up(x.config, x.data);
  auto where = terminal_of(1);
  std::string out;
  std::size_t wrong = 0;
  for (const auto& f : findings) {
    out += drawn(f, where);
    wrong += f.state == health::wrong ? 1 : 0;
  }
  print(out + (wrong == 0 ? "All is well.\n" : counted(wrong, "thing") + " to put right.\n"));
  return wrong == 0 ? exit_status::done : exit_status::failed;
}

} // namespace

void add_doctor(CLI::App& app, command_run& run) {
  auto x = std::make_shared<doctor_arguments>();
  auto* command = app.add_subcommand("doctor", "Check this machine and the configuration");
  describe(*command, purpose, ending);
  command->add_option("--config", x->config, "Configuration file (TOML)")->type_name("FILE");
  command->add_option("--data", x->data, "Data folder (default: $XDG_DATA_HOME/troupe)")->type_name("DIR");
  command->callback([x, &run] { run = [x] { return run_doctor(*x); }; });
}

} // namespace troupe::cli
