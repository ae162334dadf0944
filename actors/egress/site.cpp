// Which hosts belong together, for the scope of a crawl.
#include "actors/egress/host.hpp"
#include "actors/egress/url.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace {

/// Suffixes of two labels below which strangers register names; sorted. The common ones of publicsuffix.org, not all of
/// it: a missing one makes a crawl's scope too wide, never a request that is not allowed.
constexpr std::array<std::string_view, 84> shared_suffixes = {
  "ac.at",       "ac.il",        "ac.in",      "ac.jp",   "ac.kr",  "ac.nz",       "ac.uk",         "ac.za",
  "appspot.com", "blogspot.com", "co.at",      "co.id",   "co.il",  "co.in",       "co.jp",         "co.ke",
  "co.kr",       "co.nz",        "co.th",      "co.uk",   "co.za",  "com.ar",      "com.au",        "com.bd",
  "com.br",      "com.cn",       "com.co",     "com.eg",  "com.hk", "com.mx",      "com.my",        "com.ng",
  "com.pe",      "com.ph",       "com.pk",     "com.pl",  "com.sa", "com.sg",      "com.tr",        "com.tw",
  "com.ua",      "com.vn",       "edu.au",     "edu.br",  "edu.cn", "edu.pl",      "edu.tw",        "firebaseapp.com",
  "fly.dev",     "github.io",    "gitlab.io",  "go.jp",   "go.kr",  "gob.mx",      "gouv.fr",       "gov.au",
  "gov.br",      "gov.cn",       "gov.in",     "gov.uk",  "gov.za", "govt.nz",     "herokuapp.com", "ltd.uk",
  "me.uk",       "ne.jp",        "net.au",     "net.br",  "net.cn", "netlify.app", "nhs.uk",        "onrender.com",
  "or.at",       "or.jp",        "or.kr",      "org.au",  "org.br", "org.cn",      "org.nz",        "org.uk",
  "pages.dev",   "sch.uk",       "vercel.app", "web.app",
};
static_assert(std::is_sorted(shared_suffixes.begin(), shared_suffixes.end()));

} // namespace

std::string site_of(const url& x) {
  std::string_view host = x.host;
  if (host.empty() || host.front() == '[' || ends_in_number(host))
    return x.host;
  if (host.size() > 1 && host.back() == '.')
    host.remove_suffix(1);
  auto dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0)
    return std::string{host};
  auto second = host.rfind('.', dot - 1);
  if (second == std::string_view::npos)
    return std::string{host};
  auto pair = host.substr(second + 1);
  if (!std::binary_search(shared_suffixes.begin(), shared_suffixes.end(), pair) || second == 0)
    return std::string{pair};
  auto third = host.rfind('.', second - 1);
  return std::string{third == std::string_view::npos ? host : host.substr(third + 1)};
}

} // namespace troupe
