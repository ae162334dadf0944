#include <cmark.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "actors/research/render.hpp"
#include "actors/research/report_text.hpp"
#include "actors/research/words.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe {

namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1c1d20;--soft:#5d6470;--line:#d9dce1;--page:#fdfdfc;--mark:#0b57b0;--code:#f2f3f5}
@media(prefers-color-scheme:dark){:root{--ink:#e6e7ea;--soft:#9aa2ae;--line:#33373e;--page:#16181b;--mark:#8ab8f5;--code:#202327}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;padding-bottom:.6rem;border-bottom:1px solid var(--line)}
h2{font-size:1.15rem;margin-top:2rem}
pre{background:var(--code);padding:.75rem 1rem;overflow-x:auto;border-radius:.3rem}
code{font:.92em ui-monospace,monospace}
a{color:var(--mark)}
a.mark{text-decoration:none;font-size:.85em}
.sources{list-style:none;padding:0}
.sources>li{margin:1rem 0;overflow-wrap:anywhere}
blockquote{margin:.35rem 0;padding-left:.8rem;border-left:3px solid var(--line);color:var(--soft);font-size:.95em}
blockquote:target{border-left-color:var(--mark);color:var(--ink)}
.facts{color:var(--soft);font-size:.9rem}
)";

std::string percent_encode(std::string_view s) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : s) {
    auto u = static_cast<unsigned char>(c);
    if ((u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z')) {
      out += c;
    } else {
      out += '%';
      out += digits[u >> 4];
      out += digits[u & 15];
    }
  }
  return out;
}

/// Only these may stand in an `href`.
bool is_web(const std::string& address) { return address.starts_with("http://") || address.starts_with("https://"); }

/// Where a reader finds the quote in the snapshot: browsers scroll to a text fragment (WICG scroll-to-text-fragment).
std::string text_link(const citation& x, const std::string& text_links) {
  auto start = clip(std::string_view{x.quote}.substr(0, x.quote.find('\n')), 80);
  return text_links + std::to_string(x.source) + "/text#:~:text=" + percent_encode(start);
}

std::string quote_html(const citation& x, const std::string& text_links) {
  auto n = std::to_string(x.n);
  auto out = "<blockquote id=\"citation-" + n + "\">[" + n + "] " + escape_html(collapse_space(x.quote)) + on_page(x);
  if (!text_links.empty())
    out += " <a href=\"" + escape_html(text_link(x, text_links)) + "\">in the source text</a>";
  return out + "</blockquote>\n";
}

std::string sources_html(const report& answer, const std::string& text_links) {
  if (answer.sources.empty())
    return {};
  std::string out = "<h2 id=\"sources\">Sources</h2>\n<ol class=\"sources\">\n";
  for (auto& source : answer.sources) {
    auto title = escape_html(source.title.empty() ? source.url : source.title);
    auto url = escape_html(source.url);
    out += "<li><strong>" + title + "</strong><br>";
    out += is_web(source.url) ? "<a href=\"" + url + "\" rel=\"noopener noreferrer\">" + url + "</a>" : url;
    if (source.fetched_at != timestamp{})
      out += ", fetched " + to_iso8601(source.fetched_at).substr(0, 10);
    out += "<br><span class=\"facts\">sha256 " + escape_html(source.document.value) + "</span>\n";
    for (auto& x : answer.citations)
      if (x.source == source.n)
        out += quote_html(x, text_links);
    out += "</li>\n";
  }
  return out + "</ol>\n";
}

std::string body_html(const report& answer) {
  auto linked = link_marks(without_sources(answer.markdown), answer);
  auto* raw = cmark_markdown_to_html(linked.data(), linked.size(), CMARK_OPT_VALIDATE_UTF8); // raw HTML is left out
  std::string html{raw == nullptr ? "" : raw};
  std::free(raw);
  for (auto at = html.find("<a href=\"#citation-"); at != std::string::npos;
       at = html.find("<a href=\"#citation-", at + 3))
    html.insert(at + 2, " class=\"mark\"");
  return html;
}

} // namespace

std::string escape_html(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (char c : s)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  return out;
}

std::string render_html(const research_row& row, const report& answer, const std::string& text_links) {
  auto& x = answer.coverage;
  std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  out += escape_html(row.request.question) + "</title>\n<style>" + std::string{style}
         + "</style>\n</head>\n<body>\n<main>\n";
  out += body_html(answer) + sources_html(answer, text_links);
  out += "<p class=\"facts\">" + std::to_string(x.passages) + " passages of " + std::to_string(x.pages)
         + " pages considered, " + std::to_string(x.questions_answered) + " of " + std::to_string(x.questions)
         + " questions answered. Written by " + escape_html(answer.writer) + ", research " + escape_html(row.id.value)
         + ".</p>\n";
  return out + "</main>\n</body>\n</html>\n";
}

} // namespace troupe
