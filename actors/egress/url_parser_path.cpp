// The states of the URL parser from the host to the end.
#include "actors/egress/host.hpp"
#include "actors/egress/percent.hpp"
#include "actors/egress/url_parser.hpp"

#include <algorithm>

namespace troupe {

namespace {

bool alpha(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(int c) { return c >= '0' && c <= '9'; }

/// `C:` or `C|`.
bool drive_letter(std::string_view x) { return x.size() == 2 && alpha(x[0]) && (x[1] == ':' || x[1] == '|'); }
bool normal_drive_letter(std::string_view x) { return drive_letter(x) && x[1] == ':'; }

/// `.` and `..`, each dot also written as `%2e`: how many dots, 0 for anything else.
int dots(std::string_view segment) {
  int count = 0;
  while (!segment.empty()) {
    if (segment[0] == '.')
      segment.remove_prefix(1);
    else if (segment.starts_with("%2e") || segment.starts_with("%2E"))
      segment.remove_prefix(3);
    else
      return 0;
    ++count;
  }
  return count <= 2 ? count : 0;
}

} // namespace

bool url_parser::set_host() {
  auto parsed = parse_host(buffer_, !special());
  if (!parsed)
    return fails("its host is not a valid one");
  out.host = std::move(*parsed);
  out.has_host = true;
  buffer_.clear();
  return true;
}

bool url_parser::host(int c) {
  if (c == ':' && !in_brackets_) {
    if (buffer_.empty())
      return fails("it has no host");
    return set_host() && then(&url_parser::port);
  }
  if (ends_authority(c)) {
    if (special() && buffer_.empty())
      return fails("it has no host");
    return set_host() && again(&url_parser::path_start);
  }
  if (c == '[')
    in_brackets_ = true;
  else if (c == ']')
    in_brackets_ = false;
  buffer_ += static_cast<char>(c);
  return true;
}

bool url_parser::port(int c) {
  if (digit(c)) {
    buffer_ += static_cast<char>(c);
    return true;
  }
  if (!ends_authority(c))
    return fails("its port is not a number");
  if (!buffer_.empty()) {
    unsigned value = 0;
    for (auto d : buffer_)
      value = std::min(value * 10 + static_cast<unsigned>(d - '0'), 70000u);
    if (value > 65535)
      return fails("its port is above 65535");
    if (special_scheme(out.scheme) != static_cast<std::uint16_t>(value)) {
      out.port = static_cast<std::uint16_t>(value);
      out.has_port = true;
    }
    buffer_.clear();
  }
  return again(&url_parser::path_start);
}

bool url_parser::drive_letter_ahead() const {
  auto after = peek(2);
  return alpha(peek(0)) && (peek(1) == ':' || peek(1) == '|')
         && (after == eof || after == '/' || after == '\\' || after == '?' || after == '#');
}

bool url_parser::file(int c) {
  out.scheme = "file";
  out.host.clear();
  out.has_host = true;
  if (c == '/' || c == '\\')
    return then(&url_parser::file_slash);
  if (base_ == nullptr || base_->scheme != "file")
    return again(&url_parser::path);
  out.host = base_->host;
  if (inherit(c))
    return true;
  if (drive_letter_ahead())
    segments_.clear();
  else
    shorten();
  return again(&url_parser::path);
}

bool url_parser::file_slash(int c) {
  if (c == '/' || c == '\\')
    return then(&url_parser::file_host);
  if (base_ != nullptr && base_->scheme == "file") {
    out.host = base_->host;
    url_parser base_path{{}, nullptr};
    base_path.take_path(*base_);
    if (!drive_letter_ahead() && !base_path.segments_.empty() && normal_drive_letter(base_path.segments_[0]))
      segments_.push_back(base_path.segments_[0]);
  }
  return again(&url_parser::path);
}

bool url_parser::file_host(int c) {
  if (c != eof && c != '/' && c != '\\' && c != '?' && c != '#') {
    buffer_ += static_cast<char>(c);
    return true;
  }
  // `file://C:/x`: no host after all, the buffer is the path's first segment.
  if (drive_letter(buffer_))
    return again(&url_parser::path);
  if (!buffer_.empty() && !set_host())
    return false;
  if (out.host == "localhost")
    out.host.clear();
  return again(&url_parser::path_start);
}

bool url_parser::path_start(int c) {
  if (special())
    return c == '/' || c == '\\' ? then(&url_parser::path) : again(&url_parser::path);
  if (starts_query_or_fragment(c) || c == eof)
    return true;
  return c == '/' ? then(&url_parser::path) : again(&url_parser::path);
}

void url_parser::shorten() {
  if (out.scheme == "file" && segments_.size() == 1 && normal_drive_letter(segments_[0]))
    return;
  if (!segments_.empty())
    segments_.pop_back();
}

void url_parser::end_segment(int c) {
  auto slash = c == '/' || (special() && c == '\\');
  auto count = dots(buffer_);
  if (count == 2)
    shorten();
  if (count > 0) {
    if (!slash)
      segments_.emplace_back();
  } else {
    if (out.scheme == "file" && segments_.empty() && drive_letter(buffer_))
      buffer_[1] = ':';
    segments_.push_back(std::move(buffer_));
  }
  buffer_.clear();
}

bool url_parser::path(int c) {
  if (ends_authority(c)) {
    end_segment(c);
    starts_query_or_fragment(c);
    return true;
  }
  append_encoded(buffer_, static_cast<unsigned char>(c), encode_set::path);
  return true;
}

bool url_parser::opaque_path(int c) {
  if (starts_query_or_fragment(c) || c == eof)
    return true;
  if (c == ' ' && (peek(1) == '?' || peek(1) == '#'))
    out.path += "%20";
  else
    append_encoded(out.path, static_cast<unsigned char>(c), encode_set::c0_control);
  return true;
}

bool url_parser::query(int c) {
  if (c == '#')
    return starts_query_or_fragment(c);
  if (c != eof)
    append_encoded(out.query, static_cast<unsigned char>(c), special() ? encode_set::special_query : encode_set::query);
  return true;
}

bool url_parser::fragment(int c) {
  if (c != eof)
    append_encoded(out.fragment, static_cast<unsigned char>(c), encode_set::fragment);
  return true;
}

} // namespace troupe
