// Admission and sessions on the deterministic system: a research from claim to report, leases, cancellation, loss,
// draining, a crash, all in virtual time.
#define CAF_SUITE research_actors

#include "actors/research/admission_actor.hpp"
#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "tests/unit/research/fake_world.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace troupe::research_tests;

namespace {

using namespace std::chrono_literals;

using go_atom = caf::atom_constant<caf::atom("go")>; ///< to the writer: what hangs is answered now

/// The ledger's side of a fake world.
struct fake_ledger {
  fake_world world;
  std::vector<research_row> queued;
  std::vector<std::string> released;
  std::vector<std::string> crashed; ///< of those
  std::size_t claims = 0;
  std::size_t withdrawn = 0; ///< offers of nothing
  std::set<std::string> cancel_asked;
  std::set<std::string> lost;
  std::size_t renewals = 0;
  bool fetches_hang = false;
  std::vector<caf::response_promise> hanging;
  bool commits_hang = false;
  std::vector<std::pair<commit_research, caf::typed_response_promise<commit_ack>>> late; ///< the commits that hang
  std::uint32_t claimed_at_once = 0;
  std::function<void()> after_claim;   ///< once, before its answer is on its way
  std::vector<std::string> taken_back; ///< from the embedders, by token
  std::string asked;                   ///< `c` for a claim, `r` for a renewal
};
using ledger_ptr = std::shared_ptr<fake_ledger>;

template <class T, class Ask>
caf::result<T> answer(fake_ledger& x, const Ask& ask) {
  auto result = x.world(ask);
  if (!result)
    return to_caf(result.error());
  return std::get<T>(std::move(*result));
}

caf::behavior writer(caf::event_based_actor* self, const ledger_ptr& x) {
  return {
    [x](const claim_research& ask) {
      claimed_research out;
      ++x->claims;
      x->asked += 'c';
      x->claimed_at_once = std::max(x->claimed_at_once, ask.slots);
      while (!x->queued.empty() && out.rows.size() < ask.slots) {
        auto row = x->queued.front();
        x->queued.erase(x->queued.begin());
        ++row.attempt;
        row.epoch = lease_epoch{row.attempt};
        row.status = research_status::running;
        out.rows.push_back(row);
      }
      out.backlog = static_cast<std::uint32_t>(x->queued.size());
      if (auto then = std::exchange(x->after_claim, nullptr))
        then();
      return out;
    },
    [x](const renew_leases& ask) {
      lease_report out;
      x->renewals += ask.release ? 0 : 1;
      x->asked += ask.release ? "" : "r";
      for (auto& held : ask.leases) {
        if (ask.release)
          x->released.push_back(held.research.value);
        if (ask.release && held.crashed)
          x->crashed.push_back(held.research.value);
        if (x->cancel_asked.contains(held.research.value))
          out.cancelled.push_back(held.research);
        if (x->lost.contains(held.research.value))
          out.lost.push_back(held.research);
      }
      return out;
    },
    [x, self](const commit_research& ask) -> caf::result<commit_ack> {
      if (!x->commits_hang)
        return answer<commit_ack>(*x, ask);
      auto promise = self->make_response_promise<commit_ack>();
      x->late.emplace_back(ask, promise);
      return promise;
    },
    [x](go_atom) {
      for (auto& [ask, promise] : std::exchange(x->late, {}))
        promise.deliver(std::get<commit_ack>(x->world(ask).value()));
    },
  };
}

caf::behavior reader(caf::event_based_actor*, const ledger_ptr& x) {
  return {
    [x](const read_events& ask) {
      event_page page;
      page.last = ask.after;
      for (auto& event : x->world.log)
        if (event.seq > ask.after && event.research == ask.research) {
          page.events.push_back(event);
          page.last = event.seq;
        }
      return page;
    },
    [x](const find_fetches& ask) { return answer<fetch_list>(*x, ask); },
    [x](const get_document& ask) { return answer<document>(*x, ask); },
  };
}

/// A pool that has room for whatever is offered.
void grant(caf::event_based_actor* self, const ledger_ptr& x, const offer_work& offer, const work_source_actor& to) {
  if (offer.items > 0)
    self->send(to, grant_work{offer.queue, offer.items, deadline::in(5s)});
  else
    ++x->withdrawn;
}

caf::behavior scrape(caf::event_based_actor* self, const ledger_ptr& x) {
  return {
    [x, self](const offer_work& offer, const work_source_actor& to) { grant(self, x, offer, to); },
    [x](const find_page& ask) { return answer<page_standing>(*x, ask); },
    [x](const list_files& ask) { return answer<file_list>(*x, ask); },
    [x, self](const fetch_page& ask) -> caf::result<page_read> {
      if (!x->fetches_hang)
        return answer<page_read>(*x, ask);
      x->hanging.push_back(self->make_response_promise());
      return caf::delegated<page_read>{};
    },
    [x](const abort_fetches&) {
      x->world.aborted = true;
      for (auto& promise : std::exchange(x->hanging, {}))
        promise.deliver(to_caf({errc::cancelled, "given up", ""}));
    },
  };
}

caf::behavior embed(caf::event_based_actor* self, const ledger_ptr& x) {
  return {[x, self](const offer_work& offer, const work_source_actor& to) { grant(self, x, offer, to); },
          [x](const embed_document& ask) { return answer<embedded_document>(*x, ask); },
          [x](const abort_fetches& ask) { x->taken_back.push_back(ask.token); }};
}

caf::behavior index(caf::event_based_actor*, const ledger_ptr& x) {
  return {
    [x](const index_documents& ask) { return answer<index_ack>(*x, ask); },
    [x](const search_passages& ask) { return answer<search_hits>(*x, ask); },
  };
}

caf::behavior composing(caf::event_based_actor*, const ledger_ptr& x) {
  return {[x](const compose_answer& ask) { return answer<composed_answer>(*x, ask); }};
}

/// The wall clock of admission, which can be set; it goes with the time of the test that runs.
std::chrono::seconds clock_set_by{0};
caf::actor_clock* test_clock = nullptr;
timestamp wall() {
  auto passed = std::chrono::duration_cast<timestamp::duration>(test_clock->now().time_since_epoch());
  return timestamp{std::chrono::hours{24 * 365 * 50}} + passed + clock_set_by;
}

struct fixture : deterministic_system {
  ledger_ptr ledger = std::make_shared<fake_ledger>();
  std::vector<caf::actor> rooms;
  research_handles handles;
  caf::actor root;
  caf::actor admission;

