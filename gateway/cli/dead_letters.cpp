// `troupe dead-letters`: work that was given up, to be looked at, taken up again or thrown away.
#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/list_pages.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(List work that was given up, newest first, or settle it.

  troupe dead-letters
  troupe dead-letters requeue d_01HV6Z…   once the cause is mended: a new research
  troupe dead-letters discard d_01HV6Z…
  troupe dead-letters --json | jq -r .items[].id)";
constexpr const char* ending = "Exit status: 0 done, 1 failed, 2 usage.";

struct letter_arguments {
  engine_options engine;
  bool json = false;
  std::string verb; ///< empty: list
  std::string id;
};

void print_letter(const json_view& x) {
  auto subject = printable(x.text("subject"));
  auto what = subject.empty() ? "research " + printable(x.text("research_id")) : subject;
  auto why = x.at("error");
  print(printable(x.text("id")) + "  " + printable(x.text("at")) + "  " + what + "\n  "
        + counted(x.count("attempts"), "attempt") + " in " + printable(x.text("queue")) + ": "
        + printable(why.text("message")) + "\n  " + printable(why.text("advice")) + "\n");
}

exit_status list(engine_connection& engine, bool json) {
  auto seen = for_each_page(engine, "/api/v1/dead-letters", [json](const list_page& page) {
    if (json)
      return print(std::string{page.body} + "\n");
    for (const auto& x : page.items)
      print_letter(x);
  });
  if (!seen)
    return tell_and_fail(seen.error());
  if (*seen == 0 && !json)
    print("No dead letters: nothing was given up.\n");
  return exit_status::done;
}

exit_status settle(const engine_connection& engine, const letter_arguments& x) {
  http_call call;
  call.method = "POST";
  call.path = "/api/v1/dead-letters/" + url_encoded(x.id) + "/" + x.verb;
  auto answer = engine.client().send(call);
  if (!answer && answer.error().code == errc::not_found)
    return tell_and_fail(
      {errc::not_found, "there is no dead letter \"" + x.id + "\"", "troupe dead-letters lists them."});
  if (!answer)
    return tell_and_fail(answer.error());
  json_document done;
  done.parse(answer->body);
  if (x.json)
    print(answer->body + "\n");
  else if (x.verb == "requeue")
    print(x.id + " is asked for again: troupe watch " + printable(done.root().text("id")) + "\n");
  else
    print(x.id + " is discarded\n");
  return exit_status::done;
}

exit_status run_letters(const letter_arguments& x) {
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  return x.verb.empty() ? list(*engine, x.json) : settle(*engine, x);
}

} // namespace

void add_dead_letters(CLI::App& app, command_run& run) {
  auto x = std::make_shared<letter_arguments>();
  auto* command = app.add_subcommand("dead-letters", "List work that was given up, or settle it");
  describe(*command, purpose, ending);
  command->add_flag("--json", x->json, "Print the server's answers as they are");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_letters(*x); }; });
  for (const auto* verb : {"requeue", "discard"}) {
    auto* one = command->add_subcommand(verb, std::string{verb} == "requeue" ? "Ask for it again, as a new research"
                                                                             : "Throw it away");
    one->add_option("ID", x->id, "The dead letter, as the list names it")
      ->required()
      ->check(CLI::Validator{check_name, ""})
      ->type_name("");
    one->fallthrough(); // the options of the whole
    one->callback([x, verb] { x->verb = verb; });
  }
}

} // namespace troupe::cli
