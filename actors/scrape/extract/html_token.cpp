#include "actors/scrape/extract/html_token.hpp"

#include <algorithm>
#include <array>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

struct attribute {
  std::string_view name;
  std::string_view value;
};

/// Reads the attribute at `at`; false at the end of the tag, with `at` behind its `>`, or at the end of the input.
bool read_attribute(std::string_view in, std::size_t& at, attribute& out, bool& self_closing) {
  auto solidus = false;
  while (at < in.size() && (is_space(in[at]) || in[at] == '/'))
    solidus = in[at++] == '/';
  if (at >= in.size())
    return false;
  if (in[at] == '>') {
    self_closing = solidus;
    ++at;
    return false;
  }
  auto begin = at++;
  while (at < in.size() && !is_space(in[at]) && in[at] != '/' && in[at] != '>' && in[at] != '=')
    ++at;
  out = {in.substr(begin, at - begin), {}};
  auto next = at;
  while (next < in.size() && is_space(in[next]))
    ++next;
  if (next >= in.size() || in[next] != '=')
    return true;
  at = next + 1;
  while (at < in.size() && is_space(in[at]))
    ++at;
  if (at < in.size() && (in[at] == '"' || in[at] == '\'')) {
    auto quote = in[at++];
    auto close = std::min(in.find(quote, at), in.size());
    out.value = in.substr(at, close - at);
    at = std::min(close + 1, in.size());
    if (close == in.size())
      out.value = {};
    return true;
  }
  begin = at;
  while (at < in.size() && !is_space(in[at]) && in[at] != '>')
    ++at;
  out.value = in.substr(begin, at - begin);
  return true;
}

html_token comment(std::string_view in, std::size_t at) {
  html_token result{html_token_kind::nothing, tag::none, false, 0, in.size()};
  auto body = at + 4;
  if (in.substr(body).starts_with('>'))
    result.end = body + 1;
  else if (in.substr(body).starts_with("->"))
    result.end = body + 2;
  else
    for (auto i = body; (i = in.find("--", i)) != in.npos; ++i)
      if (in.substr(i + 2).starts_with('>') || in.substr(i + 2).starts_with("!>")) {
        result.end = in.find('>', i) + 1;
        break;
      }
  return result;
}

html_token up_to_bracket(std::string_view in, std::size_t at) {
  auto close = in.find('>', at);
  return {html_token_kind::nothing, tag::none, false, 0, close == in.npos ? in.size() : close + 1};
}

enum wanted : unsigned { never = 0, always = 1, in_meta = 2, in_link = 4, in_time = 8, in_html = 16, style = 32 };

unsigned wanted_name(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, unsigned>, 15> table{{
    {"aria-hidden", always},
    {"class", always},
    {"content", in_meta},
    {"datetime", in_time},
    {"hidden", always},
    {"href", in_link},
    {"id", always},
    {"itemprop", always},
    {"lang", in_html},
    {"name", in_meta},
    {"property", in_meta},
    {"rel", in_link},
    {"role", always},
    {"start", never},
    {"style", style},
  }};
  for (auto& [known, where] : table)
    if (equals_ignoring_case(name, known))
      return where;
  return equals_ignoring_case(name, "xml:lang") ? in_html : never;
}

unsigned place_of(tag t) {
  switch (t) {
  case tag::meta:
    return in_meta;
  case tag::a:
  case tag::base:
    return in_link;
  case tag::time:
    return in_time;
  case tag::html:
    return in_html;
  default:
    return 0;
  }
}

bool hides(std::string_view css) {
  auto squeezed = lower_case(css.substr(0, 1024));
  std::erase_if(squeezed, is_space);
  return squeezed.find("display:none") != squeezed.npos || squeezed.find("visibility:hidden") != squeezed.npos;
}

void write_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  for (char c : name)
    out += to_lower(c);
  if (value.empty())
    return;
  auto quote = value.find('"') == value.npos ? '"' : '\'';
  if (quote == '\'' && value.find('\'') != value.npos)
    return;
  out += '=';
  out += quote;
  out += value;
  out += quote;
}

} // namespace

html_token read_token(std::string_view in, std::size_t at) {
  auto rest = in.substr(at);
  if (rest.starts_with("<!--"))
    return comment(in, at);
  if (rest.starts_with("<!") || rest.starts_with("<?"))
    return up_to_bracket(in, at);
  auto closing = rest.starts_with("</");
  auto name = at + (closing ? 2 : 1);
  if (name >= in.size() || !is_alpha(in[name])) {
    if (closing && name < in.size())
      return up_to_bracket(in, at);
    return {};
  }
  auto end = name;
  while (end < in.size() && !is_space(in[end]) && in[end] != '/' && in[end] != '>')
    ++end;
  html_token result{closing ? html_token_kind::end : html_token_kind::start, tag_of(in.substr(name, end - name)), false,
                    end, end};
  attribute ignored;
  while (read_attribute(in, result.end, ignored, result.self_closing)) {
  }
  if (result.end >= in.size() && in.back() != '>')
    result.kind = html_token_kind::nothing;
  return result;
}

std::string wanted_attributes(const html_token& token, std::string_view in) {
  constexpr std::size_t longest_value = 4096;
  std::string out;
  auto place = place_of(token.name) | always | style;
  auto at = token.attributes;
  unsigned written = 0;
  bool ignored = false;
  for (attribute x; written < 10 && read_attribute(in, at, x, ignored);) {
    auto where = wanted_name(x.name) & place;
    if (where == style) {
      if (hides(x.value))
        write_attribute(out, "hidden", {}), ++written;
    } else if (where != 0 && x.value.size() <= longest_value) {
      write_attribute(out, x.name, x.value);
      ++written;
    }
  }
  return out;
}

} // namespace troupe
