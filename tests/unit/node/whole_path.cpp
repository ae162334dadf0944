// One real node on a folder of its own: a question over local files ends in a report whose citations stand in the
// files; after a restart everything is still there; a second node can't take the folder.
#define CAF_SUITE whole_path

#include <filesystem>
#include <fstream>
#include <iostream>

#include <unistd.h>

#include <caf/scoped_actor.hpp>

#include "actors/node/node.hpp"
#include "protocols/tree.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const char* page = R"(<!DOCTYPE html><html lang="en"><head><title>Lamps</title></head><body><article><h1>Lamps</h1>
<p>A lamp is lit when the light falls below the lamp threshold. The threshold is set by the keeper each evening.</p>
<p>The lamp threshold is defined as:</p><pre>lamp threshold = base light + scale factor * number of ships</pre>
<p>The base light is 50 candles by default. The harbour has twelve lamps along its northern wall, and each is trimmed by hand.</p>
</article></body></html>)";

struct fixture {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("troupe-node-" + std::to_string(getpid()));
  node_config config;

  fixture() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "pages");
    std::ofstream{folder / "pages" / "lamps.html"} << page;
    std::ofstream{folder / "pages" / "ropes.md"}
      << "# Ropes\n\nRopes are made of hemp and are coiled against the sun.\n";
    config.data = folder / "data";
    config.allow_paths = {(folder / "pages").string()};
  }
  ~fixture() { std::filesystem::remove_all(folder); }

  std::unique_ptr<node> start() {
    auto x = node::start(config);
    if (!x)
      CAF_FAIL(x.error().message << ". " << x.error().advice);
    return std::move(*x);
  }

  template <class Answer, class Handle, class Request>
  expected<Answer> ask(node& on, const Handle& to, Request request) {
    caf::scoped_actor self{on.system()};
    request.until = deadline::in(10s);
    expected<Answer> result = fail(errc::internal, "no answer");
    self->request(to, 10s, std::move(request))
      .receive([&](Answer& x) { result = std::move(x); },
               [&](caf::error& e) { result = tl::make_unexpected(from_caf(e)); });
    return result;
  }

  research_row finish(node& on, const std::string& id) {
    auto until = std::chrono::steady_clock::now() + 60s;
    for (;;) {
      auto row = ask<research_row>(on, on.doors().reader, get_research{research_id{id}, {}});
      if (!row)
        CAF_FAIL(row.error().message);
      if (is_final(row->status) || std::chrono::steady_clock::now() > until)
        return *row;
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_tests, fixture)

CAF_TEST(a question over files ends in a cited report that outlives the node) {
  const std::string id = "r_01ARZ3NDEKTSV4RRFFQ69G5FAV";
  {
    auto on = start();
    CAF_CHECK(!node::start(config)); // the folder is held
    accept_research request;
    request.id = research_id{id};
    request.request.question = "When is a lamp lit?";
    request.request.paths = {(folder / "pages").string()};
    request.at = std::chrono::system_clock::now();
    CAF_REQUIRE(ask<accepted_research>(*on, on->doors().writer, request));
    auto row = finish(*on, id);
    CAF_CHECK_EQUAL(std::string{to_string(row.status)}, "done");
    CAF_CHECK_EQUAL(row.progress.pages_fetched, 2u);
    auto tree = ask<tree_snapshot>(*on, on->doors().root, get_tree{});
    CAF_REQUIRE(tree);
    CAF_CHECK(tree->actors.size() > 12);
    for (auto& x : tree->actors)
      CAF_CHECK_EQUAL(std::make_pair(x.path, std::string{to_string(x.state)}),
                      std::make_pair(x.path, std::string{"running"}));
    on->stop(20s);
    CAF_CHECK(!on->failed());
  }
  auto on = start();
  auto answer = ask<report>(*on, on->doors().reader, get_report{research_id{id}, {}});
  CAF_REQUIRE(answer);
  CAF_REQUIRE(!answer->citations.empty());
  CAF_CHECK(answer->markdown.find("lamp threshold = base light + scale factor * number of ships") != std::string::npos);
  for (auto& x : answer->citations) {
    auto source = ask<document>(*on, on->doors().reader, get_document{x.document, {}});
    CAF_REQUIRE(source);
    CAF_CHECK_EQUAL(source->text.substr(x.start, x.end - x.start), x.quote);
  }
  event_seq last;
  auto log = ask<event_page>(*on, on->doors().reader, read_events{research_id{id}, last, 10000, {}});
  CAF_REQUIRE(log);
  CAF_CHECK(log->final);
  for (std::size_t i = 0; i < log->events.size(); ++i)
    CAF_CHECK_EQUAL(log->events[i].seq.value, i + 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
