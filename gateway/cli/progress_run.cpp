#include "gateway/cli/progress_run.hpp"

#include "gateway/cli/event_follow.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/progress.hpp"
#include "gateway/cli/progress_painter.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe::cli {

namespace {

constexpr std::chrono::seconds patience_after_cancel{10};

struct shown_run {
  engine_connection& engine;
  std::string id;
  progress_fold fold{};
  progress_painter painter{stderr, terminal_of(2)};
  timestamp first{};
  timestamp latest{};
  bool cancel_sent = false;
  std::chrono::steady_clock::time_point give_up{};

  void take(const event_record& x) {
    if (first == timestamp{})
      first = x.at;
    latest = x.at;
    auto data = decode_data(x.type, x.data);
    if (!data)
      return; // a type that came after this client
    if (auto line = fold.take(x.seq, x.at, *data))
      painter.lasting(*line);
    painter.show(fold.lines(), is_final(*data));
  }

  bool tick() {
    if (interrupts() == 0)
      return true;
    auto now = std::chrono::steady_clock::now();
    if (!cancel_sent) {
      cancel_sent = true;
      give_up = now + patience_after_cancel;
      painter.lasting(interrupted() ? "stopping  Ctrl-C again quits at once" : "stopping");
      http_call call;
      call.method = "DELETE";
      call.path = "/api/v1/research/" + id;
      call.within = std::chrono::seconds{5};
      static_cast<void>(engine.client().send(call)); // an engine that is gone is found out by the stream
    }
    return now < give_up;
  }
};

} // namespace

expected<research_end> follow_with_progress(engine_connection& engine, const std::string& id) {
  shown_run run{engine, id};
  event_follower follower;
  follower.on_event = [&](const event_record& x) { run.take(x); };
  follower.on_tick = [&] { return run.tick(); };
  follower.find_server = [&] { return engine.reconnect(); };
  auto ended = follow_events(engine.client(), research_id{id}, event_seq{0}, follower);
  run.painter.show(run.fold.lines(), true);
  if (!ended)
    return tl::make_unexpected(ended.error());
  research_end out{run.fold.final_event(), 0};
  if (run.latest > run.first)
    out.elapsed_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(run.latest - run.first).count());
  return out;
}

} // namespace troupe::cli
