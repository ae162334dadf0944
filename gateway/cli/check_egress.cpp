#include <CLI/CLI.hpp>

#include "actors/egress/address_rules.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Say whether an address may be fetched. Nothing is sent and no name is resolved.

  troupe check egress http://169.254.169.254/latest/
  troupe check egress - < addresses.txt)";
constexpr const char* ending =
  R"(One line an address: allow ADDRESS, resolve NAME (its addresses decide), or refuse REASON.
Exit status: 0 told, 2 usage.)";

exit_status run_egress(const std::string& address) {
  const egress_policy closed;
  auto answer = [&](std::string_view one) { return printable(to_line(decide(one, closed))) + "\n"; };
  if (address != "-") {
    print(answer(address));
    return exit_status::done;
  }
  each_input_line([&](std::string_view line) { print(answer(line)); });
  return exit_status::done;
}

} // namespace

void add_egress_check(CLI::App& check, command_run& run) {
  auto address = std::make_shared<std::string>("-");
  auto* command = check.add_subcommand("egress", "Whether an address may be fetched");
  describe(*command, purpose, ending);
  command->add_option("URL", *address, "The address; - or nothing: one a line from standard input")->type_name("");
  command->callback([address, &run] { run = [address] { return run_egress(*address); }; });
}

} // namespace troupe::cli