  fixture() {
    clock_set_by = 0s;
    test_clock = &sched.clock();
    rooms = {mock("writer", writer, ledger), mock("reader", reader, ledger), mock("scrape", scrape, ledger),
             mock("embed", embed, ledger),   mock("index", index, ledger),   mock("composing", composing, ledger)};
    handles.writer = caf::actor_cast<store_writer_actor>(rooms[0]);
    handles.reader = caf::actor_cast<store_reader_actor>(rooms[1]);
    handles.scrape = caf::actor_cast<scrape_actor>(rooms[2]);
    handles.embed = caf::actor_cast<embed_actor>(rooms[3]);
    handles.index = caf::actor_cast<index_actor>(rooms[4]);
    handles.writers = {caf::actor_cast<answer_writer_actor>(rooms[5])};
    for (int i = 0; i < 6; ++i) {
      auto url = "file:///docs/" + std::to_string(i);
      ledger->world.pages[url] = {"Autovacuum decides to vacuum a table when " + std::to_string(i + 40)
                                    + " dead tuples exceed the threshold of part " + std::to_string(i) + ".",
                                  "Part " + std::to_string(i),
                                  {},
                                  errc::none};
      ledger->world.folders["/docs"].push_back(url);
    }
  }

  ~fixture() {
    stop();
    for (auto& x : rooms)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    consume_messages();
  }

