#include "actors/scrape/robots_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace troupe {

namespace {

/// Longer lines are cut: eight times the longest address that common software takes.
constexpr std::size_t longest_line = 16 * 1024;
constexpr std::size_t most_sitemaps = 1000;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_with_word(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && same_word(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view x) noexcept {
  constexpr std::string_view space = " \t\v\f\r\n";
  auto first = x.find_first_not_of(space);
  if (first == x.npos)
    return {};
  return x.substr(first, x.find_last_not_of(space) - first + 1);
}

/// A byte order mark, or as much of its beginning as there is.
std::string_view without_mark(std::string_view x) noexcept {
  for (char mark : {'\xef', '\xbb', '\xbf'}) {
    if (x.empty() || x.front() != mark)
      break;
    x.remove_prefix(1);
  }
  return x;
}

bool is_html(std::string_view x) noexcept {
  x = trim(x.substr(0, 1024));
  for (std::string_view tag : {"<!doctype", "<html", "<head", "<body", "<?xml"})
    if (starts_with_word(x, tag))
      return true;
  return false;
}

enum class record : std::uint8_t { unknown, user_agent, allow, disallow, crawl_delay, sitemap };

/// The names of records, with the misspellings that real files hold often enough to matter.
record record_of(std::string_view key) noexcept {
  constexpr std::array<std::pair<std::string_view, record>, 14> names{{
    {"user-agent", record::user_agent},
    {"useragent", record::user_agent},
    {"user agent", record::user_agent},
    {"allow", record::allow},
    {"disallow", record::disallow},
    {"dissallow", record::disallow},
    {"dissalow", record::disallow},
    {"disalow", record::disallow},
    {"diasllow", record::disallow},
    {"disallaw", record::disallow},
    {"crawl-delay", record::crawl_delay},
    {"crawldelay", record::crawl_delay},
    {"sitemap", record::sitemap},
    {"site-map", record::sitemap},
  }};
  for (const auto& [name, kind] : names)
    if (same_word(key, name))
      return kind;
  return record::unknown;
}

struct parsed_line {
  record kind = record::unknown;
  std::string_view value;
};

parsed_line parse_line(std::string_view line) noexcept {
  auto colon = line.find(':');
  if (colon != line.npos)
    return {record_of(trim(line.substr(0, colon))), trim(line.substr(colon + 1))};
  // A forgotten colon is forgiven when exactly two words stand there.
  auto gap = line.find_first_of(" \t");
  if (gap == line.npos)
    return {};
  auto value = trim(line.substr(gap));
  if (value.find_first_of(" \t") != value.npos)
    return {};
  return {record_of(line.substr(0, gap)), value};
}

/// The product token of a user-agent value: letters, `-` and `_` (RFC 9309, section 2.2.1).
std::string_view product_token(std::string_view value) noexcept {
  std::size_t n = 0;
  while (n < value.size() && ((lower(value[n]) >= 'a' && lower(value[n]) <= 'z') || value[n] == '-' || value[n] == '_'))
    ++n;
  return value.substr(0, n);
}

bool is_hex(char c) noexcept { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f'); }
char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// Bytes beyond ASCII are encoded and the digits of encodings written in capitals, so that two spellings compare equal.
std::string normalised(std::string_view x, bool encode = true) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto byte = static_cast<unsigned char>(x[i]);
    if (x[i] == '%' && i + 2 < x.size() && is_hex(x[i + 1]) && is_hex(x[i + 2])) {
      out += {'%', upper(x[i + 1]), upper(x[i + 2])};
      i += 2;
    } else if (encode && byte >= 0x80) {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    } else {
      out += x[i];
    }
  }
  return out;
}

/// The path with its query: what rules are compared with.
std::string_view path_of(std::string_view address) noexcept {
  address = address.substr(0, address.find('#'));
  if (!address.empty() && address.front() == '/' && !address.starts_with("//"))
    return address;
  auto slashes = address.find("//");
  auto host = slashes == address.npos ? 0 : slashes + 2;
  auto path = address.find_first_of("/?", host);
  return path == address.npos ? std::string_view{"/"} : address.substr(path);
}

/// What one group, or all groups for the same robot, ask for.
struct group_rules {
  bool named = false;
  std::vector<robots_rule> rules;
  std::optional<std::chrono::milliseconds> delay;
};

/// Walks through the lines and gathers the rules for one robot and those for all (`*`).
class reader {
public:
  explicit reader(std::string_view agent) : agent_(agent) {}

  void line(std::string_view raw, std::uint32_t number) {
    auto text = trim(raw.substr(0, std::min(raw.find('#'), longest_line)));
    if (text.empty())
      return;
    auto [kind, value] = parse_line(text);
    switch (kind) {
    case record::user_agent:
      agent(value);
      break;
    case record::allow:
    case record::disallow:
      rule(kind == record::allow, value, text, number);
      break;
    case record::crawl_delay:
      delay(value);
      break;
    case record::sitemap:
      if (sitemaps.size() < most_sitemaps)
        sitemaps.emplace_back(value);
      break;
    case record::unknown:
      break;
    }
  }

