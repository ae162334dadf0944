// Requests whose time-outs their owner's tick sees to: each ends once, by its answer or by the first sweep after its
// time.
#define CAF_SUITE swept_requests

#include "actors/flow/swept_requests.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using go_atom = caf::atom_constant<caf::atom("go")>;
using look_atom = caf::atom_constant<caf::atom("look")>;

struct outcomes {
  std::vector<int> answers;
  std::vector<caf::error> errors;
  bool empty = true;
};

struct asker_state {
  explicit asker_state(caf::event_based_actor* self) : requests(self) {}
  swept_requests requests;
};

/// Asks `to` with the number it is told, for 5 s; sweeps when told to look.
caf::behavior asker(caf::stateful_actor<asker_state>* self, const caf::actor& to,
                    const std::shared_ptr<outcomes>& out) {
  auto& state = self->state;
  return {[=, &state](go_atom, int x) {
            state.requests.ask<int>(
              to, self->clock().now() + 5s, x, [out](int& answer) { out->answers.push_back(answer); },
              [out](const caf::error& why) { out->errors.push_back(why); });
          },
          [=, &state](look_atom) {
            state.requests.sweep(self->clock().now());
            out->empty = state.requests.empty();
          }};
}

struct fixture : deterministic_system {
  std::shared_ptr<outcomes> out = std::make_shared<outcomes>();
  std::shared_ptr<std::vector<caf::response_promise>> kept = std::make_shared<std::vector<caf::response_promise>>();
  caf::actor other = mock("other", [kept = kept](caf::event_based_actor* me) -> caf::behavior {
    return {[=](int x) -> caf::result<int> {
              if (x == 0) { // for later
                kept->push_back(me->make_response_promise());
                return caf::delegated<int>{};
              }
              if (x < 0)
                return caf::make_error(caf::sec::invalid_argument);
              return x * 2;
            },
            [=](go_atom) { kept->at(0).deliver(7); }};
  });
  caf::actor who = sys.spawn(asker, other, out);

  ~fixture() {
    for (auto& x : {who, other})
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  }

  template <class... Ts>
  void tell(Ts... xs) {
    caf::anon_send(who, xs...);
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(swept_requests_tests, fixture)

CAF_TEST(answers and refusals end their own request) {
  tell(go_atom::value, 21);
  tell(go_atom::value, -1);
  tell(go_atom::value, 0);
  CAF_CHECK_EQUAL(out->answers, std::vector{42});
  CAF_CHECK_EQUAL(out->errors, std::vector{caf::make_error(caf::sec::invalid_argument)});
  tell(look_atom::value);
  CAF_CHECK(!out->empty);
  caf::anon_send(other, go_atom::value);
  consume_messages();
  tell(look_atom::value);
  CAF_CHECK(out->empty);
  CAF_CHECK_EQUAL(out->answers, (std::vector{42, 7}));
}

CAF_TEST(what is late fails once and its answer goes nowhere) {
  tell(go_atom::value, 0);
  sched.advance_time(4999ms);
  tell(look_atom::value);
  CAF_CHECK(out->errors.empty());
  sched.advance_time(1ms);
  caf::anon_send(who, look_atom::value);
  caf::anon_send(who, look_atom::value); // before the first one's failure has come back
  consume_messages();
  CAF_CHECK_EQUAL(out->errors, std::vector{caf::make_error(caf::sec::request_timeout)});
  caf::anon_send(other, go_atom::value);
  consume_messages();
  CAF_CHECK(out->answers.empty());
  tell(look_atom::value);
  CAF_CHECK(out->empty);
}

CAF_TEST(without anybody to ask it fails at once) {
  auto alone = sys.spawn(asker, caf::actor{}, out);
  caf::anon_send(alone, go_atom::value, 1);
  consume_messages();
  CAF_CHECK_EQUAL(out->errors, std::vector{caf::make_error(caf::sec::invalid_argument)});
  caf::anon_send_exit(alone, caf::exit_reason::user_shutdown);
}

CAF_TEST_FIXTURE_SCOPE_END()
