#pragma once
/// A scrape room under a real supervisor on virtual time, with an egress and an extractor that follow a script. A
/// request that no script foresees is remembered and fails the test at its end.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/scrape/scrape_actor.hpp"
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
  std::vector<std::string> unplanned;
  struct held_reply {
    reply what;
    std::string url;
    caf::typed_response_promise<http_response> promise;
  };
  std::deque<held_reply> held;
  std::vector<std::string> aborted;
  std::size_t extractions = 0;
  errc extraction_failure = errc::none;

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

inline extractor_actor::behavior_type scripted_extractor(extractor_actor::pointer, std::shared_ptr<world> w) {
  return {
    [=](const extract_page& msg) -> caf::result<extracted_page> {
      ++w->extractions;
      if (w->extraction_failure != errc::none)
        return to_caf({w->extraction_failure, "extractor failed", ""});
      extracted_page x;
      x.content.text = msg.body.empty() ? "file" : msg.body;
      x.content.id = document_id{"d-" + x.content.text};
      x.media_type = msg.media_type;
      x.raw_sha256 = "raw";
      x.bytes = msg.body.size();
      x.validator = msg.body.empty() ? "4:1" : "";
      return x;
    },
    [=](const list_files& msg) -> caf::result<file_list> {
      file_list x;
      x.files.push_back({"file://" + msg.path + "/a.html", "1:1"});
      return x;
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
  egress_actor egress;
  std::vector<extractor_actor> extractors;
  caf::actor root;
  caf::actor router;
  bool planned = true; ///< set to false by a test that asks for the unplanned

  scrape_fixture() {
    egress = sys.spawn(scripted_egress, w);
    for (int i = 0; i < 2; ++i)
      extractors.push_back(sys.spawn(scripted_extractor, w));
  }
  ~scrape_fixture() override {
    if (planned)
      CAF_CHECK_EQUAL(w->unplanned, std::vector<std::string>{});
    if (root)
      caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    settle();
    w->held.clear();
    caf::anon_send_exit(egress, caf::exit_reason::user_shutdown);
    for (auto& x : extractors)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    settle();
  }

  void start(scrape_options options = {}) {
    child_spec spec;
    spec.name = "router";
    spec.start = [=, this](const child_context& ctx) { return spawn_scrape(ctx, egress, extractors, options); };
    root = spawn_root_supervisor(sys, "scrape", {}, {spec},
                                 [this](const std::string&, const caf::actor& door) { router = door; });
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

  std::shared_ptr<outcome> ask(const std::string& url, std::string token = "r_1", std::string validator = {},
                               std::chrono::milliseconds time = std::chrono::minutes{10}, bool allow_private = false) {
    auto result = std::make_shared<outcome>();
    fetch_page msg{research_id{std::move(token)}, url, allow_private, std::move(validator), deadline::in(time)};
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
    caf::anon_send(egress, abort_fetches{release_one});
    settle();
  }
  void no_robots(const std::string& origin = "http://x.example") { status(origin + "/robots.txt", 404); }
};

} // namespace troupe