  void stop() {
    if (!root)
      return;
    caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    root = nullptr;
    for (int i = 0; i < 5; ++i)
      pass(100ms);
  }

  void start(std::uint32_t slots = 4) {
    child_spec spec;
    spec.name = "admission";
    spec.address = make_door(sys).address;
    spec.start = [this, slots, address = spec.address](const child_context& ctx) {
      admission_options options;
      options.address = address;
      options.node = node_id{"node-1"};
      options.slots = slots;
      options.wall = wall;
      return spawn_admission(ctx, handles, options);
    };
    root = spawn_root_supervisor(sys, "research", {}, {spec}, [this](auto&, auto& door) { admission = door; });
    consume_messages();
  }

  void accept(const std::string& id, bool paths = true) {
    research_row row;
    row.id = research_id{id};
    row.request.question = "When does autovacuum vacuum a table?";
    if (paths)
      row.request.paths = {"/docs"};
    row.started_at = std::chrono::system_clock::now();
    ledger->queued.push_back(row);
    auto x = make_event(row.started_at, events::research_queued{row.request.question, priority_class::standard});
    ledger->world.log.push_back({row.id, event_seq{1}, x.at, x.type, x.data});
  }

  void pass(std::chrono::milliseconds d) {
    consume_messages();
    for (; d > 0ms; d -= 50ms) {
      sched.advance_time(50ms);
      consume_messages();
    }
  }

  std::string last_event() { return ledger->world.log.back().type; }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(research_actor_tests, fixture)

CAF_TEST(a queued research is claimed and ends in a report) {
  accept("r_1");
  start();
  pass(2s);
  CAF_CHECK_EQUAL(last_event(), "research.done");
  CAF_REQUIRE_EQUAL(ledger->world.reports.size(), 1u);
  CAF_CHECK(!ledger->world.reports[0].citations.empty());
  CAF_CHECK(ledger->released.empty());
  CAF_CHECK(ledger->taken_back.empty());
}

CAF_TEST(a hint starts work before the next poll) {
  start();
  pass(50ms); // the first claim is long ago
  accept("r_1");
  pass(0ms);
  CAF_CHECK_EQUAL(last_event(), "research.queued");
  anon_send(admission, events_committed{research_id{"r_1"}, event_seq{1}, false});
  pass(0ms);
  CAF_CHECK(last_event() != "research.queued");
}

CAF_TEST(hints soon after a claim become one claim) {
  start();
  pass(50ms);
  auto before = ledger->claims;
  for (std::string id : {"r_1", "r_2", "r_3"}) {
    accept(id, false);
    anon_send(admission, events_committed{research_id{id}, event_seq{1}, false});
    consume_messages();
  }
  CAF_CHECK_EQUAL(ledger->claims, before + 1);
  CAF_CHECK_EQUAL(ledger->queued.size(), 2u);
  pass(50ms);
  CAF_CHECK_EQUAL(ledger->claims, before + 2);
  CAF_CHECK(ledger->queued.empty());
}

CAF_TEST(no more is claimed than there are slots) {
  ledger->fetches_hang = true;
  for (int i = 0; i < 5; ++i)
    accept("r_" + std::to_string(i));
  start(2);
  pass(3s);
  CAF_CHECK_EQUAL(ledger->queued.size(), 3u);
  CAF_CHECK_EQUAL(ledger->claimed_at_once, 2u);
}

CAF_TEST(leases are renewed while a session runs and cancellation reaches it) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(4s);
  CAF_CHECK(ledger->renewals >= 3);
  CAF_CHECK_EQUAL(ledger->hanging.size(), 6u);
  ledger->cancel_asked.insert("r_1");
  pass(1500ms);
  CAF_CHECK_EQUAL(last_event(), "research.cancelled");
  CAF_CHECK(ledger->world.aborted);
  CAF_CHECK(ledger->hanging.empty());
  auto renewals = ledger->renewals;
  pass(3s);
  CAF_CHECK_EQUAL(ledger->renewals, renewals); // nothing runs any more
}

CAF_TEST(cancelling acts at once) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  anon_send(admission, events_committed{research_id{"r_2"}, event_seq{3}, false, true}); // somebody else's
  pass(0ms);
  CAF_CHECK(last_event() != "research.cancelled");
  auto renewals = ledger->renewals;
  anon_send(admission, events_committed{research_id{"r_1"}, event_seq{3}, false, true});
  consume_messages(); // without a moment passing
  CAF_CHECK_EQUAL(last_event(), "research.cancelled");
  CAF_CHECK_EQUAL(ledger->taken_back, std::vector<std::string>{"r_1#1"});
  CAF_CHECK(ledger->world.aborted);
  CAF_CHECK(ledger->hanging.empty());
  CAF_CHECK_EQUAL(ledger->renewals, renewals);
}

