// Where requests may go. Decisions only: nothing here is ever sent.
#define CAF_SUITE address_rules

#include "actors/egress/address_rules.hpp"
#include "third_party.hpp"

#include <sstream>

#include <simdjson.h>

#include "caf/test/unit_test.hpp"

using namespace troupe;

namespace {

std::string line(std::string_view address, const egress_policy& policy = {}) {
  return to_line(decide(address, policy));
}

std::string purpose(const char* text) {
  auto address = ip_from_text(text);
  return address ? std::string{purpose_of(*address).reason} : "not an address";
}

egress_policy allowing(const std::vector<std::string>& entries) {
  auto policy = make_egress_policy(false, entries);
  return policy ? *policy : egress_policy{};
}

} // namespace

CAF_TEST(what IPv4 addresses are for) {
  CAF_CHECK_EQUAL(purpose("127.0.0.1"), "loopback address");
  CAF_CHECK_EQUAL(purpose("127.255.255.254"), "loopback address");
  CAF_CHECK_EQUAL(purpose("10.1.2.3"), "private address");
  CAF_CHECK_EQUAL(purpose("172.16.0.1"), "private address");
  CAF_CHECK_EQUAL(purpose("172.31.255.255"), "private address");
  CAF_CHECK_EQUAL(purpose("172.32.0.0"), "");
  CAF_CHECK_EQUAL(purpose("192.168.255.1"), "private address");
  CAF_CHECK_EQUAL(purpose("169.254.169.254"), "link-local address");
  CAF_CHECK_EQUAL(purpose("100.127.255.255"), "shared (carrier-grade NAT) address");
  CAF_CHECK_EQUAL(purpose("100.128.0.0"), "");
  CAF_CHECK_EQUAL(purpose("100.100.100.200"), "metadata service address");
  CAF_CHECK_EQUAL(purpose("168.63.129.16"), "metadata service address");
  CAF_CHECK_EQUAL(purpose("0.0.0.0"), "unspecified address");
  CAF_CHECK_EQUAL(purpose("0.1.2.3"), "reserved address");
  CAF_CHECK_EQUAL(purpose("192.0.2.1"), "documentation address");
  CAF_CHECK_EQUAL(purpose("198.19.255.255"), "benchmarking address");
  CAF_CHECK_EQUAL(purpose("198.20.0.0"), "");
  CAF_CHECK_EQUAL(purpose("239.255.255.255"), "multicast address");
  CAF_CHECK_EQUAL(purpose("240.0.0.1"), "reserved address");
  CAF_CHECK_EQUAL(purpose("255.255.255.255"), "broadcast address");
  CAF_CHECK_EQUAL(purpose("1.1.1.1"), "address that networks use inside");
  CAF_CHECK_EQUAL(purpose("1.0.0.1"), "");
}

CAF_TEST(what IPv6 addresses are for) {
  CAF_CHECK_EQUAL(purpose("::"), "unspecified address");
  CAF_CHECK_EQUAL(purpose("::1"), "loopback address");
  CAF_CHECK_EQUAL(purpose("::ffff:8.8.8.8"), "IPv4-mapped address");
  CAF_CHECK_EQUAL(purpose("::10.0.0.1"), "IPv4-compatible address");
  CAF_CHECK_EQUAL(purpose("64:ff9b::7f00:1"), "NAT64 address");
  CAF_CHECK_EQUAL(purpose("64:ff9b:1:2::a"), "NAT64 address");
  CAF_CHECK_EQUAL(purpose("2002:7f00:1::"), "6to4 address");
  CAF_CHECK_EQUAL(purpose("2001:0:1::"), "Teredo address");
  CAF_CHECK_EQUAL(purpose("2001:db8::1"), "documentation address");
  CAF_CHECK_EQUAL(purpose("fd12::1"), "unique-local address");
  CAF_CHECK_EQUAL(purpose("fe80::1"), "link-local address");
  CAF_CHECK_EQUAL(purpose("febf::1"), "link-local address");
  CAF_CHECK_EQUAL(purpose("ff02::1"), "multicast address");
  CAF_CHECK_EQUAL(purpose("fd00:ec2::254"), "metadata service address");
  CAF_CHECK_EQUAL(purpose("4000::1"), "reserved address");
  CAF_CHECK_EQUAL(purpose("2a00:1450::5efe:7f00:1"), "ISATAP address");
  CAF_CHECK_EQUAL(purpose("2606:4700:4700::1111"), "");
}

