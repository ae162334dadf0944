// Events, requests and reports survive JSON; bad bodies are refused with the field that is wrong.
#define CAF_SUITE json

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "protocols/json/event_json.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/research_json.hpp"
#include "protocols/json/writer.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::string_literals;

namespace {

const std::string nasty = "q\"\\\n\t\x01\0</script>é\xF0\x9F\x98\x80"s;

std::vector<event_data> one_of_each() {
  using namespace events;
  return {research_queued{nasty, priority_class::batch},
          research_started{1, node_id{"node-1"}},
          research_resumed{2, node_id{"node-1"}, event_seq{17}},
          plan_ready{{nasty, "b"}},
          source_found{"path", "/x", 3, 2},
          page_fetched{"https://e.org/", nasty, document_id{"ab"}, 1ull << 40, 3, 1, 5, "web"},
          page_skipped{"https://e.org/", "robots_disallowed", nasty},
          page_failed{"https://e.org/", "http_status", "404", 3},
          passages_indexed{4, 5},
          question_answered{0, nasty, 7, 2},
          progress_made{{research_phase::gather, 1, 2, 3, 4, 5}},
          citation_verified{{1, 2, document_id{"ab"}, nasty, 3, 9, true}},
          citation_rejected{document_id{"ab"}, nasty, "changed"},
          report_delta{1, 1ull << 33, nasty},
          report_ready{1, 2, 3, 4, "extractive"},
          research_done{1234},
          research_partial{5, "deadline", "why"},
          research_failed{{errc::disk_full, nasty, "free some"}},
          research_cancelled{6}};
}

std::string code_of(std::string_view body) {
  auto x = parse_research_request(body);
  return x ? "ok" : to_string(x.error().code);
}

} // namespace

CAF_TEST(every event survives its JSON) {
  auto all = one_of_each();
  CAF_REQUIRE_EQUAL(all.size(), std::variant_size_v<event_data>);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAF_CHECK_EQUAL(all[i].index(), i);
    auto back = decode_data(type_name(all[i]), encode_data(all[i]));
    CAF_REQUIRE(back);
    CAF_CHECK(*back == all[i]);
    CAF_CHECK_EQUAL(is_final(all[i]), is_final_event(type_name(all[i])));
  }
  auto page = events::page_fetched{"https://e.org/", "t", document_id{"ab"}, 9, 3, 1, 5, "web"};
  CAF_CHECK(encode_data(page).find("access") == std::string::npos); // as in logs from before there was such a field
  page.access = "excerpt";
  auto back = decode_data("page.fetched", encode_data(page));
  CAF_REQUIRE(back);
  CAF_CHECK(*back == event_data{page});
  CAF_CHECK(!decode_data("page.eaten", "{}"));
  CAF_CHECK(!decode_data("plan.ready", "{}"));
}

CAF_TEST(the envelope is as documented) {
  event_record x{research_id{"r_1"}, event_seq{17}, {}, "research.done", R"({"elapsed_ms":5})"};
  CAF_REQUIRE(from_iso8601("2026-01-31T12:00:00.123Z", x.at));
  CAF_CHECK_EQUAL(
    encode_event(x),
    R"({"v":1,"seq":17,"at":"2026-01-31T12:00:00.123Z","research_id":"r_1","type":"research.done","data":{"elapsed_ms":5}})");
}

CAF_TEST(strings are escaped as RapidJSON escapes them wherever the character stands) {
  auto theirs = [](const std::string& s) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> out{buffer};
    out.StartArray();
    out.String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
    out.String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
    out.EndArray();
    return std::string{buffer.GetString(), buffer.GetSize()};
  };
  auto ours = [](const std::string& s) {
    json_writer out;
    out.begin_array().value(s).value(s).end_array();
    return out.str();
  };
  for (std::size_t length : {0u, 1u, 7u, 8u, 9u, 16u, 19u}) {
    const std::string plain(length, '~');
    CAF_CHECK_EQUAL(ours(plain), theirs(plain));
    for (std::size_t place = 0; place < length; ++place) {
      for (int c = 0; c < 0x80; ++c) {
        auto s = plain;
        s[place] = static_cast<char>(c);
        CAF_REQUIRE_EQUAL(ours(s), theirs(s));
      }
      auto s = plain;
      s.replace(place, 1, "\xC3\xA9\xE2\x80\xA8");
      CAF_REQUIRE_EQUAL(ours(s), theirs(s));
    }
  }
  CAF_CHECK_EQUAL((json_writer{}.begin_object().field("a\"\n", nasty).end_object().str().substr(0, 11)),
                  R"({"a\"\n":"q)");
}