CAF_TEST(a session that ends of itself is said to have crashed and one that is stopped is not ) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  caf::actor session;
  auto asked = self->request(root, caf::infinite, find_child{"session/r_1"});
  consume_messages();
  asked.receive([&](const caf::actor& door) { session = door; }, [](caf::error&) {});
  CAF_REQUIRE(session);
  anon_send(session, caf::make_error(caf::sec::runtime_error)); // ends it as an exception would
  pass(50ms);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK_EQUAL(ledger->crashed, std::vector<std::string>{"r_1"});
  CAF_CHECK(ledger->world.aborted);
  accept("r_2");
  pass(3s);
  anon_send(root, remove_child{"session/r_2"});
  pass(50ms);
  CAF_CHECK_EQUAL(ledger->released.size(), 2u);
  CAF_CHECK_EQUAL(ledger->crashed.size(), 1u);
}

CAF_TEST(a session that an operator restarts comes back with a new claim and holds up nobody) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  auto again = ledger->queued;
  again.push_back({});
  again[0].id = research_id{"r_1"};
  again[0].attempt = 1;
  again[0].request.paths = {"/docs"};
  auto asked = self->request(root, caf::infinite, restart_child{"research/session/r_1", deadline::in(5s)});
  consume_messages();
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK(ledger->crashed.empty());
  ledger->queued = again;
  accept("r_2");
  pass(300ms); // far less than the next poll
  CAF_CHECK(ledger->queued.empty());
  actor_info back;
  asked.receive([&](const actor_info& x) { back = x; }, [](caf::error&) {});
  CAF_CHECK_EQUAL(back.path, "research/session/r_1");
  CAF_CHECK(back.state == actor_state::running);
  CAF_CHECK_EQUAL(back.restarts, 1u);
}

CAF_TEST(what ends in a moment is claimed in batches and no slot waits for the poll) {
  ledger->world.folders.clear();
  for (int i = 0; i < 40; ++i)
    accept("r_" + std::to_string(100 + i), false);
  start(8);
  for (int i = 0; i < 100 && !ledger->queued.empty(); ++i) {
    sched.advance_time(1ms);
    consume_messages();
  }
  consume_messages();
  CAF_CHECK(ledger->queued.empty()); // long before the next poll
  CAF_CHECK_LESS_OR_EQUAL(ledger->claims, 12u);
  CAF_CHECK_EQUAL(ledger->claimed_at_once, 8u);
  CAF_CHECK_EQUAL(ledger->world.commits, 40u);         // one each
  CAF_CHECK_EQUAL(ledger->world.log.size(), 40u * 7u); // a whole log each
}

