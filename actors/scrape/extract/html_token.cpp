#include "actors/scrape/extract/html_token.hpp"

#include <algorithm>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

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

} // namespace

bool read_attribute(std::string_view in, std::size_t& at, raw_attribute& out, bool& self_closing) {
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
  raw_attribute ignored;
  while (read_attribute(in, result.end, ignored, result.self_closing)) {
  }
  if (result.end >= in.size() && in.back() != '>')
    result.kind = html_token_kind::nothing;
  return result;
}

} // namespace troupe