CAF_TEST(a line for each URL) {
  CAF_CHECK_EQUAL(line("http://93.184.216.34/"), "allow 93.184.216.34");
  CAF_CHECK_EQUAL(line("http://[2606:4700::1111]:8080/"), "allow 2606:4700::1111");
  CAF_CHECK_EQUAL(line("https://Example.ORG./x"), "resolve example.org");
  CAF_CHECK_EQUAL(line("http://0x7f.1/"), "refuse loopback address");
  CAF_CHECK_EQUAL(line("http://2852039166/"), "refuse link-local address");
  CAF_CHECK_EQUAL(line("http://localhost./"), "refuse local name");
  CAF_CHECK_EQUAL(line("http://a.LOCALHOST/"), "refuse local name");
  CAF_CHECK_EQUAL(line("http://printer.local/"), "refuse local name");
  CAF_CHECK_EQUAL(line("http://metadata.google.internal/"), "refuse metadata service name");
  CAF_CHECK_EQUAL(line("ftp://example.org/"), "refuse scheme ftp is not http or https");
  CAF_CHECK_EQUAL(line("http://example.org:6379/"), "resolve example.org");
  CAF_CHECK_EQUAL(line("http://example.org:25/"), "refuse port 25 belongs to another service than the web");
  CAF_CHECK_EQUAL(line("http://example.org:0/"), "refuse port 0 belongs to another service than the web");
  CAF_CHECK_EQUAL(line("http://"), "refuse not a URL");
  CAF_CHECK_EQUAL(line(""), "refuse not a URL");
}

CAF_TEST(what an operator opens) {
  egress_policy open;
  open.allow_private = true;
  CAF_CHECK_EQUAL(line("http://127.0.0.1:8080/", open), "allow 127.0.0.1");
  CAF_CHECK_EQUAL(line("http://[fd12::1]/", open), "allow fd12::1");
  CAF_CHECK_EQUAL(line("http://localhost/", open), "resolve localhost");
  CAF_CHECK_EQUAL(line("http://169.254.169.254/", open), "refuse link-local address");
  CAF_CHECK_EQUAL(line("http://[::ffff:127.0.0.1]/", open), "refuse IPv4-mapped address");
  CAF_CHECK_EQUAL(line("http://metadata.google.internal/", open), "refuse metadata service name");
  auto listed = allowing({"10.1.0.0/16", "wiki.corp.internal", "*.Docs.local", "169.254.169.254"});
  CAF_CHECK_EQUAL(line("http://10.1.255.1/", listed), "allow 10.1.255.1");
  CAF_CHECK_EQUAL(line("http://10.2.0.1/", listed), "refuse private address");
  CAF_CHECK_EQUAL(line("http://169.254.169.254/", listed), "allow 169.254.169.254");
  CAF_CHECK_EQUAL(line("http://wiki.corp.internal/", listed), "resolve wiki.corp.internal");
  CAF_CHECK(decide("http://wiki.corp.internal/", listed).listed);
  CAF_CHECK_EQUAL(line("http://a.docs.local/", listed), "resolve a.docs.local");
  CAF_CHECK_EQUAL(line("http://docs.local/", listed), "refuse local name");
  CAF_CHECK(!decide("http://example.org/", listed).listed);
  for (std::string bad : {"10.0.0.1/8", "10.0.0.0/33", "", "a b", "http://x/", "256.1.1.1"})
    CAF_CHECK(!make_egress_policy(false, {bad}));
}

CAF_TEST(a refusal says what opens it) {
  auto target = parse_url("http://user:pw@169.254.169.254/");
  CAF_REQUIRE(target);
  auto closed = refused(*target, "link-local address", {});
  CAF_CHECK(closed.code == errc::address_refused);
  CAF_CHECK_EQUAL(closed.message, "refused http://169.254.169.254/: link-local address");
  CAF_CHECK_EQUAL(closed.advice, "Private networks open with --allow-private-network; this one only when egress.allow "
                                 "lists it.");
  CAF_CHECK_EQUAL(refused(*target, "loopback address", {}).advice,
                  "Private networks open with --allow-private-network.");
}

CAF_TEST(every published attack vector) {
  auto text = third_party("ssrf/vectors.jsonl");
  if (!text)
    return;
  std::istringstream lines{*text};
  simdjson::dom::parser parser;
  int internal = 0, unparsable = 0, named = 0;
  for (std::string row; std::getline(lines, row);) {
    auto test = parser.parse(row);
    std::string_view address, host;
    CAF_REQUIRE(test["url"].get(address) == simdjson::SUCCESS);
    auto decision = decide(address, {});
    if (test["whatwg_host"].get(host) != simdjson::SUCCESS) {
      ++unparsable;
      if (decision.verdict != egress_verdict::refuse)
        CAF_ERROR("unparsable <" << address << ">: " << to_line(decision));
      continue;
    }
    if (decision.target.host != host)
      CAF_ERROR("<" << address << "> has host " << decision.target.host << ", not " << host);
    bool marked = false;
    if (test["internal"].get(marked) != simdjson::SUCCESS || !marked) {
      ++named;
      if (decision.verdict == egress_verdict::allow)
        CAF_ERROR("<" << address << ">: " << to_line(decision));
    } else {
      ++internal;
      if (decision.verdict != egress_verdict::refuse)
        CAF_ERROR("internal <" << address << ">: " << to_line(decision));
    }
  }
  CAF_MESSAGE(internal << " internal, " << unparsable << " unparsable, " << named << " others");
  CAF_CHECK(internal + unparsable + named > 1400);
}
