#include "actors/research/write.hpp"

#include <algorithm>
#include <map>

#include "actors/research/report_text.hpp"
#include "actors/research/session_log.hpp"
#include "actors/research/words.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe {

namespace {

/// Numbers citations and sources as they are first used.
class numbering {
public:
  numbering(report& out, const std::vector<evidence_page>& pages) : out_(out), pages_(pages) {}

  std::uint32_t cite(const draft_citation& x) {
    auto& page = pages_[x.page];
    auto [it, fresh] = citations_.emplace(citation_key(page.content.id, x.start, x.end), 0u);
    if (fresh) {
      it->second = static_cast<std::uint32_t>(out_.citations.size() + 1);
      out_.citations.push_back(
        {it->second, source(page), page.content.id, x.quote, x.start, x.end, true, page_at(page.content, x.start)});
    }
    return it->second;
  }

private:
  std::uint32_t source(const evidence_page& page) {
    auto [it, fresh] = sources_.emplace(page.content.id, 0u);
    if (fresh) {
      it->second = static_cast<std::uint32_t>(out_.sources.size() + 1);
      out_.sources.push_back({it->second, page.url, page.title, page.fetched_at, page.content.id});
    }
    return it->second;
  }

  report& out_;
  const std::vector<evidence_page>& pages_;
  std::map<std::string, std::uint32_t> citations_;
  std::map<document_id, std::uint32_t> sources_;
};

std::string marks(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (auto n : numbers)
    out += "[" + std::to_string(n) + "]";
  return out;
}

/// `text` with its marks before the last full stop or colon, as people set them.
std::string with_marks(std::string text, const std::vector<std::uint32_t>& numbers) {
  auto end = std::string_view{".:;"}.find(text.empty() ? ' ' : text.back());
  if (end == std::string_view::npos)
    return text + " " + marks(numbers);
  auto last = text.back();
  text.pop_back();
  return text + " " + marks(numbers) + last;
}

/// A fence that the code can't close.
std::string fenced(const std::string& code) {
  std::string fence = "```";
  while (code.find(fence) != std::string::npos)
    fence += '`';
  return "\n\n" + fence + "\n" + code + "\n" + fence + "\n";
}

class writer {
public:
  writer(report& out, const std::vector<evidence_page>& pages) : out_(out), numbers_(out, pages) {}

  void section(const draft_section& x) {
    if (!x.heading.empty())
      out_.markdown += "\n## " + escape_markdown(x.heading) + "\n";
    if (x.nearest)
      out_.markdown += "\n*No passage says this outright. What comes nearest:*\n";
    for (auto& part : x.parts) {
      if (part.disagrees)
        out_.markdown += "\n*The sources disagree. Elsewhere:*\n";
      part.form == part_form::paragraph ? paragraph(part) : list(part);
    }
  }

private:
  std::vector<std::uint32_t> claimed(const draft_claim& x) {
    std::vector<std::uint32_t> numbers;
    for (auto& place : x.citations)
      if (auto n = numbers_.cite(place); std::find(numbers.begin(), numbers.end(), n) == numbers.end())
        numbers.push_back(n);
    auto text = x.name.empty() ? x.text : x.name + ": " + x.text;
    out_.claims.push_back({x.code.empty() ? text : text + " " + x.code, numbers});
    return numbers;
  }

  /// What stands before the text of a claim: the name of what it explains, the heading it leans on.
  static std::string before(const draft_claim& x) {
    if (!x.context.empty())
      return "Under *" + escape_markdown(x.context, false) + "*: ";
    return x.name.empty() ? std::string{} : "**" + escape_markdown(x.name, false) + "**: ";
  }

  void paragraph(const draft_part& part) {
    auto open = false;
    for (auto& x : part.claims) {
      out_.markdown += open ? " " : "\n";
      out_.markdown += before(x) + with_marks(escape_markdown(x.text), claimed(x));
      open = x.code.empty();
      if (!open)
        out_.markdown += fenced(x.code);
    }
    if (open)
      out_.markdown += "\n";
  }

