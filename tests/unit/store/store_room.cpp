// The store's actors under the test coordinator: grouping, lanes, limits, wakes, the readers' door, restarts.
#define CAF_SUITE store_room

#include "actors/store/store_actors.hpp"
#include "actors/supervision/door_actor.hpp"
#include "actors/supervision/supervisor_actor.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace troupe::storage_tests;

namespace {

/// What the store was asked, a string a group; the ops with `|` between them.
struct diary {
  std::vector<std::string> groups;
  std::vector<std::string> reads;
  std::vector<bool> tended;
  std::size_t open_failures = 0;
  bool full = false; ///< the disk
  std::size_t tries = 0;
};

struct noting_writer : storage::writer {
  std::shared_ptr<diary> notes;
  explicit noting_writer(std::shared_ptr<diary> x) : notes(std::move(x)) {}

  std::vector<expected<write_answer>> apply(std::span<const write_op> ops,
                                            std::vector<events_committed>& wakes) override {
    std::vector<expected<write_answer>> answers;
    std::string group;
    for (const auto& op : ops) {
      group += (group.empty() ? "" : "|") + std::visit([](const auto& x) { return label(x); }, op);
      answers.push_back(notes->full ? no_room() : std::visit([&](const auto& x) { return answer(x, wakes); }, op));
    }
    notes->groups.push_back(group);
    return answers;
  }
  void tend(bool idle) override { notes->tended.push_back(idle); }
  expected<void> try_writing() override {
    ++notes->tries;
    return notes->full ? expected<void>{no_room()} : expected<void>{};
  }
  static tl::unexpected<error> no_room() { return fail(errc::disk_full, "no room", "Make some."); }

  static std::string label(const accept_research& x) { return "accept " + x.id.value; }
  static std::string label(const commit_research& x) {
    return "commit " + x.research.value + " " + std::to_string(x.pages.size());
  }
  static std::string label(const claim_research&) { return "claim"; }
  static std::string label(const renew_leases&) { return "renew"; }
  static std::string label(const cancel_research&) { return "cancel"; }
  static std::string label(const settle_dead_letter&) { return "settle"; }

  using result = expected<write_answer>;
  static result answer(const accept_research& x, std::vector<events_committed>& wakes) {
    wakes.push_back({x.id, event_seq{1}, false});
    accepted_research answer;
    answer.row.id = x.id;
    return write_answer{answer};
  }
  static result answer(const claim_research&, std::vector<events_committed>&) {
    return write_answer{claimed_research{}};
  }
  static result answer(const renew_leases&, std::vector<events_committed>&) { return write_answer{lease_report{}}; }
  static result answer(const commit_research& x, std::vector<events_committed>& wakes) {
    wakes.push_back({x.research, event_seq{9}, is_final(x.status)});
    return write_answer{commit_ack{event_seq{9}}};
  }
  static result answer(const cancel_research&, std::vector<events_committed>&) {
    return fail(errc::not_found, "no such research", "Look again.");
  }
  static result answer(const settle_dead_letter& x, std::vector<events_committed>&) {
    settled_dead_letter answer;
    answer.letter.id = x.id;
    return write_answer{answer};
  }
};

struct noting_reader : storage::reader {
  std::shared_ptr<diary> notes;
  std::string name;
  noting_reader(std::shared_ptr<diary> x, std::string n) : notes(std::move(x)), name(std::move(n)) {}

