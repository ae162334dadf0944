#pragma once
/// robots.txt by RFC 9309: what one robot may read of one origin. Where the RFC and Google's published parser differ
/// (percent-encoded ASCII octets stay encoded; `Allow: /x/index.html` allows `/x/` too), the latter is followed, since
/// it is what site owners test against.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Bytes of a robots.txt that are read; the rest is ignored (RFC 9309, section 2.5: at least 500 KiB).
constexpr std::size_t robots_size_limit = 500 * 1024;

struct robots_rule {
  bool allow = false;
  std::string pattern;    ///< percent-encoding normalised; `*` and a final `$` are special
  std::uint32_t line = 0; ///< from 1; 0 when no line stands behind it
  std::string text;       ///< the line as written, without comment
};

struct robots_decision {
  bool allowed = true;
  std::uint32_t line = 0; ///< 0: no rule decided
  std::string rule;       ///< the line's text, or why no line was needed

  /// One line for people: `disallow line 3: Disallow: /private/`.
  [[nodiscard]] std::string explain() const;
};

/// The rules of a robots.txt that hold for one robot. A plain value.
class robots_policy {
public:
  /// Never fails: lines that make no sense are skipped, HTML gives no rules. `agent`: the product token, compared
  /// without case; the `*` group holds when no group names it.
  static robots_policy parse(std::string_view bytes, std::string_view agent);
  /// RFC 9309 section 2.3.1.3 (no robots.txt) and 2.3.1.4 (unreachable). `why` becomes the decision's rule.
  static robots_policy allow_all(std::string why);
  static robots_policy disallow_all(std::string why);

  /// `address`: a URL or its path with query. `/robots.txt` itself is always allowed by the RFC, but that is left to
  /// the rules here.
  [[nodiscard]] robots_decision decide(std::string_view address) const;
  /// What the group asks for between requests; not part of the RFC, at most an hour.
  [[nodiscard]] std::optional<std::chrono::milliseconds> crawl_delay() const noexcept { return crawl_delay_; }
  [[nodiscard]] const std::vector<std::string>& sitemaps() const noexcept { return sitemaps_; }
  [[nodiscard]] const std::vector<robots_rule>& rules() const noexcept { return rules_; }

private:
  std::vector<robots_rule> rules_;
  std::vector<std::string> sitemaps_;
  std::optional<std::chrono::milliseconds> crawl_delay_;
  std::string default_reason_ = "no rule matches";
  bool default_allowed_ = true;
};

/// Whether `pattern` matches a beginning of `path`; both normalised. Time is bounded by the product of the lengths.
bool robots_match(std::string_view pattern, std::string_view path) noexcept;

} // namespace troupe
