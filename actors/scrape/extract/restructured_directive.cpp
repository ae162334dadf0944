#include "actors/scrape/extract/restructured_directive.hpp"

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

} // namespace troupe
