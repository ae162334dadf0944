#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/list_pages.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* list_purpose = R"(List researches, newest first: id, status, when it was asked, question.

  troupe jobs
  troupe jobs --wide | grep -i vacuum)";
constexpr const char* cancel_purpose =
  R"(Stop a research. The pages it has read are kept, and the report as far as it was written.

  troupe cancel r_01HV6Z…)";
constexpr const char* ending = "Exit status: 0 done, 1 failed, 2 usage.";

constexpr unsigned whole_line = 1u << 20; ///< columns: no question is as long

struct jobs_arguments {
  engine_options engine;
  bool wide = false;
};

struct cancel_arguments {
  engine_options engine;
  std::string id;
};

std::string row_line(const json_view& row, unsigned width) {
  auto asked = row.text("created_at").substr(0, 16);
  if (asked.size() == 16)
    asked[10] = ' ';
  auto line =
    padded(row.text("id"), 29) + padded(row.text("status"), 10) + padded(asked, 18) + printable(row.text("question"));
  return shortened(line, width) + "\n";
}

exit_status run_jobs(const jobs_arguments& x) {
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  auto width = x.wide ? whole_line : terminal_of(1).width;
  auto seen = for_each_page(*engine, "/api/v1/research", [width](const list_page& page) {
    std::string out;
    for (const auto& row : page.items)
      out += row_line(row, width);
    print(out);
  });
  if (!seen)
    return tell_and_fail(seen.error());
  if (*seen == 0)
    print("No research yet. Ask something: troupe research \"…\" --path FOLDER\n");
  return exit_status::done;
}

exit_status run_cancel(const cancel_arguments& x) {
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  http_call call;
  call.method = "DELETE";
  call.path = "/api/v1/research/" + url_encoded(x.id);
  auto answer = engine->with_server([&](const http_client& server) { return server.send(call); });
  if (!answer)
    return tell_about_id(answer.error());
  json_document row;
  row.parse(answer->body);
  auto status = row.root().text("status");
  print(x.id + (status == "running" ? ": asked to stop" : " is " + status) + "\n");
  return exit_status::done;
}

} // namespace

void add_jobs(CLI::App& app, command_run& run) {
  auto x = std::make_shared<jobs_arguments>();
  auto* command = app.add_subcommand("jobs", "List researches");
  describe(*command, list_purpose, ending);
  command->add_flag("--wide", x->wide, "Print questions whole (default: cut at the terminal's width, 80 without one)");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_jobs(*x); }; });
}

void add_cancel(CLI::App& app, command_run& run) {
  auto x = std::make_shared<cancel_arguments>();
  auto* command = app.add_subcommand("cancel", "Stop a research");
  describe(*command, cancel_purpose, ending);
  command->add_option("ID", x->id, "The research, as troupe jobs lists it")
    ->required()
    ->check(CLI::Validator{check_name, ""})
    ->type_name("");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_cancel(*x); }; });
}

} // namespace troupe::cli