  void list(const draft_part& part) {
    out_.markdown += "\n";
    std::size_t n = 0;
    for (auto& x : part.claims) {
      out_.markdown += part.form == part_form::steps ? std::to_string(++n) + ". " : "- ";
      out_.markdown += before(x);
      out_.markdown +=
        with_marks(escape_markdown(x.text), claimed(x)) + (x.code.empty() ? "\n" : inside(fenced(x.code)));
    }
  }

  /// As a part of the list item above it.
  static std::string inside(const std::string& block) {
    std::string out;
    for (std::size_t i = 0; i < block.size(); ++i) {
      out += block[i];
      if (block[i] == '\n' && i + 1 < block.size() && block[i + 1] != '\n')
        out += "   ";
    }
    return out;
  }

  report& out_;
  numbering numbers_;
};

std::string date_of(timestamp at) { return to_iso8601(at).substr(0, 10); }

std::string in_quotes(const std::string& quote) {
  constexpr std::size_t shown = 300;
  auto text = collapse_space(quote);
  auto start = clip(text, shown);
  return "\"" + escape_markdown(start, false) + (start.size() < text.size() ? " …" : "") + "\"";
}

void write_sources(report& out) {
  if (out.sources.empty())
    return;
  out.markdown += "\n## Sources\n";
  for (auto& source : out.sources) {
    auto title = source.title.empty() ? source.url : source.title;
    out.markdown += "\n**" + escape_markdown(title, false) + "**  \n" + escape_markdown(source.url);
    if (source.fetched_at != timestamp{})
      out.markdown += ", fetched " + date_of(source.fetched_at);
    out.markdown += "\n\n";
    for (auto& x : out.citations)
      if (x.source == source.n)
        out.markdown += "- [" + std::to_string(x.n) + "] " + in_quotes(x.quote) + on_page(x) + "\n";
  }
}

std::string where_read(const report_facts& facts) {
  auto n = facts.coverage.pages;
  return n == 0 ? "that is stored" : n == 1 ? "in the one page" : "in the " + counted(n, "page");
}

/// Of what was asked, what got no answer: silence would look like one.
void write_unanswered(report& out, const report_facts& facts, const answer_draft& draft) {
  for (auto& question : draft.unanswered)
    out.markdown += "\n## " + escape_markdown(question) + "\n\nNothing " + where_read(facts) + " answers this.\n";
}

/// Nothing answers: says how much was read and what came nearest, and claims nothing.
void write_nothing(report& out, const report_facts& facts, const answer_draft& draft,
                   const std::vector<evidence_page>& pages) {
  out.markdown += "\nNothing " + where_read(facts) + " answers this.";
  std::string nearest;
  for (auto i : draft.closest) {
    auto& page = pages[i];
    auto name = page.title.empty() ? page.url : page.title;
    while (name.ends_with('.'))
      name.pop_back();
    nearest += (nearest.empty() ? "" : "; ") + escape_markdown(name);
  }
  if (!nearest.empty())
    out.markdown += " Closest: " + nearest + ".";
  out.markdown += "\n";
}

} // namespace

report write_report(const report_facts& facts, const answer_draft& draft, const std::vector<evidence_page>& pages) {
  report out;
  out.writer = "extractive";
  out.coverage = facts.coverage;
  out.markdown = "# " + escape_markdown(collapse_space(facts.question)) + "\n";
  writer w{out, pages};
  for (auto& section : draft.sections)
    w.section(section);
  draft.sections.empty() ? write_nothing(out, facts, draft, pages) : write_unanswered(out, facts, draft);
  if (!facts.shortfall.empty())
    out.markdown += "\n*" + escape_markdown(facts.shortfall) + "*\n";
  write_sources(out);
  out.markdown = without_controls(out.markdown); // page text may hold what a terminal obeys
  return out;
}

std::vector<std::string> report_pieces(const std::string& markdown, std::size_t most) {
  std::vector<std::string> pieces;
  std::size_t from = 0;
  while (from < markdown.size()) {
    auto end = pieces.size() + 1 < most ? markdown.find("\n## ", from + 1) : std::string::npos;
    end = end == std::string::npos ? markdown.size() : end + 1;
    pieces.push_back(markdown.substr(from, end - from));
    from = end;
  }
  return pieces;
}

} // namespace troupe
