// The states of the URL parser from the scheme to the authority; hosts and paths are in url_parser_path.cpp.
#include "actors/egress/url_parser.hpp"

#include "actors/egress/percent.hpp"

#include <algorithm>

namespace troupe {

namespace {

bool alpha(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(int c) { return c >= '0' && c <= '9'; }

/// Without C0 controls and spaces around it, without tabs and line ends within it.
std::string trimmed(std::string_view input) {
  auto printable = [](char c) { return static_cast<unsigned char>(c) > 0x20; };
  const auto* first = std::find_if(input.begin(), input.end(), printable);
  const auto* last = input.end();
  while (last != first && !printable(last[-1]))
    --last;
  auto clean = scrub_utf8({first, static_cast<std::size_t>(last - first)});
  std::erase_if(clean, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return clean;
}

} // namespace

std::optional<std::uint16_t> special_scheme(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws")
    return std::uint16_t{80};
  if (scheme == "https" || scheme == "wss")
    return std::uint16_t{443};
  if (scheme == "ftp")
    return std::uint16_t{21};
  if (scheme == "file")
    return std::uint16_t{0};
  return std::nullopt;
}

url_parser::url_parser(std::string_view input, const url* base) : in_(trimmed(input)), base_(base) {}

bool url_parser::run() {
  auto end = static_cast<std::ptrdiff_t>(in_.size());
  for (;; ++at_) {
    if (!(this->*state_)(peek(0)))
      return false;
    if (at_ >= end)
      break;
  }
  if (!out.opaque_path)
    for (auto& segment : segments_)
      out.path.append("/").append(segment);
  return true;
}

int url_parser::peek(std::ptrdiff_t offset) const {
  auto i = at_ + offset;
  return i < static_cast<std::ptrdiff_t>(in_.size()) ? static_cast<unsigned char>(in_[static_cast<std::size_t>(i)])
                                                     : eof;
}

bool url_parser::fails(const char* reason) {
  why = reason;
  return false;
}

bool url_parser::again(state next) {
  --at_;
  return then(next);
}

bool url_parser::then(state next) {
  state_ = next;
  return true;
}

bool url_parser::starts_query_or_fragment(int c) {
  if (c == '?') {
    out.has_query = true;
    state_ = &url_parser::query;
  } else if (c == '#') {
    out.has_fragment = true;
    state_ = &url_parser::fragment;
  }
  return c == '?' || c == '#';
}

bool url_parser::scheme_start(int c) { return alpha(c) ? again(&url_parser::scheme) : again(&url_parser::no_scheme); }

bool url_parser::scheme(int c) {
  if (alpha(c) || digit(c) || c == '+' || c == '-' || c == '.') {
    buffer_ += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return true;
  }
  if (c == ':')
    return scheme_known();
  buffer_.clear();
  at_ = -1;
  return then(&url_parser::no_scheme);
}

bool url_parser::scheme_known() {
  out.scheme = std::move(buffer_);
  buffer_.clear();
  special_ = special_scheme(out.scheme).has_value();
  if (out.scheme == "file")
    return then(&url_parser::file);
  if (special() && base_ != nullptr && base_->scheme == out.scheme)
    return then(&url_parser::special_relative_or_authority);
  if (special())
    return then(&url_parser::special_authority_slashes);
  if (peek(1) == '/') {
    ++at_;
    return then(&url_parser::path_or_authority);
  }
  out.opaque_path = true;
  return then(&url_parser::opaque_path);
}

bool url_parser::no_scheme(int c) {
  if (base_ == nullptr || (base_->opaque_path && c != '#'))
    return fails("it has no scheme");
  out.scheme = base_->scheme;
  special_ = special_scheme(out.scheme).has_value();
  if (base_->opaque_path) {
    out.path = base_->path;
    out.opaque_path = true;
    out.query = base_->query;
    out.has_query = base_->has_query;
    out.has_fragment = true;
    return then(&url_parser::fragment);
  }
  return again(out.scheme == "file" ? &url_parser::file : &url_parser::relative);
}

bool url_parser::special_relative_or_authority(int c) {
  if (c != '/' || peek(1) != '/')
    return again(&url_parser::relative);
  ++at_;
  return then(&url_parser::special_authority_ignore_slashes);
}

bool url_parser::path_or_authority(int c) { return c == '/' ? then(&url_parser::authority) : again(&url_parser::path); }

void url_parser::take_authority(const url& from) {
  out.username = from.username;
  out.password = from.password;
  out.host = from.host;
  out.has_host = from.has_host;
  out.port = from.port;
  out.has_port = from.has_port;
}

void url_parser::take_path(const url& from) {
  segments_.clear();
  std::string_view rest = from.path;
  while (!rest.empty()) {
    auto next = rest.find('/', 1);
    segments_.emplace_back(rest.substr(1, next == std::string_view::npos ? next : next - 1));
    rest = next == std::string_view::npos ? std::string_view{} : rest.substr(next);
  }
}

/// The base's path and query, as far as `c` lets them stand. True when nothing of the path follows.
bool url_parser::inherit(int c) {
  take_path(*base_);
  out.query = base_->query;
  out.has_query = base_->has_query;
  if (c == eof)
    return true;
  if (c == '?')
    out.query.clear();
  if (starts_query_or_fragment(c))
    return true;
  out.query.clear();
  out.has_query = false;
  return false;
}

bool url_parser::relative(int c) {
  if (c == '/' || (special() && c == '\\'))
    return then(&url_parser::relative_slash);
  take_authority(*base_);
  if (inherit(c))
    return true;
  shorten();
  return again(&url_parser::path);
}

bool url_parser::relative_slash(int c) {
  if (special() && (c == '/' || c == '\\'))
    return then(&url_parser::special_authority_ignore_slashes);
  if (c == '/')
    return then(&url_parser::authority);
  take_authority(*base_);
  return again(&url_parser::path);
}

bool url_parser::special_authority_slashes(int c) {
  if (c != '/' || peek(1) != '/')
    return again(&url_parser::special_authority_ignore_slashes);
  ++at_;
  return then(&url_parser::special_authority_ignore_slashes);
}

bool url_parser::special_authority_ignore_slashes(int c) {
  return c == '/' || c == '\\' ? true : again(&url_parser::authority);
}

bool url_parser::ends_authority(int c) const {
  return c == eof || c == '/' || c == '?' || c == '#' || (special() && c == '\\');
}

bool url_parser::authority(int c) {
  if (c == '@') {
    if (at_seen_)
      buffer_.insert(0, "%40");
    at_seen_ = true;
    credentials();
    return true;
  }
  if (!ends_authority(c)) {
    buffer_ += static_cast<char>(c);
    return true;
  }
  if (at_seen_ && buffer_.empty())
    return fails("it has credentials but no host");
  at_ -= static_cast<std::ptrdiff_t>(buffer_.size()) + 1;
  buffer_.clear();
  return then(&url_parser::host);
}

void url_parser::credentials() {
  for (auto c : buffer_) {
    if (c == ':' && !password_seen_) {
      password_seen_ = true;
      continue;
    }
    append_encoded(password_seen_ ? out.password : out.username, static_cast<unsigned char>(c), encode_set::userinfo);
  }
  buffer_.clear();
}

} // namespace troupe
