// How faults are written, and which paths they hit.
#define CAF_SUITE faults

#include <fstream>

#include "actors/supervision/fault_plan.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

CAF_TEST(a list of faults is read) {
  auto rules = parse_faults("node-1/embed/pool/embedder/*:slow=20; node-1/scrape/host/127.0.0.1:8080:silent\n"
                            "# lifted for now\n\nnode-1/egress:throw;");
  CAF_REQUIRE(rules);
  CAF_REQUIRE_EQUAL(rules->size(), 3u);
  CAF_CHECK_EQUAL((*rules)[0].glob, "node-1/embed/pool/embedder/*");
  CAF_CHECK((*rules)[0].what == fault{fault_kind::slow, 20});
  CAF_CHECK_EQUAL((*rules)[1].glob, "node-1/scrape/host/127.0.0.1:8080");
  CAF_CHECK((*rules)[1].what.kind == fault_kind::silent);
  CAF_CHECK((*rules)[2].what.kind == fault_kind::throws);
  CAF_CHECK_EQUAL(parse_faults("")->size(), 0u);
}

CAF_TEST(what is no fault is named) {
  for (auto text : {"node-1", ":throw", "a:explode", "a:slow", "a:slow=", "a:slow=x", "a:slow=0.5", "a:slow=2x",
                    "a:slow=nan", "a:slow=1e9"}) {
    auto rules = parse_faults(text);
    CAF_REQUIRE(!rules);
    CAF_CHECK(rules.error().message.find(std::string{"\""} + text + "\"") != std::string::npos);
    CAF_CHECK(!rules.error().advice.empty());
  }
}

CAF_TEST(one star is part of a component and two are of several) {
  CAF_CHECK(path_matches("node-1/embed/*", "node-1/embed/pool"));
  CAF_CHECK(!path_matches("node-1/embed/*", "node-1/embed/pool/embedder/0"));
  CAF_CHECK(path_matches("node-1/**/embedder/*", "node-1/embed/pool/embedder/0"));
  CAF_CHECK(path_matches("**", "node-1/egress"));
  CAF_CHECK(path_matches("node-1/research/session/r_*", "node-1/research/session/r_01J"));
  CAF_CHECK(!path_matches("node-1/egress", "node-1/egress/x"));
  CAF_CHECK(!path_matches("node-1/egress/x", "node-1/egress"));
  CAF_CHECK(!path_matches("", "node-1"));
}

#ifdef TROUPE_FAULTS

CAF_TEST(a file that is missing at the start is refused) {
  auto loaded = load_faults("@/nowhere/at/all");
  CAF_REQUIRE(!loaded);
  CAF_CHECK(loaded.error().message.find("/nowhere/at/all") != std::string::npos);
}

CAF_TEST(points follow what is loaded) {
  CAF_REQUIRE(load_faults("a/b:silent"));
  auto hit = fault_point_for("a/b");
  auto other = fault_point_for("a/c");
  CAF_REQUIRE(hit && other);
  CAF_CHECK(hit->now().kind == fault_kind::silent);
  CAF_CHECK(other->now().kind == fault_kind::none);
  CAF_CHECK(!load_faults("a/b:nonsense")); // and leaves what was
  CAF_CHECK(hit->now().kind == fault_kind::silent);
  CAF_REQUIRE(load_faults("a/c:slow=3"));
  CAF_CHECK(hit->now().kind == fault_kind::none);
  CAF_CHECK((other->now() == fault{fault_kind::slow, 3}));
  CAF_REQUIRE(load_faults(""));
  CAF_CHECK(other->now().kind == fault_kind::none);
}

#endif
