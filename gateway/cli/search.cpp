#include <algorithm>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>

#include "gateway/cli/command.hpp"
#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/search_view.hpp"
#include "gateway/cli/usage.hpp"
#include "protocols/json/writer.hpp"
#include "protocols/time.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Search the passages that were read, best first.

  troupe search "vacuum threshold" -k 5
  troupe search '"write ahead log" archive'   a phrase in quotation marks must stand so
  troupe search "release notes" --site example.org --language en --from 2026-01-01
  troupe search "backups" --collection notes --mode lexical --json | jq -r .hits[].text)";
constexpr const char* ending = "Exit status: 0 something was found, 1 failed, 2 usage, 3 nothing was found.";

struct search_arguments {
  engine_options engine;
  std::vector<std::string> words;
  std::string query; ///< the words together
  std::string collection;
  std::string mode = "hybrid";
  std::vector<std::string> sites;
  std::vector<std::string> languages;
  std::string from;
  std::string before;
  std::uint32_t k = 10;
  bool json = false;
};

/// As the server would say, without starting one.
std::optional<error> check_query(const std::string& query) {
  if (query.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
    return error{errc::invalid_argument, "the query is empty", "Search for something."};
  if (query.size() > 4096)
    return error{errc::invalid_argument, "the query is longer than 4,096 bytes", "Search for fewer words."};
  if (!is_utf8(query))
    return error{errc::invalid_utf8, "the query is not valid UTF-8", "Set the terminal to UTF-8 and search again."};
  return std::nullopt;
}

std::string check_day(const std::string& x) {
  return parse_day(x) ? "" : "\"" + x + "\" is no calendar date: write it as 2026-01-31";
}

std::string body_of(const search_arguments& x) {
  json_writer out;
  out.begin_object().field("query", x.query).field("mode", x.mode).field("k", x.k);
  if (!x.collection.empty())
    out.key("collections").begin_array().value(x.collection).end_array();
  auto list = [&](const char* name, const std::vector<std::string>& values) {
    if (values.empty())
      return;
    out.key(name).begin_array();
    for (const auto& value : values)
      out.value(value);
    out.end_array();
  };
  list("sites", x.sites);
  list("languages", x.languages);
  if (!x.from.empty())
    out.field("from", x.from);
  if (!x.before.empty())
    out.field("before", x.before);
  return out.end_object().str();
}

/// Asks again while the index is still being filled, as it is just after a start, for as long as anybody would wait.
expected<http_answer> search_whole_index(const http_client& server, const std::string& body, json_document& found) {
  http_call call;
  call.method = "POST";
  call.path = "/api/v1/search";
  call.media_type = "application/json";
  call.body = body;
  auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  for (;;) {
    auto answer = server.send(call);
    if (!answer)
      return answer;
    found.parse(answer->body);
    auto whole = !found.root().at("coverage").present() || found.root().number("coverage") >= 1;
    if (whole || interrupts() > 0 || std::chrono::steady_clock::now() > patience)
      return answer;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

/// Whether the server knows the collection; when it can't be asked, as well as it can be told.
bool is_known(const http_client& server, const std::string& collection) {
  http_call call;
  call.path = "/api/v1/collections";
  auto answer = server.send(call);
  json_document list;
  if (!answer || !list.parse(answer->body))
    return true;
  auto items = list.root().items("items");
  return std::any_of(items.begin(), items.end(), [&](auto& x) { return x.text("name") == collection; });
}

exit_status run_search(search_arguments x) {
  for (const auto& word : x.words)
    x.query += (x.query.empty() ? "" : " ") + word;
  if (auto wrong = check_query(x.query)) {
    tell(*wrong);
    return exit_status::usage;
  }
  watch_interrupts();
  auto engine = engine_connection::open(x.engine);
  if (!engine)
    return tell_and_fail(engine.error());
  json_document found;
  auto answer =
    engine->with_server([&](const http_client& server) { return search_whole_index(server, body_of(x), found); });
  if (!answer)
    return tell_and_fail(answer.error());
  auto hits = found.root().items("hits");
  if (hits.empty() && !x.collection.empty() && !is_known(engine->client(), x.collection))
    return tell_and_fail({errc::not_found, "no collection is called \"" + x.collection + "\"",
                          "Read into it first: troupe ingest PATH|URL --collection " + x.collection + "."});
  if (x.json)
    print(answer->body + (answer->body.ends_with("\n") ? "" : "\n"));
  else if (hits.empty())
    tell({errc::not_found, "nothing was found", "Use other words, or read something first with troupe ingest."});
  else
    print(draw_hits(hits, terminal_of(1)));
  return hits.empty() ? exit_status::partial : exit_status::done;
}

} // namespace

void add_search(CLI::App& app, command_run& run) {
  auto x = std::make_shared<search_arguments>();
  auto* command = app.add_subcommand("search", "Search the passages that were read");
  describe(*command, purpose, ending);
  command->add_option("QUERY", x->words, "Words to find")->required()->type_name("");
  command->add_option("--collection", x->collection, "Only in this collection")
    ->check(CLI::Validator{check_name, ""})
    ->type_name("C");
  command->add_option("--mode", x->mode, "How to search (default hybrid)")
    ->check(CLI::IsMember({"hybrid", "lexical", "vector"}).description(""))
    ->type_name("hybrid|lexical|vector");
  command->add_option("--site", x->sites, "Only from this host and those below it; may be repeated")->type_name("HOST");
  command->add_option("--language", x->languages, "Only in this language; may be repeated")->type_name("LANG");
  command->add_option("--from", x->from, "Only what was published, or else fetched, on this day or later")
    ->check(CLI::Validator{check_day, ""})
    ->type_name("YYYY-MM-DD");
  command->add_option("--before", x->before, "Only what is older than this day")
    ->check(CLI::Validator{check_day, ""})
    ->type_name("YYYY-MM-DD");
  command->add_option("-k", x->k, "Passages at most (default 10)")
    ->check(CLI::Range(1, 1000).description(""))
    ->type_name("N");
  command->add_flag("--json", x->json, "Print the server's answer as it is");
  add_engine_options(*command, x->engine);
  command->callback([x, &run] { run = [x] { return run_search(*x); }; });
}

} // namespace troupe::cli