CAF_TEST(a slot goes on when its last commit is under way and no more than twice the slots are held) {
  ledger->world.folders.clear();
  ledger->commits_hang = true;
  for (int i = 0; i < 6; ++i)
    accept("r_" + std::to_string(i), false);
  start(2);
  pass(1s);
  CAF_CHECK_EQUAL(ledger->late.size(), 4u);
  CAF_CHECK_EQUAL(ledger->queued.size(), 2u);
  CAF_CHECK_EQUAL(ledger->claimed_at_once, 2u);
  ledger->commits_hang = false;
  anon_send(rooms[0], go_atom::value);
  pass(100ms);
  CAF_CHECK(ledger->queued.empty());
  CAF_CHECK_EQUAL(ledger->world.commits, 6u);
}

CAF_TEST(after a pause of the process leases are renewed before anything is claimed and no session is given up) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  auto before = ledger->asked.size();
  sched.advance_time(20s); // longer than a lease and than sessions may be silent
  consume_messages();
  CAF_REQUIRE(ledger->asked.size() > before);
  CAF_CHECK_EQUAL(ledger->asked[before], 'r');
  pass(2s);
  CAF_CHECK(ledger->asked.find('c', before) != std::string::npos);
  CAF_CHECK(!ledger->world.aborted);
  CAF_CHECK(ledger->released.empty());
}

CAF_TEST(after the clock was set ahead leases are renewed before anything is claimed) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  auto asked_for_next = [&] {
    auto before = ledger->asked.size();
    anon_send(admission, events_committed{research_id{"r_2"}, event_seq{1}, false});
    consume_messages();
    CAF_REQUIRE(ledger->asked.size() > before);
    return ledger->asked.substr(before);
  };
  CAF_CHECK_EQUAL(asked_for_next(), "c");
  pass(50ms);
  clock_set_by = 1h;
  CAF_CHECK_EQUAL(asked_for_next(), "rc");
  pass(50ms);
  CAF_CHECK_EQUAL(asked_for_next(), "c"); // it has noticed
  CAF_CHECK(ledger->released.empty());
}

CAF_TEST(a session that begins while admission knows of none is ticked) {
  start();
  pass(2s); // nothing runs, so nothing is ticked any more
  int ticks = 0;
  auto session =
    mock("session", [&ticks](caf::event_based_actor*) -> caf::behavior { return {[&ticks](tick_atom) { ++ticks; }}; });
  handles.ticks->join(session.id(), session, sched.clock().now());
  pass(3s);
  CAF_CHECK(ticks > 5);
  handles.ticks->leave(session.id());
  caf::anon_send_exit(session, caf::exit_reason::user_shutdown);
  consume_messages();
}

CAF_TEST(the backlog shows while all slots are taken) {
  ledger->fetches_hang = true;
  for (int i = 0; i < 2; ++i)
    accept("r_" + std::to_string(i));
  start(2);
  pass(500ms);
  for (int i = 2; i < 5; ++i)
    accept("r_" + std::to_string(i));
  pass(2s);
  auto asked = self->request(root, caf::infinite, get_tree{deadline::in(1s)});
  consume_messages();
  std::string status;
  asked.receive(
    [&](const tree_snapshot& x) {
      for (auto& actor : x.actors)
        if (actor.path.ends_with("admission"))
          status = actor.status;
    },
    [](caf::error&) {});
  CAF_CHECK_EQUAL(status, "2 of 2 sessions · backlog 3");
}

CAF_TEST(a lost lease stops its session without another write) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  auto events = ledger->world.log.size();
  ledger->lost.insert("r_1");
  pass(3s);
  CAF_CHECK_EQUAL(ledger->world.log.size(), events);
  CAF_CHECK(ledger->world.aborted);
  CAF_CHECK(ledger->released.empty());
}

