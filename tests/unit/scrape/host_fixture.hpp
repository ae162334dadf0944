#pragma once
/// A scrape room under a real supervisor on virtual time, with an egress and an extractor that follow a script. A
/// request that no script foresees is remembered and fails the test at its end.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/flow/work_messages.hpp"
#include "actors/scrape/extractor_actor.hpp"
#include "actors/scrape/scrape_actor.hpp"
#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/supervisor_actor.hpp"

#include "tests/fixtures/deterministic_system.hpp"

namespace troupe {

using reply_headers = std::vector<std::pair<std::string, std::string>>;

/// What the world answers, and what was asked of it.
struct world {
  struct reply {
    std::uint16_t status = 200;
    std::string body;
    reply_headers headers;
    errc failure = errc::none;
    bool held = false; ///< answered when the test says so
  };
  struct asked {
    std::string url;
    std::chrono::milliseconds at{0};
    reply_headers headers;
  };
  std::map<std::string, std::deque<reply>> plan; ///< the last one of an address is kept
  std::vector<asked> log;
  std::vector<std::string> unplanned; ///< addresses
  unplanned_messages noted;
  struct held_reply {
    reply what;
    std::string url;
    caf::typed_response_promise<http_response> promise;
  };
  std::deque<held_reply> held;
  std::vector<std::string> aborted;
  std::size_t extractions = 0;
  errc extraction_failure = errc::none;
  // -- extractors
  std::uint32_t credit = 64;
  bool slow = false; ///< leases are kept until the test does them
  std::deque<std::function<void()>> kept;
  std::vector<std::string> extracted_by;
  std::vector<stop_flag_ptr> stops;
  int dying = 0; ///< so many leases end their worker
  bool large_refused = false;

  [[nodiscard]] std::size_t count(const std::string& url) const {
    return static_cast<std::size_t>(std::count_if(log.begin(), log.end(), [&](auto& x) { return x.url == url; }));
  }
  [[nodiscard]] std::vector<std::chrono::milliseconds> times(const std::string& url) const {
    std::vector<std::chrono::milliseconds> result;
    for (const auto& x : log)
      if (x.url == url)
        result.push_back(x.at);
    return result;
  }
};

inline void answer(const world::reply& x, const std::string& url, caf::typed_response_promise<http_response> promise) {
  if (x.failure != errc::none)
    promise.deliver(to_caf({x.failure, url + " failed", ""}));
  else
    promise.deliver(http_response{x.status, url, x.headers, x.body, std::chrono::milliseconds{5}});
}

/// Test → egress, as a token: answer the oldest request that is held.
constexpr auto release_one = "release one";

inline egress_actor::behavior_type scripted_egress(egress_actor::pointer self, std::shared_ptr<world> w) {
  fail_on_unplanned(self, w->noted, "egress");
  return {
    [=](const http_fetch& msg) -> caf::result<http_response> {
      auto promise = self->make_response_promise<http_response>();
      auto at = std::chrono::duration_cast<std::chrono::milliseconds>(self->clock().now().time_since_epoch())
                - std::chrono::hours{1};
      w->log.push_back({msg.url, at, msg.headers});
      auto& replies = w->plan[msg.url];
      if (replies.empty()) {
        w->unplanned.push_back(msg.url);
        promise.deliver(to_caf({errc::internal, "nobody planned " + msg.url, ""}));
        return promise;
      }
      auto next = replies.front();
      if (replies.size() > 1)
        replies.pop_front();
      if (next.held)
        w->held.push_back({next, msg.url, promise});
      else
        answer(next, msg.url, promise);
      return promise;
    },
    [=](const abort_fetches& msg) {
      if (msg.token != release_one) {
        w->aborted.push_back(msg.token);
        return;
      }
      auto x = w->held.front();
      w->held.pop_front();
      answer(x.what, x.url, x.promise);
    },
  };
}

inline expected<extraction_answer> scripted_extraction(const extract_page& msg, world& w) {
  ++w.extractions;
  if (w.extraction_failure != errc::none)
    return fail(w.extraction_failure, "extractor failed", "");
  if (msg.body.empty() && msg.url.ends_with("large.pdf") && std::exchange(w.large_refused, true) == false)
    return left_to_heavy{};
  extracted_page x;
  x.content.text = msg.body.empty() ? "file" : msg.body;
  x.content.id = document_id{"d-" + x.content.text};
  x.media_type = msg.media_type;
  x.raw_sha256 = "raw";
  x.bytes = msg.body.size();
  x.validator = msg.body.empty() ? "4:1" : "";
  return x;
}

inline expected<extraction_answer> scripted_extraction(const list_files& msg, world& w) {
  ++w.extractions;
  if (w.extraction_failure != errc::none)
    return fail(w.extraction_failure, "extractor failed", "");
  if (msg.path == "/none")
    return fail(errc::path_not_allowed, "below no allowed root", "");
  file_list x;
  x.files.push_back({"file://" + msg.path + "/a.html", "1:1"});
  return x;
}

inline expected<extraction_answer> scripted_extraction(const extraction_task& task, world& w) {
  return std::visit([&](const auto& x) { return scripted_extraction(x, w); }, task);
}

/// A worker that does its leases at once, or keeps them while `w->slow`; it says which of them it did.
inline caf::behavior scripted_extractor(caf::event_based_actor* self, std::shared_ptr<world> w, std::string name) {
  fail_on_unplanned(self, w->noted, name);
  return {
    [=](const call_to_work& x) {
      self->send(x.pool, worker_ready{caf::actor{self}, x.number, w->credit});
    },
    [=](const leased_work<extraction_task>& x) {
      w->extracted_by.push_back(name);
      if (w->dying > 0) {
        --w->dying;
        self->quit(caf::exit_reason::unhandled_exception);
        return;
      }
      auto pool = caf::actor_cast<caf::actor>(self->current_sender());
      if (w->slow)
        w->kept.push_back([=] { caf::anon_send(pool, done_with(x, scripted_extraction(*x.work, *w))); });
      else
        self->send(pool, done_with(x, scripted_extraction(*x.work, *w)));
      w->stops.push_back(x.stop);
    },
  };
}

/// What a session got for one request.
struct outcome {
  std::optional<page_read> page;
  std::optional<error> failure;
  [[nodiscard]] bool done() const { return page || failure; }
  [[nodiscard]] errc code() const { return failure ? failure->code : errc::none; }
};

struct scrape_fixture : deterministic_system {
  std::shared_ptr<world> w = std::make_shared<world>();
  scrape_parts parts;
  caf::actor root;
  caf::actor router;
  bool planned = true; ///< set to false by a test that asks for the unplanned

