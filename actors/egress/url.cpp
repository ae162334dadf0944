#include "actors/egress/url.hpp"

#include "actors/egress/percent.hpp"
#include "actors/egress/url_parser.hpp"

#include <algorithm>
#include <filesystem>

namespace troupe {

namespace {

/// Longest address that is parsed; RFC 9110 asks for 8000, browsers allow 2 MB.
constexpr std::size_t longest_url = 1u << 20;

/// For an error message: one short line.
std::string shown(std::string_view text) {
  std::string out;
  for (auto c : text.substr(0, 120))
    append_encoded(out, static_cast<unsigned char>(c), encode_set::c0_control);
  return text.size() > 120 ? out + "…" : out;
}

/// A byte of a path in a `file:` URL. Beyond the standard's path set: what the parser would read as structure.
void append_path_byte(std::string& out, char c) {
  if (c == '%' || c == '\\' || c == '|')
    append_triplet(out, static_cast<unsigned char>(c));
  else
    append_encoded(out, static_cast<unsigned char>(c), encode_set::path);
}

} // namespace

std::string url::authority() const { return port != 0 || has_port ? host + ':' + std::to_string(port) : host; }

std::string url::href() const {
  auto out = scheme + ':';
  if (has_host) {
    out += "//";
    if (!username.empty() || !password.empty()) {
      out += username;
      if (!password.empty())
        out.append(":").append(password);
      out += '@';
    }
    out += authority();
  } else if (!opaque_path && path.starts_with("//")) {
    out += "/."; // else the path would read as a host
  }
  out += path;
  if (has_query)
    out.append("?").append(query);
  if (has_fragment)
    out.append("#").append(fragment);
  return out;
}

std::string url::origin() const {
  if (scheme == "blob") {
    auto inner = parse_url(path);
    return inner && (inner->scheme == "http" || inner->scheme == "https") ? inner->origin() : "null";
  }
  if (scheme == "file" || !special_scheme(scheme))
    return "null";
  return scheme + "://" + authority();
}

std::uint16_t url::port_or_default() const noexcept {
  if (port != 0 || has_port)
    return port;
  return special_scheme(scheme).value_or(0);
}

expected<url> parse_url(std::string_view input, const url* base) {
  if (input.size() > longest_url)
    return fail(errc::url_invalid, "can't read the address " + shown(input) + ": it is longer than 1 MiB",
                "Give an address of ordinary length.");
  url_parser parser{input, base};
  if (parser.run())
    return std::move(parser.out);
  return fail(errc::url_invalid, "can't read the address " + shown(input) + ": " + parser.why,
              "Give a whole address such as https://example.org/page.");
}

std::string file_url(std::string_view path) {
  std::string out = "file://";
  if (!path.starts_with('/'))
    out += '/';
  auto normal = std::filesystem::path{path}.lexically_normal().string();
  for (auto c : normal)
    append_path_byte(out, c);
  return out;
}

expected<std::string> file_path(std::string_view file_url) {
  auto parsed = parse_url(file_url);
  if (!parsed)
    return tl::make_unexpected(std::move(parsed.error()));
  constexpr auto advice = "Give a local address such as file:///srv/docs/page.html.";
  if (parsed->scheme != "file" || !parsed->host.empty())
    return fail(errc::url_invalid, shown(file_url) + " is not a local file's address", advice);
  auto path = percent_decode(parsed->path);
  // An encoded slash would move the file to another folder, a NUL would cut the path short.
  auto slashes = [](std::string_view x) { return std::count(x.begin(), x.end(), '/'); };
  if (path.find('\0') != std::string::npos || slashes(path) != slashes(parsed->path))
    return fail(errc::url_invalid, shown(file_url) + " holds an encoded slash or NUL", advice);
  return path;
}

} // namespace troupe