CAF_TEST(a session that missed its fence is told again when it speaks and is none of ours) {
  start();
  int fences = 0;
  auto deaf = mock(
    "session", [&fences](caf::event_based_actor*) -> caf::behavior { return {[&fences](fence_atom) { ++fences; }}; });
  auto speak = [&] {
    caf::send_as(deaf, admission, alive_atom::value, std::string{"r_1"}, std::uint64_t{7});
    consume_messages();
  };
  speak();
  ledger->lost.insert("r_1");
  pass(2s);
  CAF_CHECK_EQUAL(fences, 1);
  auto renewals = ledger->renewals;
  speak();
  CAF_CHECK_EQUAL(fences, 2);
  pass(3s);
  CAF_CHECK_EQUAL(ledger->renewals, renewals);
  anon_send(admission, session_ended{"r_1", lease_epoch{7}, session_end::stopped}); // it heard: nothing is kept of it
  ledger->lost.clear();
  speak();
  pass(2s);
  CAF_CHECK_EQUAL(fences, 2);
  CAF_CHECK(ledger->renewals > renewals);
  caf::anon_send_exit(deaf, caf::exit_reason::user_shutdown);
  consume_messages();
}

CAF_TEST(a session that is fenced twice ends once) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  caf::actor session;
  auto asked = self->request(root, caf::infinite, find_child{"session/r_1"});
  consume_messages();
  asked.receive([&](const caf::actor& door) { session = door; }, [](caf::error&) {});
  CAF_REQUIRE(session);
  auto events = ledger->world.log.size();
  for (int i = 0; i < 2; ++i)
    anon_send(session, fence_atom::value);
  pass(1s);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK_EQUAL(ledger->world.log.size(), events);
}

CAF_TEST(a commit that fails hands the lease back) {
  ledger->world.commit_failure = errc::storage_failed;
  accept("r_1");
  start();
  pass(500ms);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK_EQUAL(last_event(), "research.queued");
}

CAF_TEST(a store that fails is tried less and less often until it works) {
  ledger->world.commit_failure = errc::disk_full;
  accept("r_1");
  start();
  for (int second = 0; second < 60; ++second) {
    pass(1s);
    if (ledger->queued.empty()) // handed back
      accept("r_1");
  }
  CAF_CHECK_GREATER_OR_EQUAL(ledger->released.size(), 3u);
  CAF_CHECK_LESS_OR_EQUAL(ledger->released.size(), 9u); // 60 without waiting longer each time
  ledger->world.commit_failure = errc::none;
  pass(60s);
  CAF_CHECK_EQUAL(last_event(), "research.done");
}

CAF_TEST(draining hands back what can not end in time and claims no more) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  auto drained = self->request(admission, caf::infinite, drain_atom::value, std::int64_t{2000});
  accept("r_2");
  pass(3s);
  std::uint64_t handed_back = 0;
  drained.receive([&](std::uint64_t count) { handed_back = count; }, [](caf::error&) {});
  CAF_CHECK_EQUAL(handed_back, 1u);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK_EQUAL(ledger->queued.size(), 1u);
}

CAF_TEST(a drain is over as soon as the last session has ended by itself) {
  ledger->fetches_hang = true;
  accept("r_1");
  start();
  pass(500ms);
  self->send(admission, drain_atom::value, std::int64_t{60000});
  pass(1s);
  auto done = false;
  auto look = [&] { self->receive([&](std::uint64_t count) { done = count == 0; }, caf::after(0s) >> [] {}); };
  look();
  CAF_CHECK(!done);
  anon_send(admission, events_committed{research_id{"r_1"}, event_seq{3}, false, true}); // ends it
  consume_messages();
  look();
  CAF_CHECK(done);
  CAF_CHECK_EQUAL(last_event(), "research.cancelled");
  CAF_CHECK(ledger->released.empty());
}

CAF_TEST(a research that was to be cancelled before it was claimed is) {
  ledger->fetches_hang = true;
  accept("r_1");
  ledger->queued.back().cancel_requested = true;
  start();
  consume_messages();
  CAF_CHECK_EQUAL(last_event(), "research.cancelled");
}