CAF_TEST(times survive their text) {
  for (auto s : {"1970-01-01T00:00:00.000Z", "2026-02-28T23:59:59.999Z", "1969-12-31T23:59:59.001Z",
                 "2000-02-29T00:00:00.010Z", "1900-01-01T10:20:30.405Z", "2200-12-31T23:59:59.999Z"}) {
    timestamp at;
    CAF_REQUIRE(from_iso8601(s, at));
    CAF_CHECK_EQUAL(to_iso8601(at), s);
  }
  timestamp at;
  CAF_CHECK(!from_iso8601("2026-02-28", at));
  for (const auto* none :
       {"2026-02-29T12:00:00Z", "2026-02-30T12:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z"})
    CAF_CHECK(!from_iso8601(none, at));
  for (const auto* some : {"2028-02-29T12:00:00Z", "2026-12-31T23:59:60Z", "2026-01-31T23:59:59-11:00"})
    CAF_CHECK(from_iso8601(some, at));
  CAF_CHECK(!from_iso8601("2026-02-28T23:59:59.999Zx", at));
}

CAF_TEST(text is judged the same wherever in it the odd byte stands) {
  for (std::size_t length = 1; length < 40; ++length)
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'a');
      CAF_CHECK(is_utf8(text));
      text[at] = '\x80';
      CAF_CHECK(!is_utf8(text));
      text.replace(at, 1, "é");
      CAF_CHECK(is_utf8(text));
    }
}

CAF_TEST(control characters are escaped wherever they stand) {
  for (char c = 0; c < ' '; ++c)
    for (std::size_t at = 0; at < 64; ++at) {
      std::string text(64, 'a');
      text[at] = c;
      json_writer out;
      out.begin_object().field("x", text).end_object();
      auto json = out.str();
      CAF_CHECK(std::none_of(json.begin(), json.end(), [](char x) { return x >= 0 && x < ' '; }));
      auto back = parse_json_object(json);
      std::string_view read;
      CAF_REQUIRE(back && (*back)->root["x"].get(read) == simdjson::SUCCESS);
      CAF_CHECK_EQUAL(read, text);
    }
}

CAF_TEST(requests take defaults and keep the question byte for byte) {
  const auto asked = "q\"\\\n\t</script>é\xF0\x9F\x98\x80"s;
  json_writer body;
  body.begin_object().field("question", asked).end_object();
  auto x = parse_research_request(body.str());
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->question, asked);
  CAF_CHECK_EQUAL(x->depth, 2u);
  CAF_CHECK_EQUAL(x->max_pages, 50u);
  CAF_CHECK_EQUAL(x->timeout_s, 120u);
  x->urls = {"https://e.org/"};
  x->collections = {collection_name{"c"}};
  x->kind = research_kind::ingest;
  x->question = nasty; // as an earlier version took it
  auto back = parse_stored_request(encode_request(*x));
  CAF_REQUIRE(back);
  CAF_CHECK(*back == *x);
}

