#pragma once
/// The basic URL parser of the URL standard (section 4.4) without state overrides: one method a state, named as there.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/egress/url.hpp"

namespace troupe {

/// The default port of a special scheme (0 for `file`), nothing for the others.
std::optional<std::uint16_t> special_scheme(std::string_view scheme);

/// Parses once and is thrown away. Bytes instead of code points: in every component a non-ASCII character is encoded
/// byte by byte, except in hosts, which are handed on whole.
class url_parser {
public:
  url_parser(std::string_view input, const url* base);
  /// False: the standard's failure; `why` then says which part is wrong.
  bool run();

  url out;
  const char* why = "it is not a URL";

private:
  using state = bool (url_parser::*)(int c);
  static constexpr int eof = -1;

  bool scheme_start(int c);
  bool scheme(int c);
  bool no_scheme(int c);
  bool special_relative_or_authority(int c);
  bool path_or_authority(int c);
  bool relative(int c);
  bool relative_slash(int c);
  bool special_authority_slashes(int c);
  bool special_authority_ignore_slashes(int c);
  bool authority(int c);
  bool host(int c);
  bool port(int c);
  bool file(int c);
  bool file_slash(int c);
  bool file_host(int c);
  bool path_start(int c);
  bool path(int c);
  bool opaque_path(int c);
  bool query(int c);
  bool fragment(int c);

  [[nodiscard]] int peek(std::ptrdiff_t offset) const;
  [[nodiscard]] bool special() const { return special_; }
  [[nodiscard]] bool ends_authority(int c) const;
  [[nodiscard]] bool drive_letter_ahead() const;
  bool starts_query_or_fragment(int c);
  bool scheme_known();
  void credentials();
  void shorten();
  void end_segment(int c);
  void take_authority(const url& from);
  void take_path(const url& from);
  bool inherit(int c);
  bool set_host();
  bool fails(const char* reason);
  /// Goes on in `next` with the same character.
  bool again(state next);
  bool then(state next);

  std::string in_;
  const url* base_;
  std::ptrdiff_t at_ = 0;
  state state_ = &url_parser::scheme_start;
  std::string buffer_;
  std::vector<std::string> segments_;
  bool special_ = false;
  bool at_seen_ = false;
  bool password_seen_ = false;
  bool in_brackets_ = false;
};

} // namespace troupe