CAF_TEST(an admission that failed learns from its sessions that they run) {
  ledger->fetches_hang = true;
  accept("r_1");
  start(1);
  pass(500ms);
  anon_send(admission, caf::make_error(caf::sec::runtime_error)); // ends it as an exception would
  pass(6s);
  CAF_CHECK(ledger->released.empty());
  CAF_CHECK(!ledger->world.aborted);
  auto renewals = ledger->renewals;
  accept("r_2"); // its only slot is taken
  pass(3s);
  CAF_CHECK_EQUAL(ledger->queued.size(), 1u);
  CAF_CHECK(ledger->renewals > renewals);
  anon_send(admission, events_committed{research_id{"r_1"}, event_seq{3}, false, true});
  consume_messages();
  auto cancelled = [](const event_record& x) { return x.type == "research.cancelled" && x.research.value == "r_1"; };
  CAF_CHECK(std::any_of(ledger->world.log.begin(), ledger->world.log.end(), cancelled));
  CAF_CHECK(ledger->queued.empty()); // and its slot is free
}

CAF_TEST(the last word of an older attempt ends nothing) {
  ledger->fetches_hang = true;
  accept("r_1");
  start(1);
  pass(500ms);
  anon_send(admission, session_ended{"r_1", lease_epoch{99}, session_end::crashed});
  consume_messages();
  CAF_CHECK(ledger->released.empty());
  anon_send(admission, session_ended{"r_1", lease_epoch{1}, session_end::given_up});
  consume_messages();
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
}

CAF_TEST(a session that can not be started hands its lease back) {
  start();
  child_spec in_the_way;
  in_the_way.name = "session/r_1";
  in_the_way.start = [](const child_context& ctx) {
    return ctx.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  };
  anon_send(root, add_child{std::move(in_the_way)});
  consume_messages();
  accept("r_1");
  pass(1s);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK(ledger->crashed.empty());
  anon_send(root, remove_child{"session/r_1"});
  consume_messages();
}

CAF_TEST(a hint that comes while a claim is under way is not forgotten) {
  ledger->after_claim = [this] {
    accept("r_1", false);
    anon_send(admission, events_committed{research_id{"r_1"}, event_seq{1}, false});
  };
  ledger->world.folders.clear();
  start();
  pass(50ms); // no poll comes in between
  CAF_CHECK(ledger->queued.empty());
  CAF_CHECK_EQUAL(ledger->claims, 2u);
}

CAF_TEST(what a claim brings after the drain began is handed back before its end) {
  accept("r_1");
  ledger->after_claim = [&] { self->send(admission, drain_atom::value, std::int64_t{60000}); };
  start();
  pass(50ms);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK(ledger->crashed.empty());
  auto done = false;
  self->receive([&](std::uint64_t count) { done = count == 0; }, caf::after(0s) >> [] {});
  CAF_CHECK(done);
  CAF_CHECK_EQUAL(last_event(), "research.queued");
}

CAF_TEST(what a claim brings after the end was asked for is handed back before it) {
  accept("r_1");
  ledger->after_claim = [&] { caf::anon_send_exit(admission, caf::exit_reason::user_shutdown); };
  start();
  pass(50ms);
  CAF_CHECK_EQUAL(ledger->released, std::vector<std::string>{"r_1"});
  CAF_CHECK(ledger->crashed.empty());
  CAF_CHECK_EQUAL(last_event(), "research.queued");
}

CAF_TEST(stopping the tree hands back every lease) {
  ledger->fetches_hang = true;
  accept("r_1");
  accept("r_2");
  start();
  pass(500ms);
  stop();
  std::sort(ledger->released.begin(), ledger->released.end());
  CAF_CHECK_EQUAL(ledger->released, (std::vector<std::string>{"r_1", "r_2"}));
  CAF_CHECK(ledger->world.aborted);
}

CAF_TEST_FIXTURE_SCOPE_END()
