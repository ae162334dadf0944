// Restart intensity and backoff, without actors.
#define CAF_SUITE restart_policy

#include "actors/supervision/restart_policy.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {
const std::chrono::steady_clock::time_point t0{1000s};
}

CAF_TEST(the first restart is at once and later ones back off) {
  restart_intensity limits{10, 60000ms, 100ms, 1000ms, 60000ms};
  restart_record record;
  auto at = [&](int i) { return record.failed(limits, t0 + i * 1ms, t0 + (i + 1) * 1ms, 0.0); };
  CAF_CHECK(at(0) == 0ms);
  CAF_CHECK(at(1) == 50ms);
  CAF_CHECK(at(2) == 100ms);
  CAF_CHECK(at(3) == 200ms);
  CAF_CHECK(at(4) == 400ms);
  CAF_CHECK(at(5) == 500ms); // half of the longest
  CAF_CHECK(record.failed(limits, t0, t0 + 7ms, 1.0) == 1000ms);
}

CAF_TEST(more failures than allowed within the window give up) {
  restart_intensity limits{3, 1000ms, 1ms, 1ms, 60000ms};
  restart_record record;
  CAF_CHECK(record.failed(limits, t0, t0 + 1ms, 0));
  CAF_CHECK(record.failed(limits, t0, t0 + 2ms, 0));
  CAF_CHECK(record.failed(limits, t0, t0 + 3ms, 0));
  CAF_CHECK(!record.failed(limits, t0, t0 + 4ms, 0));
}

CAF_TEST(failures outside the window do not count) {
  restart_intensity limits{1, 1000ms, 1ms, 1ms, 60000ms};
  restart_record record;
  for (int i = 0; i < 20; ++i)
    CAF_CHECK(record.failed(limits, t0, t0 + i * 1001ms, 0));
}

CAF_TEST(quiet forgets the backoff) {
  restart_intensity limits{10, 600000ms, 100ms, 1000ms, 5000ms};
  restart_record record;
  CAF_CHECK(record.failed(limits, t0, t0 + 1ms, 0) == 0ms);
  CAF_CHECK(record.failed(limits, t0, t0 + 2ms, 0) == 50ms);
  CAF_CHECK(record.failed(limits, t0, t0 + 6000ms, 0) == 0ms);
}
