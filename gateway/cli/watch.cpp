#include <cstdio>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/event_follow.hpp"
#include "gateway/cli/event_words.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/usage.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Replay what a research did and follow it to its end.

  troupe watch r_01HV6Z…             its events in words, with the time since it was asked)";

constexpr const char* ending =
  R"(Ctrl-C stops watching; the research goes on.
Exit status: 0 the research is done, 1 it failed, 3 it ended partial or was cancelled, or you left before its end.)";

struct watch_arguments {
  engine_options engine;
  std::string id;
};

exit_status status_of(const std::optional<std::string>& last) {
  if (!last)
    return exit_status::partial;
  if (*last == "research.done")
    return exit_status::done;
  return *last == "research.failed" ? exit_status::failed : exit_status::partial;
}

exit_status run_watch(const watch_arguments& x) {
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  timestamp first{};
  std::optional<std::string> last;
  event_follower follower;
  follower.on_event = [&](const event_record& e) {
    if (first == timestamp{})
      first = e.at;
    if (is_final_event(e.type))
      last = e.type;
    auto data = decode_data(e.type, e.data);
    auto words = data ? event_words(*data) : std::optional<std::string>{printable(e.type)};
    if (!words)
      return;
    auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::max(e.at, first) - first).count();
    auto since = duration_text(static_cast<std::uint64_t>(ms));
    print(std::string(since.size() < 9 ? 9 - since.size() : 0, ' ') + since + "  " + *words + "\n");
  };
  follower.on_tick = [] { return interrupts() == 0 && printed() == output_fate::written; };
  follower.find_server = [&] { return engine->reconnect(); };
  auto ended = follow_events(engine->client(), research_id{x.id}, event_seq{0}, follower);
  if (!ended)
    return tell_about_id(ended.error());
  return status_of(last);
}

} // namespace

void add_watch(CLI::App& app, command_run& run) {
  auto x = std::make_shared<watch_arguments>();
  auto* command = app.add_subcommand("watch", "Replay and follow what a research does");
  describe(*command, purpose, ending);
  command->add_option("ID", x->id, "The research, as troupe jobs lists it")
    ->required()
    ->check(CLI::Validator{check_name, ""})
    ->type_name("");
  add_engine_options(*command, x->engine);
  x->engine.goes_on = true;
  command->callback([x, &run] { run = [x] { return run_watch(*x); }; });
}

} // namespace troupe::cli
