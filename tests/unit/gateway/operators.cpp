// What operators see and do: dead letters, nodes, and going down.
#define CAF_SUITE gateway_operators

#include "client.hpp"
#include "fake_engine.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::gateway;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string first_letter = "d_01ARZ3NDEKTSV4RRFFQ69G5FAV";
const std::string absent_letter = "d_01ARZ3NDEKTSV4RRFFQ69G5FAW";
const std::string letters = "/api/v1/dead-letters";
const std::string question = R"({"question":"why?"})";

dead_letter letter(const std::string& id) {
  dead_letter x;
  x.id = id;
  x.queue = "embed";
  x.research = research_id{"r_01ARZ3NDEKTSV4RRFFQ69G5FAV"};
  x.subject = "http://example.org/poison";
  x.attempts = 3;
  x.why = {errc::poisoned, "it ended three embedders", "Look at the page."};
  x.at = timestamp{} + std::chrono::seconds{1700000000};
  return x;
}

gateway_options drainable() {
  gateway_options o;
  o.may_drain = true;
  o.roles = {"gateway", "research"};
  return o;
}

} // namespace

CAF_TEST(dead letters are listed with their error and their links) {
  fake_engine engine;
  engine.store->dead = {letter(first_letter)};
  client c{engine.port()};
  auto list = c.get(letters);
  CAF_CHECK_EQUAL(list.status, 200u);
  for (const char* part :
       {R"("id":"d_01ARZ3NDEKTSV4RRFFQ69G5FAV","queue":"embed","research_id":"r_01ARZ3NDEKTSV4RRFFQ69G5FAV")",
        R"("subject":"http://example.org/poison","attempts":3)",
        R"("error":{"code":"poisoned","message":"it ended three embedders","advice":"Look at the page."})",
        R"("at":"2023-11-14T22:13:20.000Z")",
        R"("requeue":"/api/v1/dead-letters/d_01ARZ3NDEKTSV4RRFFQ69G5FAV/requeue")", R"("next":null)"})
    if (!has(list.body, part))
      CAF_ERROR(std::string{part} + " is not in " + list.body);
  for (const char* bad : {"?limit=0", "?limit=201", "?after=r_01ARZ3NDEKTSV4RRFFQ69G5FAV", "?after=x"})
    CAF_CHECK_EQUAL(c.get(letters + bad).status, 400u);
}

CAF_TEST(a dead letter is taken up again as a new research) {
  fake_engine engine;
  engine.store->dead = {letter(first_letter)};
  client c{engine.port()};
  auto again = c.post(letters + "/" + first_letter + "/requeue", "");
  CAF_CHECK_EQUAL(again.status, 202u);
  CAF_CHECK(again.headers["location"].starts_with("/api/v1/research/r_"));
  CAF_CHECK(has(again.body, "\"status\":\"queued\"") && has(again.body, "\"links\""));
  CAF_CHECK(engine.store->dead.empty());
  CAF_CHECK_EQUAL(c.post(letters + "/" + first_letter + "/requeue", "").status, 404u);
}

CAF_TEST(a dead letter is thrown away by either verb) {
  fake_engine engine;
  engine.store->dead = {letter(first_letter), letter(absent_letter)};
  client c{engine.port()};
  auto gone = c.post(letters + "/" + first_letter + "/discard", "");
  CAF_CHECK_EQUAL(gone.status, 200u);
  CAF_CHECK(has(gone.body, first_letter) && has(gone.body, "poisoned"));
  c.send("DELETE " + letters + "/" + absent_letter + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CAF_CHECK_EQUAL(c.read().status, 200u);
  CAF_CHECK(engine.store->dead.empty());
  for (const std::string& unknown : {first_letter, std::string{"nonsense"}, std::string{"d_short"}})
    for (const char* verb : {"/requeue", "/discard"})
      CAF_CHECK_EQUAL(c.post(letters + "/" + unknown + verb, "").status, 404u);
}

CAF_TEST(a node tells about itself) {
  fake_engine engine{drainable()};
  actor_info session;
  session.path = "node-1/research/session/r_01ARZ3NDEKTSV4RRFFQ69G5FAV";
  engine.store->tree.actors.push_back(session);
  client c{engine.port()};
  auto nodes = c.get("/api/v1/nodes");
  CAF_CHECK_EQUAL(nodes.status, 200u);
  for (const std::string& part : {std::string{R"("id":"node-1","state":"running","roles":["gateway","research"])"},
                                  std::string{R"("sessions":1)"}, R"("address":"http://)" + engine.host() + "\"",
                                  std::string{R"("drain_deadline_s":30)"}})
    if (!has(nodes.body, part))
      CAF_ERROR(part + " is not in " + nodes.body);
}

CAF_TEST(a node that drains takes no new work and still answers) {
  auto o = drainable();
  auto going_down = o.going_down;
  fake_engine engine{o};
  engine.store->dead = {letter(first_letter)};
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.post("/api/v1/research", question).status, 202u);
  CAF_CHECK_EQUAL(c.post("/api/v1/nodes/node-2/drain", "").status, 404u);
  CAF_CHECK(!going_down->begun());
  for (int i = 0; i < 2; ++i) {
    auto drains = c.post("/api/v1/nodes/node-1/drain", "");
    CAF_CHECK_EQUAL(drains.status, 202u);
    CAF_CHECK(has(drains.body, "\"state\":\"draining\""));
  }
  CAF_CHECK(going_down->begun());
  for (const auto& refused :
       {c.post("/api/v1/research", question), c.post(letters + "/" + first_letter + "/requeue", "")}) {
    CAF_CHECK_EQUAL(refused.status, 503u);
    CAF_CHECK(has(refused.body, "\"code\":\"draining\""));
    CAF_CHECK(std::stoi(refused.headers.at("retry-after")) > 0);
  }
  auto ready = c.get("/health/ready");
  CAF_CHECK_EQUAL(ready.status, 503u);
  CAF_CHECK(has(ready.body, "\"draining\":{\"healthy\":false"));
  for (const char* path : {"/health/live", "/api/v1/tree", "/api/v1/research", "/api/v1/nodes"})
    CAF_CHECK_EQUAL(c.get(path).status, 200u);
  client fresh{engine.port()}; // and new connections too
  CAF_CHECK_EQUAL(fresh.get("/api/v1/research").status, 200u);
  CAF_CHECK_EQUAL(engine.store->dead.size(), 1u);
}

CAF_TEST(the node of a command is not drained from outside) {
  fake_engine engine;
  client c{engine.port()};
  CAF_CHECK_EQUAL(c.post("/api/v1/nodes/node-1/drain", "").status, 409u);
  CAF_CHECK_EQUAL(c.post("/api/v1/research", question).status, 202u);
}

CAF_TEST(what is left until the end is shared out) {
  drain_signal x;
  using ms = std::chrono::milliseconds;
  CAF_CHECK(x.share(ms{8000}) == ms{8000}); // nobody said by when
  auto now = std::chrono::steady_clock::now();
  x.end_by(now + std::chrono::hours{1});
  CAF_CHECK(x.share(ms{8000}) == ms{8000});
  x.end_by(now + ms{4000});
  CAF_CHECK(x.share(ms{8000}) <= ms{2000});
  x.end_by(now - ms{1});
  CAF_CHECK(x.share(ms{8000}) == ms{100}); // for streams to be told
  CAF_CHECK(x.share(ms{0}) == ms{0});
}
