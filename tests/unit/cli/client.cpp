// What comes over the wire: server-sent events in any cut, problems, events.
#define CAF_SUITE cli_client

#include "gateway/cli/event_follow.hpp"
#include "gateway/cli/http_client.hpp"
#include "gateway/cli/sse_parser.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace troupe::cli;

namespace {

const std::string stream = ": hello\r\nid: 1\r\ndata: {\"a\":1}\r\n\r\n"
                           "id: 2\ndata: two\ndata:  lines\n\n"
                           "event: ping\n\n"
                           "data\n\n"
                           "id:3\rdata:cr\r\r";

const std::vector<sse_message> expected_messages{
  {"1", "", "{\"a\":1}"}, {"2", "", "two\n lines"}, {"2", "", ""}, {"3", "", "cr"}};

} // namespace

CAF_TEST(events come out the same whatever the cut) {
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    sse_parser parser;
    std::vector<sse_message> out;
    for (std::size_t i = 0; i < stream.size(); i += size)
      for (auto& m : parser.feed(std::string_view{stream}.substr(i, size)))
        out.push_back(m);
    CAF_CHECK(out == expected_messages);
  }
}

CAF_TEST(a message without end is refused) {
  sse_parser parser;
  std::string part(1u << 20, 'x');
  for (int i = 0; i < 8 && !parser.overrun(); ++i)
    CAF_CHECK(parser.feed(i == 0 ? "data: " + part : part).empty());
  CAF_CHECK(parser.overrun());
  CAF_CHECK(parser.feed("\n\n").empty());
}

CAF_TEST(an unfinished message at the end is no message) {
  sse_parser parser;
  CAF_CHECK(parser.feed("data: half\n").empty());
}

CAF_TEST(problems become errors) {
  auto x = problem_error(403, R"({"type":"about:blank","title":"Forbidden","status":403,"code":"path_not_allowed",
    "detail":"/etc is below no allowed root","advice":"Start the server with --allow-path /etc."})");
  CAF_CHECK(x.code == errc::path_not_allowed);
  CAF_CHECK_EQUAL(x.message, "/etc is below no allowed root");
  CAF_CHECK_EQUAL(x.advice, "Start the server with --allow-path /etc.");
  CAF_CHECK(problem_error(404, "<html>").code == errc::not_found);
  CAF_CHECK(problem_error(502, "").code == errc::http_status);
  CAF_CHECK_EQUAL(problem_error(502, "").message, "the server answered 502 without saying why");
}

CAF_TEST(nobody there is told as such) {
  http_client client{"http://127.0.0.1:1/"};
  CAF_CHECK_EQUAL(client.base(), "http://127.0.0.1:1");
  auto answer = client.send({});
  CAF_REQUIRE(!answer);
  CAF_CHECK(answer.error().code == errc::connect_failed);
  auto odd = http_client{"ftp://127.0.0.1"}.send({});
  CAF_REQUIRE(!odd);
  CAF_CHECK(odd.error().code == errc::url_invalid);
}

CAF_TEST(an event is read from its envelope) {
  auto x = parse_event(R"({"v":1,"seq":17,"at":"2026-01-31T12:00:00.123Z","research_id":"r_1","type":"page.fetched",)"
                       R"("data":{"url":"http://h/","n":1}})");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->seq.value, 17u);
  CAF_CHECK_EQUAL(x->type, "page.fetched");
  CAF_CHECK_EQUAL(x->data, R"({"url":"http://h/","n":1})");
  CAF_CHECK(!parse_event("{}"));
  CAF_CHECK(!parse_event("nonsense"));
  CAF_CHECK(!parse_event(R"({"seq":0,"at":"2026-01-31T12:00:00.123Z","type":"x","data":{}})"));
}

CAF_TEST(text is safe in an address) { CAF_CHECK_EQUAL(url_encoded("a b/é?"), "a%20b%2F%C3%A9%3F"); }
