#include "actors/egress/address_rules.hpp"

#include "actors/egress/host.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace {

/// The Fetch standard's bad ports (fetch.spec.whatwg.org, section 2.9): services that a request could be made to speak
/// to by accident. Sorted.
constexpr std::array<std::uint16_t, 83> bad_ports = {
  0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,   37,    42,   43,
  53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,  110,  111,  113,  115,   117,  119,
  123,  135,  137,  139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,   530,  531,
  532,  540,  548,  554,  556,  563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720,  1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
};
static_assert(std::is_sorted(bad_ports.begin(), bad_ports.end()));

constexpr std::string_view local_names[] = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback",
                                            "broadcasthost"};
constexpr std::string_view local_suffixes[] = {".localhost", ".localdomain", ".local",   ".internal",
                                               ".lan",       ".home.arpa",   ".intranet"};
constexpr std::string_view metadata_names[] = {"metadata.google.internal", "metadata.goog", "metadata.packet.net",
                                               "metadata.tencentyun.com", "instance-data.ec2.internal"};

std::string_view without_root_dot(std::string_view host) {
  return host.size() > 1 && host.back() == '.' ? host.substr(0, host.size() - 1) : host;
}

template <class List>
bool holds(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool listed(std::string_view name, const egress_policy& policy) {
  return std::any_of(policy.hosts.begin(), policy.hosts.end(), [&](const std::string& entry) {
    return entry.starts_with("*.") ? name.ends_with(std::string_view{entry}.substr(1)) : name == entry;
  });
}

egress_decision refuse(url target, std::string reason) {
  return {egress_verdict::refuse, std::move(reason), std::move(target), false};
}

egress_decision decide_name(const url& target, const egress_policy& policy) {
  auto name = without_root_dot(target.host);
  if (listed(name, policy))
    return {egress_verdict::resolve, std::string{name}, target, true};
  if (holds(metadata_names, name))
    return refuse(target, "metadata service name");
  auto local = holds(local_names, name)
               || std::any_of(std::begin(local_suffixes), std::end(local_suffixes),
                              [&](std::string_view suffix) { return name.ends_with(suffix); });
  if (local && !policy.allow_private)
    return refuse(target, "local name");
  return {egress_verdict::resolve, std::string{name}, target, false};
}

} // namespace

std::optional<std::string> refusal(const ip_address& x, const egress_policy& policy) {
  auto purpose = purpose_of(x);
  if (purpose.global() || (purpose.private_network && policy.allow_private)
      || std::any_of(policy.blocks.begin(), policy.blocks.end(), [&](const ip_block& b) { return b.contains(x); }))
    return std::nullopt;
  return std::string{purpose.reason};
}

egress_decision decide(const url& target, const egress_policy& policy) {
  if (target.scheme != "http" && target.scheme != "https")
    return refuse(target, "scheme " + target.scheme + " is not http or https");
  auto port = target.port_or_default();
  if (std::binary_search(bad_ports.begin(), bad_ports.end(), port))
    return refuse(target, "port " + std::to_string(port) + " belongs to another service than the web");
  auto address = ip_from_text(target.host);
  if (!address)
    return decide_name(target, policy);
  if (auto reason = refusal(*address, policy))
    return refuse(target, std::move(*reason));
  return {egress_verdict::allow, to_text(*address), target, false};
}

egress_decision decide(std::string_view raw_url, const egress_policy& policy) {
  auto parsed = parse_url(raw_url);
  return parsed ? decide(*parsed, policy) : refuse({}, "not a URL");
}

std::string to_line(const egress_decision& x) {
  switch (x.verdict) {
  case egress_verdict::allow:
    return "allow " + x.subject;
  case egress_verdict::resolve:
    return "resolve " + x.subject;
  case egress_verdict::refuse:
    break;
  }
  return "refuse " + x.subject;
}

error refused(const url& target, std::string_view reason, const egress_policy& policy) {
  auto shown = target;
  shown.username.clear();
  shown.password.clear();
  auto private_network = reason == "loopback address" || reason == "private address" || reason == "local name"
                         || reason == "unique-local address" || reason.starts_with("shared ");
  std::string advice;
  if (reason.starts_with("scheme ") || reason.starts_with("port "))
    advice = "Give an http or https address on a port of the web.";
  else if (policy.allow_private)
    advice = "It opens only when egress.allow lists it.";
  else if (private_network)
    advice = "Private networks open with --allow-private-network.";
  else
    advice = "Private networks open with --allow-private-network; this one only when egress.allow lists it.";
  return {errc::address_refused, "refused " + shown.href() + ": " + std::string{reason}, std::move(advice)};
}

expected<egress_policy> make_egress_policy(bool allow_private, const std::vector<std::string>& allow) {
  egress_policy out;
  out.allow_private = allow_private;
  for (const auto& entry : allow) {
    auto wrong = [&] {
      return fail(errc::invalid_argument, "egress.allow holds \"" + entry + "\", which is no host, address or block",
                  "Write a host such as wiki.example.org, *.example.org, or a block such as 10.1.0.0/16.");
    };
    if (auto block = block_from_text(entry)) {
      out.blocks.push_back(*block);
      continue;
    }
    auto wildcard = entry.starts_with("*.");
    auto host = domain_to_ascii(std::string_view{entry}.substr(wildcard ? 2 : 0));
    if (!host || ends_in_number(*host))
      return wrong();
    out.hosts.push_back((wildcard ? "*." : "") + std::string{without_root_dot(*host)});
  }
  return out;
}

} // namespace troupe