CAF_TEST(bad requests say what is wrong) {
  CAF_CHECK_EQUAL(code_of("{"), "malformed_json");
  CAF_CHECK_EQUAL(code_of(""), "malformed_json");
  CAF_CHECK_EQUAL(code_of("[]"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of("{}"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"  "})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":5})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of("{\"question\":\"\xff\"}"), "invalid_utf8");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","dept":1})"), "unknown_field");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","question":"b"})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","depth":-1})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","depth":1.5})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","max_pages":0})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","urls":"x"})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","urls":[1]})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","priority":"urgent"})"), "invalid_argument");
  for (std::string field : {"priority", "report", "not_before"}) {
    CAF_CHECK_EQUAL(code_of(R"({"question":"a",")" + field + R"(":""})"), "invalid_argument");
    CAF_CHECK_EQUAL(code_of(R"({"question":"a",")" + field + R"(":null})"), "ok");
  }
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","max_pages":99999999999999999999})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","max_pages":-1e999, "depth":1})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"\"99999999999999999999","max_pages":5})"), "ok");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","max_pages":099999999999999999999})"), "malformed_json");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a","max_pages":99999999999999999999x})"), "malformed_json");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a\u0000b"})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a\u007fb"})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a\u009bb"})"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of(R"({"question":"a\tb\r\nc é ¡"})"), "ok");
  CAF_CHECK_EQUAL(code_of("{\"question\":\"" + std::string(5000, 'x') + "\"}"), "invalid_argument");
  CAF_CHECK_EQUAL(code_of("{\"question\":" + std::string(100000, '[') + "}"), "malformed_json");
  auto x = parse_research_request(R"({"question":"a","dept":1})");
  CAF_CHECK_EQUAL(x.error().advice, "Did you mean \"depth\"?");
}

CAF_TEST(reports survive their JSON) {
  report x;
  x.markdown = nasty;
  x.claims = {{nasty, {1, 2}}, {"b", {}}};
  x.citations = {{1, 1, document_id{"ab"}, nasty, 5, 9, true, 12}, {2, 1, document_id{"ab"}, "q", 0, 1, true}};
  x.sources = {{1, "https://e.org/", nasty, timestamp{} + std::chrono::milliseconds{1500}, document_id{"ab"}}};
  x.coverage = {1, 2, 3, 4, .5};
  x.writer = "extractive";
  auto back = parse_report(encode_report(x));
  CAF_REQUIRE(back);
  CAF_CHECK(*back == x);
  auto json = encode_report(x);
  CAF_CHECK(json.find("\"page\"") == json.rfind("\"page\"")); // a source without pages says nothing of them
}

CAF_TEST(ill - formed text is mended on the way out) {
  CAF_CHECK_EQUAL(to_valid_utf8("a\xff"), "a\xEF\xBF\xBD");
  CAF_CHECK_EQUAL(to_valid_utf8("\xF0\x9F\x98"), "\xEF\xBF\xBD");
  CAF_CHECK_EQUAL(to_valid_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  CAF_CHECK_EQUAL(to_valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CAF_CHECK(is_utf8(nasty));
  json_writer out;
  out.value("\xff");
  CAF_CHECK_EQUAL(out.str(), "\"\xEF\xBF\xBD\"");
}

CAF_TEST(the JSON parsing suite is sorted right) {
  auto root = std::getenv("TROUPE_TEST_DATA");
  if (root == nullptr) {
    std::cout << "skipped: the JSON parsing suite: TROUPE_TEST_DATA is not set\n";
    return;
  }
  std::size_t accepted = 0, refused = 0;
  for (auto& entry : std::filesystem::directory_iterator{std::filesystem::path{root} / "json" / "test_parsing"}) {
    std::ifstream in{entry.path(), std::ios::binary};
    std::stringstream text;
    text << in.rdbuf();
    auto name = entry.path().filename().string();
    auto parsed = parse_json(text.str());
    if (name[0] == 'y') {
      CAF_CHECK_EQUAL(std::make_pair(name, parsed.has_value()), std::make_pair(name, true));
      ++accepted;
    } else if (name[0] == 'n') {
      CAF_CHECK_EQUAL(std::make_pair(name, parsed.has_value()), std::make_pair(name, false));
      ++refused;
    }
  }
  CAF_CHECK(accepted > 90);
  CAF_CHECK(refused > 180);
}