  group_rules ours;
  group_rules everybodys;
  std::vector<std::string> sitemaps;

private:
  void agent(std::string_view value) {
    if (in_rules_)
      in_rules_ = for_us_ = for_all_ = false;
    if (value == "*" || value.starts_with("* ") || value.starts_with("*\t")) {
      for_all_ = everybodys.named = true;
    } else if (auto token = product_token(value); !token.empty() && same_word(token, agent_)) {
      for_us_ = ours.named = true;
    }
  }

  void rule(bool allow, std::string_view value, std::string_view text, std::uint32_t number) {
    in_rules_ = true;
    if (value.empty() || (!for_us_ && !for_all_))
      return; // an empty value matches nothing; rules before any user-agent line belong to nobody
    add({allow, normalised(value), number, std::string{text}});
    // A folder's index page stands for the folder.
    auto slash = value.rfind('/');
    if (allow && slash != value.npos && value.substr(slash).starts_with("/index.htm"))
      add({allow, normalised(value.substr(0, slash + 1)) + "$", number, std::string{text}});
  }

  void add(robots_rule x) {
    if (for_us_ && for_all_)
      ours.rules.push_back(x);
    (for_all_ ? everybodys : ours).rules.push_back(std::move(x));
  }

  void delay(std::string_view value) {
    double seconds = 0;
    auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (bad != std::errc{} || end == value.data() || !(seconds >= 0))
      return;
    auto wait = std::chrono::milliseconds{static_cast<std::int64_t>(std::min(seconds, 3600.0) * 1000)};
    if (for_us_)
      ours.delay = wait;
    if (for_all_)
      everybodys.delay = wait;
  }

  std::string_view agent_;
  bool in_rules_ = false; ///< a rule was seen since the last user-agent line: the next one starts a group
  bool for_us_ = false;
  bool for_all_ = false;
};

} // namespace

robots_policy robots_policy::parse(std::string_view bytes, std::string_view agent) {
  robots_policy result;
  bytes = without_mark(bytes.substr(0, robots_size_limit));
  if (is_html(bytes)) {
    result.default_reason_ = "robots.txt is an HTML page and gives no rules";
    return result;
  }
  reader lines{agent};
  std::uint32_t number = 0;
  while (!bytes.empty()) {
    auto end = bytes.find_first_of("\r\n");
    lines.line(bytes.substr(0, end), ++number);
    if (end == bytes.npos)
      break;
    bytes.remove_prefix(end + (bytes.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  auto& chosen = lines.ours.named ? lines.ours : lines.everybodys;
  result.rules_ = std::move(chosen.rules);
  result.crawl_delay_ = chosen.delay;
  result.sitemaps_ = std::move(lines.sitemaps);
  return result;
}

robots_policy robots_policy::allow_all(std::string why) {
  robots_policy result;
  result.default_reason_ = std::move(why);
  return result;
}

robots_policy robots_policy::disallow_all(std::string why) {
  auto result = allow_all(std::move(why));
  result.default_allowed_ = false;
  return result;
}

robots_decision robots_policy::decide(std::string_view address) const {
  // An address as it goes over the wire holds no byte beyond ASCII; one that does is none that the rule speaks of.
  auto path = normalised(path_of(address), false);
  const robots_rule* winner = nullptr;
  for (const auto& rule : rules_) {
    auto longer = winner == nullptr || rule.pattern.size() > winner->pattern.size();
    auto tie = winner != nullptr && rule.pattern.size() == winner->pattern.size() && rule.allow && !winner->allow;
    if ((longer || tie) && robots_match(rule.pattern, path))
      winner = &rule;
  }
  if (winner == nullptr)
    return {default_allowed_, 0, default_reason_};
  return {winner->allow, winner->line, winner->text};
}

std::string robots_decision::explain() const {
  std::string result = allowed ? "allow" : "disallow";
  result += line == 0 ? std::string{" "} : " line " + std::to_string(line) + ": ";
  return result + rule;
}

/// Greedy: each piece between stars is put at the first place where it fits. That is enough, since a later place
/// leaves less room for what follows; only the last piece before `$` has to stand at the very end.
bool robots_match(std::string_view pattern, std::string_view path) noexcept {
  bool anchored = pattern.ends_with('$');
  if (anchored)
    pattern.remove_suffix(1);
  std::size_t at = 0;
  for (bool first = true;; first = false) {
    auto star = pattern.find('*');
    auto piece = pattern.substr(0, star);
    bool last = star == pattern.npos;
    if (last && anchored && !first)
      return path.size() - at >= piece.size() && path.ends_with(piece);
    auto found = first ? (path.starts_with(piece) ? 0 : path.npos) : path.find(piece, at);
    if (found == path.npos)
      return false;
    at = found + piece.size();
    if (last)
      return !anchored || at == path.size();
    pattern.remove_prefix(star + 1);
  }
}

} // namespace troupe
