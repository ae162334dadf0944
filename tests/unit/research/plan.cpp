// Questions are split as the cases in tests/fixtures/research/plan.txt say, within bounds, the same way each time.
#define CAF_SUITE plan

#include "actors/research/plan.hpp"
#include "actors/research/asking.hpp"

#include <fstream>

#include "caf/test/unit_test.hpp"

using namespace troupe;

CAF_TEST(questions are split as written in the cases) {
  std::ifstream in{TROUPE_FIXTURES "/research/plan.txt"};
  CAF_REQUIRE(in.good());
  std::string line;
  std::string question;
  std::vector<std::string> wanted;
  bool open = false;
  std::size_t cases = 0;
  auto check = [&] {
    if (open) {
      CAF_MESSAGE(question);
      auto plan = plan_questions(question);
      for (auto& q : plan)
        CAF_MESSAGE("  " + q);
      CAF_CHECK_EQUAL(plan, wanted);
      ++cases;
    }
    wanted.clear();
  };
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#')
      continue;
    if (line[0] == '?') {
      check();
      open = true;
      question = line.substr(1);
    } else {
      wanted.push_back(line);
    }
  }
  check();
  CAF_CHECK(cases > 10);
}

CAF_TEST(a plan stays within its bounds for any input) {
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += "what is a and how ";
  CAF_CHECK(plan_questions(many).size() <= 5);
  CAF_CHECK(plan_questions("").empty());
  CAF_CHECK(plan_questions(std::string(100000, '?')).size() <= 5);
  CAF_CHECK_EQUAL(plan_questions("\xff\xfe"), plan_questions("\xff\xfe"));
}

CAF_TEST(kinds of questions) {
  CAF_CHECK_EQUAL(to_string(kind_of("How many workers are there?")), std::string{"how_many"});
  CAF_CHECK_EQUAL(to_string(kind_of("How do I drop a table?")), std::string{"how_to"});
  CAF_CHECK_EQUAL(to_string(kind_of("How does MVCC work?")), std::string{"how"});
  CAF_CHECK_EQUAL(to_string(kind_of("difference between A and B")), std::string{"compare"});
  CAF_CHECK_EQUAL(to_string(kind_of("Can a view be indexed?")), std::string{"yes_no"});
  CAF_CHECK_EQUAL(to_string(kind_of("index corruption")), std::string{"topic"});
}