  void note(const std::string& what) { notes->reads.push_back(name + " " + what); }
  expected<research_row> get(const get_research& x) override {
    note("get " + x.research.value);
    research_row row;
    row.id = x.research;
    return row;
  }
  expected<research_list> list(const list_research&) override { return note("list"), research_list{}; }
  expected<event_page> events(const read_events&) override { return note("events"), event_page{}; }
  expected<report> get(const get_report&) override { return note("report"), report{}; }
  expected<dead_letter_list> list(const list_dead_letters&) override {
    return note("dead letters"), dead_letter_list{};
  }
  expected<document> get(const get_document&) override {
    return note("document"), fail(errc::not_found, "no such document", "Look again.");
  }
  expected<fetch_list> find(const find_fetches&) override { return note("find"), fetch_list{}; }
  expected<index_page> load(const load_index&) override { return note("load"), index_page{}; }
  expected<store_figures> figures(const get_store_figures&) override { return note("figures"), store_figures{}; }
};

struct noting_store : storage::store {
  std::shared_ptr<diary> notes = std::make_shared<diary>();
  int readers = 0;
  expected<std::unique_ptr<writer>> open_writer() override {
    if (notes->open_failures > 0 && notes->open_failures-- > 0)
      return fail(errc::disk_full, "no room", "Make some.");
    return std::make_unique<noting_writer>(notes);
  }
  expected<std::unique_ptr<reader>> open_reader() override {
    return std::make_unique<noting_reader>(notes, std::to_string(readers++));
  }
};

struct fixture : deterministic_system {
  std::shared_ptr<noting_store> noting = std::make_shared<noting_store>();
  std::shared_ptr<diary> notes = noting->notes;
  std::shared_ptr<storage::store> opened = noting;
  store_actor_options options;
  store_addresses at{make_door(sys).address, make_door(sys).address, make_door(sys).address};
  store_writer_actor writer = caf::actor_cast<store_writer_actor>(at.writer);
  store_reader_actor reader = caf::actor_cast<store_reader_actor>(at.readers);
  event_log_actor event_log = caf::actor_cast<event_log_actor>(at.event_log);
  caf::actor root;
  std::vector<caf::actor> others;

  fixture() { options.detached = false; }
  ~fixture() {
    for (auto& x : others)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    run();
  }
  void start() {
    root = spawn_root_supervisor(sys, "node", {}, store_children(opened, at, options));
    run();
  }
  /// Keeps the wakes it gets.
  event_subscriber_actor subscriber(std::shared_ptr<std::vector<std::string>> woken) {
    others.push_back(mock("subscriber", [woken](caf::event_based_actor*) -> caf::behavior {
      return {[woken](const events_committed& x) {
        woken->push_back(x.research.value + " " + std::to_string(x.last.value) + (x.final ? " final" : ""));
      }};
    }));
    return caf::actor_cast<event_subscriber_actor>(others.back());
  }
  void restart(const std::string& child) {
    self->send(root, restart_child{"node/" + child, deadline::in(1s)});
    run();
  }

