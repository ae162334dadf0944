// Messages survive the wire, and errors keep their sentence across actors.
#define CAF_SUITE messages

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "protocols/actors/registration.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

struct config : caf::actor_system_config {
  config() { register_messages(*this); }
};

struct fixture {
  config cfg;
  caf::actor_system system{cfg};

  template <class T>
  T through_wire(const T& x) {
    std::vector<char> buffer;
    caf::binary_serializer out{system, buffer};
    CAF_REQUIRE(!out(const_cast<T&>(x)));
    T y;
    caf::binary_deserializer in{system, buffer};
    CAF_REQUIRE(!in(y));
    return y;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(message_tests, fixture)

CAF_TEST(a commit survives the wire) {
  commit_research x;
  x.research = research_id{"r_1"};
  x.epoch = lease_epoch{7};
  x.pages.emplace_back();
  x.pages[0].content.text = "caf\xc3\xa9";
  x.pages[0].content.blocks.push_back({block_kind::code, 2, 3, 9});
  x.pages[0].content.pages = {0, 7};
  x.pages[0].embedded.embeddings.push_back({0.5f, {-128, 0, 127}});
  x.events.push_back({timestamp{} + std::chrono::nanoseconds{123456789}, "page.fetched", "{}"});
  x.collections.push_back(collection_name{"r_1"});
  x.final_report.emplace_back().claims.push_back({"a claim", {1, 2}});
  auto y = through_wire(x);
  y.until = x.until; // carried as time left, so not equal to the nanosecond
  CAF_CHECK(x == y);
}

CAF_TEST(a deadline travels as time left) {
  auto x = deadline::in(std::chrono::seconds{5});
  auto y = through_wire(x);
  CAF_CHECK(y.at - x.at < std::chrono::seconds{1});
  CAF_CHECK(x.at - y.at < std::chrono::seconds{1});
}

CAF_TEST(errors keep their sentence) {
  error x{errc::robots_disallowed, "robots.txt forbids it", "Ask the site's owner."};
  CAF_CHECK(from_caf(to_caf(x)) == x);
  CAF_CHECK(from_caf(caf::make_error(caf::sec::request_timeout)).code == errc::deadline_exceeded);
}

CAF_TEST_FIXTURE_SCOPE_END()