  scrape_fixture() {
    w->noted = unplanned;
    parts.egress = sys.spawn(scripted_egress, w);
  }
  ~scrape_fixture() override {
    if (planned)
      CAF_CHECK_EQUAL(w->unplanned, std::vector<std::string>{});
    if (root)
      caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    settle();
    w->held.clear();
    caf::anon_send_exit(parts.egress, caf::exit_reason::user_shutdown);
    w->kept.clear();
    settle();
  }

  void start(scrape_options options = {}) {
    std::vector<child_spec> children;
    for (std::string name : {"extractor/0", "extractor/1", "heavy/0"}) {
      child_spec worker;
      worker.name = name;
      worker.start = [=, this](const child_context& ctx) { return ctx.spawn(scripted_extractor, w, name); };
      worker.address = make_door(sys).address;
      (name[0] == 'h' ? parts.heavy : parts.extractors).push_back(caf::actor_cast<extractor_actor>(worker.address));
      children.push_back(std::move(worker));
    }
    child_spec spec;
    spec.name = "router";
    spec.start = [=, this](const child_context& ctx) { return spawn_scrape(ctx, parts, options); };
    children.push_back(std::move(spec));
    root = spawn_root_supervisor(sys, "scrape", {}, std::move(children),
                                 [this](const std::string& name, const caf::actor& door) {
                                   if (name.ends_with("router"))
                                     router = door;
                                 });
    settle();
  }

  void settle() { consume_messages(); }
  /// Lets virtual time pass in steps, so that each alarm sets the next.
  void pass(std::chrono::milliseconds time, std::chrono::milliseconds step = std::chrono::milliseconds{50}) {
    for (; time.count() > 0; time -= step) {
      advance_time(std::min(time, step));
      settle();
    }
  }

  void restart_router() {
    auto restarted =
      self->request(root, caf::infinite, restart_child{"scrape/router", deadline::in(std::chrono::seconds{10})});
    settle();
    restarted.receive([](const actor_info&) {}, [](const caf::error& e) { CAF_FAIL(to_string(e)); });
  }

  std::shared_ptr<outcome> ask(const std::string& url, std::string token = "r_1", std::string validator = {},
                               std::chrono::milliseconds time = std::chrono::minutes{10}, bool allow_private = false) {
    auto result = std::make_shared<outcome>();
    fetch_page msg{std::move(token), url, allow_private, std::move(validator), deadline::in(time)};
    sys.spawn([=, this](caf::event_based_actor* me) {
      me->request(router, std::chrono::seconds{86400}, msg)
        .then([=](const page_read& x) { result->page = x; },
              [=](const caf::error& x) { result->failure = from_caf(x); });
    });
    settle();
    return result;
  }

  void page(const std::string& url, std::string body = "text",
            reply_headers headers = {{"content-type", "text/html"}}) {
    w->plan[url].push_back({200, std::move(body), std::move(headers), errc::none, false});
  }
  void status(const std::string& url, std::uint16_t code, reply_headers headers = {}) {
    w->plan[url].push_back({code, "", std::move(headers), errc::none, false});
  }
  void failure(const std::string& url, errc code) { w->plan[url].push_back({0, "", {}, code, false}); }
  void hold(const std::string& url, std::string body = "text") {
    w->plan[url].push_back({200, std::move(body), {{"content-type", "text/html"}}, errc::none, true});
  }
  void release() {
    caf::anon_send(parts.egress, abort_fetches{release_one});
    settle();
  }
  void no_robots(const std::string& origin = "http://x.example") { status(origin + "/robots.txt", 404); }
};

} // namespace troupe