  /// The answer of a request that was sent before `run`.
  template <class Answer, class Response>
  expected<Answer> answer(Response& response) {
    expected<Answer> result = fail(errc::internal, "no answer");
    response.receive([&](Answer& x) { result = std::move(x); },
                     [&](caf::error& x) { result = tl::make_unexpected(from_caf(x)); });
    return result;
  }
  template <class Answer, class Handle, class Ask>
  expected<Answer> ask(const Handle& to, const Ask& x) {
    auto response = self->request(to, caf::infinite, x);
    run();
    return answer<Answer>(response);
  }
};

commit_research some_commit(const std::string& id, std::size_t pages) {
  commit_research x;
  x.research = research_id{id};
  x.pages.resize(pages);
  return x;
}

using lines = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(store_room_tests, fixture)

CAF_TEST(what waits becomes one group and events go before pages) {
  options.writes.bulk_pages = 3;
  start();
  auto a = self->request(writer, caf::infinite, some_commit("r_1", 2));
  auto b = self->request(writer, caf::infinite, an_accept("r_2"));
  auto c = self->request(writer, caf::infinite, some_commit("r_1", 0)); // stays behind its research's pages
  auto d = self->request(writer, caf::infinite, some_commit("r_3", 2));
  auto e = self->request(writer, caf::infinite, cancel_research{research_id{"r_4"}, {}, {}});
  auto f = self->request(writer, caf::infinite, some_commit("r_5", 0));
  run();
  CAF_CHECK(notes->groups == (lines{"accept r_2|cancel|commit r_5 0", "commit r_1 2|commit r_1 0", "commit r_3 2"}));
  CAF_CHECK(answer<commit_ack>(a)->last.value == 9);
  CAF_CHECK(answer<accepted_research>(b)->row.id.value == "r_2");
  CAF_CHECK(answer<commit_ack>(c).has_value());
  CAF_CHECK(answer<commit_ack>(d).has_value());
  CAF_CHECK(answer<research_row>(e).error() == (error{errc::not_found, "no such research", "Look again."}));
  CAF_CHECK(answer<commit_ack>(f).has_value());
  CAF_CHECK(notes->tended == (std::vector<bool>{false, true}));
}

CAF_TEST(a full disk is known until a write succeeds) {
  start();
  notes->full = true;
  auto refused = self->request(writer, caf::infinite, an_accept("r_1"));
  consume_messages(); // not `run`, which would go from one try to the next for ever
  CAF_CHECK(answer<accepted_research>(refused).error().code == errc::disk_full);
  auto trouble = options.health->trouble();
  CAF_REQUIRE(trouble);
  CAF_CHECK_EQUAL(trouble->message, "no room");
  for (int i = 0; i < 3; ++i) {
    sched.advance_time(1s);
    consume_messages();
  }
  CAF_CHECK_EQUAL(notes->tries, 3u); // one a second, however many writes fail
  CAF_CHECK(options.health->trouble());
  notes->full = false;
  sched.advance_time(1s);
  run();
  CAF_CHECK(!options.health->trouble());
  CAF_CHECK_EQUAL(notes->tries, 4u);
}

CAF_TEST(a write that is refused for itself says nothing of the disk) {
  start();
  CAF_CHECK(ask<research_row>(writer, cancel_research{research_id{"r_4"}, {}, {}}).error().code == errc::not_found);
  CAF_CHECK(!options.health->trouble());
}

CAF_TEST(beyond its limit the writer refuses) {
  options.writes.waiting_ops = 2;
  start();
  auto a = self->request(writer, caf::infinite, an_accept("r_1"));
  auto b = self->request(writer, caf::infinite, an_accept("r_2"));
  auto c = self->request(writer, caf::infinite, an_accept("r_3"));
  run();
  CAF_CHECK(notes->groups == lines{"accept r_1|accept r_2"});
  CAF_CHECK(answer<accepted_research>(a).has_value());
  CAF_CHECK(answer<accepted_research>(b).has_value());
  CAF_CHECK(answer<accepted_research>(c).error().code == errc::overloaded);
  CAF_CHECK(ask<accepted_research>(writer, an_accept("r_3")).has_value());
}

CAF_TEST(a write that nobody waits for any more is not done) {
  start();
  auto late = an_accept("r_1");
  late.until = deadline::in(-1s);
  CAF_CHECK(ask<accepted_research>(writer, late).error().code == errc::deadline_exceeded);
  CAF_CHECK(notes->groups.empty());
}

CAF_TEST(subscribers are woken once a research after a commit) {
  start();
  auto one = std::make_shared<lines>();
  auto all = std::make_shared<lines>();
  auto follower = subscriber(one);
  self->send(event_log, subscribe_events{research_id{"r_1"}}, follower);
  self->send(event_log, subscribe_events{}, subscriber(all));
  run();
  self->send(event_log, events_committed{research_id{"r_1"}, event_seq{2}, false});
  self->send(event_log, events_committed{research_id{"r_1"}, event_seq{3}, false});
  self->send(event_log, events_committed{research_id{"r_2"}, event_seq{1}, false});
  run();
  CAF_CHECK(*one == lines{"r_1 3"});
  CAF_CHECK(*all == (lines{"r_1 3", "r_2 1"}));
  CAF_CHECK(ask<accepted_research>(writer, an_accept("r_1")).has_value());
  CAF_CHECK(one->back() == "r_1 1");
  self->send(event_log, unsubscribe_events{research_id{"r_1"}}, follower);
  CAF_CHECK(ask<accepted_research>(writer, an_accept("r_1")).has_value());
  CAF_CHECK(one->size() == 2);
  CAF_CHECK(all->size() == 4);
}

CAF_TEST(subscriptions end with the log or the subscriber and outlive a restart) {
  start();
  auto woken = std::make_shared<lines>();
  auto dying = subscriber(std::make_shared<lines>());
  auto living = subscriber(woken);
  for (const auto& who : {dying, living}) {
    self->send(event_log, subscribe_events{research_id{"r_1"}}, who);
    self->send(event_log, subscribe_events{research_id{"r_2"}}, who);
  }
  run();
  caf::anon_send_exit(dying, caf::exit_reason::kill);
  run();
  restart("event-log");
  auto end = some_commit("r_1", 0);
  end.status = research_status::done;
  CAF_CHECK(ask<commit_ack>(writer, end).has_value());
  CAF_CHECK(ask<commit_ack>(writer, end).has_value()); // nobody follows it any more
  CAF_CHECK(ask<commit_ack>(writer, some_commit("r_2", 0)).has_value());
  CAF_CHECK(*woken == (lines{"r_1 9 final", "r_2 9"}));
}

CAF_TEST(reads are spread over readers that are free) {
  start();
  std::vector<decltype(self->request(reader, caf::infinite, get_research{}))> responses;
  for (int i = 0; i < 4; ++i)
    responses.push_back(self->request(reader, caf::infinite, get_research{research_id{std::to_string(i)}, {}}));
  run();
  for (int i = 0; i < 4; ++i)
    CAF_CHECK(answer<research_row>(responses[static_cast<std::size_t>(i)])->id.value == std::to_string(i));
  auto by = [&](char name) {
    return std::count_if(notes->reads.begin(), notes->reads.end(), [=](auto& x) { return x[0] == name; });
  };
  CAF_CHECK(by('0') >= 1);
  CAF_CHECK(by('1') >= 1);
  CAF_CHECK(ask<document>(reader, get_document{}).error().message == "no such document");
  CAF_CHECK(ask<event_page>(reader, read_events{}).has_value());
  CAF_CHECK(ask<store_figures>(reader, get_store_figures{}).has_value());
}

CAF_TEST(loading an index never takes the last reader) {
  start();
  auto a = self->request(reader, caf::infinite, load_index{});
  auto b = self->request(reader, caf::infinite, load_index{});
  auto c = self->request(reader, caf::infinite, get_research{});
  run();
  CAF_CHECK(notes->reads.size() == 3);
  CAF_CHECK(notes->reads.back().substr(2) == "load");
  CAF_CHECK(answer<index_page>(a).has_value());
  CAF_CHECK(answer<index_page>(b).has_value());
  CAF_CHECK(answer<research_row>(c).has_value());
}

CAF_TEST(reads beyond the limit are refused and late ones not done) {
  options.waiting_reads = 1;
  options.readers = 1;
  start();
  auto a = self->request(reader, caf::infinite, get_research{});
  auto b = self->request(reader, caf::infinite, get_research{research_id{"late"}, deadline::in(-1s)});
  auto c = self->request(reader, caf::infinite, get_research{});
  consume_message(); // a goes to the reader
  consume_message();
  run();
  CAF_CHECK(answer<research_row>(a).has_value());
  CAF_CHECK(answer<research_row>(b).error().code == errc::deadline_exceeded);
  CAF_CHECK(!notes->reads.empty());
  CAF_CHECK(std::none_of(notes->reads.begin(), notes->reads.end(), [](auto& x) { return x.ends_with("late"); }));
  auto last = answer<research_row>(c);
  CAF_CHECK(last.has_value() || last.error().code == errc::overloaded);
}

CAF_TEST(readers and their door can be restarted) {
  start();
  restart("reader/0");
  restart("readers");
  restart("reader/1");
  for (int i = 0; i < 4; ++i)
    CAF_CHECK(ask<research_row>(reader, get_research{research_id{"r"}, {}}).has_value());
  restart("writer");
  CAF_CHECK(ask<accepted_research>(writer, an_accept("r_1")).has_value());
}

CAF_TEST(who waits for the writer is answered when it stops) {
  start();
  auto a = self->request(writer, caf::infinite, an_accept("r_1"));
  caf::anon_send_exit(writer, caf::exit_reason::user_shutdown); // the writer takes `a` in, and comes to no `flush`
  run();
  CAF_REQUIRE(!self->mailbox().empty()); // otherwise nobody answers
  auto x = answer<accepted_research>(a);
  CAF_REQUIRE(!x);
  CAF_CHECK_EQUAL(x.error().code, errc::unavailable);
  CAF_CHECK(notes->groups.empty());
}

CAF_TEST(a writer that can not open is tried again) {
  notes->open_failures = 1;
  start();
  CAF_CHECK(ask<accepted_research>(writer, an_accept("r_1")).has_value());
}

CAF_TEST(a real store behind the actors) {
  scratch_folder folder;
  opened = take(open_sqlite({folder.path, durability::normal, 10}));
  start();
  CAF_CHECK(ask<accepted_research>(writer, an_accept("r_1")).has_value());
  auto rows = take(ask<claimed_research>(writer, a_claim(1))).rows;
  CAF_REQUIRE(rows.size() == 1);
  auto commit = ending(a_commit(rows[0]));
  commit.pages = {a_page("http://a/1", "some words")};
  CAF_CHECK(take(ask<commit_ack>(writer, commit)).last.value == 2);
  CAF_CHECK(take(ask<event_page>(reader, read_events{research_id{"r_1"}, {}, 9, {}})).final);
  CAF_CHECK(take(ask<document>(reader, get_document{commit.pages[0].content.id, {}})).text == "some words");
}

CAF_TEST_FIXTURE_SCOPE_END()
