#include "actors/scrape/extract/restructured_marks.hpp"

#include <algorithm>
#include <iterator>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::string_view dropped[] = {"index",
                                        "module",
                                        "moduleauthor",
                                        "sectionauthor",
                                        "codeauthor",
                                        "toctree",
                                        "testsetup",
                                        "testcleanup",
                                        "include",
                                        "image",
                                        "currentmodule",
                                        "literalinclude",
                                        "figure",
                                        "raw",
                                        "highlight",
                                        "tabularcolumns",
                                        "program",
                                        "contents",
                                        "audit-event",
                                        "default-domain",
                                        "role",
                                        "meta",
                                        "sectnum",
                                        "default-role",
                                        "py:module",
                                        "target-notes",
                                        "py:currentmodule",
                                        "header",
                                        "footer",
                                        "title",
                                        "graphviz",
                                        "audit-event-table",
                                        "inheritance-diagram",
                                        "automodule",
                                        "highlightlang"};

constexpr std::string_view verbatim[] = {"code-block", "code",           "sourcecode",     "doctest", "testcode",
                                         "testoutput", "parsed-literal", "productionlist", "math",    "csv-table",
                                         "prompt",     "console",        "ipython"};

constexpr std::string_view wording[] = {
  "note",       "warning",      "seealso",    "important", "caution",     "tip",       "hint",    "danger",
  "error",      "attention",    "admonition", "sidebar",   "topic",       "rubric",    "only",    "impl-detail",
  "list-table", "table",        "centered",   "epigraph",  "compound",    "container", "hlist",   "glossary",
  "class-note", "availability", "tab",        "tabs",      "versionnote", "details",   "dropdown"};

constexpr std::string_view versions[] = {"versionadded", "versionchanged", "deprecated", "deprecated-removed",
                                         "versionremoved"};

template <std::size_t N>
bool among(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::size_t width_of(std::string_view x) {
  return static_cast<std::size_t>(
    std::count_if(x.begin(), x.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool name_char(char c) { return is_alnum(c) || c == ':' || c == '-' || c == '+' || c == '_' || c == '.'; }

} // namespace

directive_use use_of_directive(std::string_view name) {
  if (among(dropped, name))
    return directive_use::drop;
  if (among(verbatim, name))
    return directive_use::code;
  if (among(wording, name))
    return directive_use::prose;
  return among(versions, name) ? directive_use::version : directive_use::definition;
}

bool is_explicit_markup(std::string_view line) {
  line = trim(line);
  return line.starts_with(".. ") || line == "..";
}

std::string_view directive_name(std::string_view line, std::string_view& rest) {
  line = trim(line);
  if (!line.starts_with(".. "))
    return {};
  line = trim(line.substr(3));
  auto end = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), name_char) - line.begin());
  if (end < 3 || !line.substr(0, end).ends_with("::") || !is_alpha(line.front()))
    return {};
  rest = trim(line.substr(end));
  return line.substr(0, end - 2);
}

char underline_mark(std::string_view line) {
  line = trim(line);
  auto fits = line.size() >= 2 && !is_alnum(line.front()) && line.front() > ' ' && line.front() < 0x7F
              && std::all_of(line.begin(), line.end(), [&](char c) { return c == line.front(); });
  return fits && line != "::" && line != ".." ? line.front() : '\0';
}

bool underlines(std::string_view rule, std::string_view title) {
  return underline_mark(rule) != '\0' && trim(rule).size() >= width_of(trim(title));
}

bool opens_table(std::string_view line) {
  line = trim(line);
  auto grid = line.starts_with("+-") && line.ends_with("+") && line.find_first_not_of("+-=") == line.npos;
  return grid || (line.starts_with("==") && line.find(' ') != line.npos && line.find_first_not_of("= ") == line.npos);
}

bool is_field(std::string_view line) {
  line = trim(line);
  auto end = line.substr(0, 80).find(':', 1);
  return line.starts_with(':') && end != line.npos && end > 1 && line[1] != ' '
         && (end + 1 == line.size() || is_space(line[end + 1]));
}

} // namespace troupe
