#include "gateway/cli/event_words.hpp"

#include "gateway/cli/progress.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

namespace {

using namespace events;

std::string quoted(const std::string& text, unsigned width = 100) {
  return "\"" + shortened(printable(text), width) + "\"";
}

std::string place_words(const source_found& x) {
  auto text = "source " + printable(x.location);
  if (x.kind != "url" || x.pages > 1)
    text += ": " + counted(x.pages, "page") + ", " + grouped(x.known) + " known";
  return text;
}

std::string page_words(const page_fetched& x) {
  auto text = x.from == "known" ? "knew " : "read ";
  auto out = text + printable(x.url);
  if (!x.title.empty())
    out += " — " + shortened(printable(x.title), 60);
  out += " (" + counted(x.passages, "passage");
  if (x.access == "excerpt")
    out += " of its free part";
  if (x.from != "known")
    out += ", " + counted(x.bytes, "byte") + ", " + duration_text(x.ms);
  return out + ")";
}

std::string count_words(const report_ready& x) {
  if (x.citations == 0)
    return "report ready: nothing that can be cited";
  return "report ready: " + counted(x.claims, "claim") + ", " + counted(x.citations, "citation") + ", "
         + counted(x.sources, "source") + ", by the " + printable(x.writer) + " writer";
}

std::string plan_words(const plan_ready& x) {
  auto text = "plan: " + counted(x.questions.size(), "question");
  for (const auto& q : x.questions)
    text += "\n            - " + printable(q);
  return text;
}

std::string partial_words(const research_partial& x) {
  return "ended with what there is after " + duration_text(x.elapsed_ms) + ": " + reason_words(x.reason, x.detail);
}

struct words {
  using line = std::optional<std::string>;
  line operator()(const research_queued& x) const { return "asked: " + quoted(x.question, 160); }
  line operator()(const research_started& x) const { return "started on " + printable(x.node.value); }
  line operator()(const research_resumed& x) const {
    return "resumed on " + printable(x.node.value) + " after event " + grouped(x.after.value) + ", attempt "
           + grouped(x.attempt);
  }
  line operator()(const plan_ready& x) const { return plan_words(x); }
  line operator()(const source_found& x) const { return place_words(x); }
  line operator()(const page_fetched& x) const { return page_words(x); }
  line operator()(const page_skipped& x) const {
    return "skipped " + printable(x.url) + ": " + reason_words(x.reason, x.detail);
  }
  line operator()(const page_failed& x) const {
    return "failed " + printable(x.url) + ": " + reason_words(x.reason, x.detail)
           + (x.attempts > 1 ? " (" + grouped(x.attempts) + " attempts)" : "");
  }
  line operator()(const passages_indexed& x) const {
    return "indexed " + counted(x.passages, "passage") + " of " + counted(x.documents, "document") + " so far";
  }
  line operator()(const question_answered& x) const {
    return "answered " + quoted(x.question) + ": " + counted(x.claims, "claim") + " from "
           + counted(x.passages, "passage");
  }
  line operator()(const progress_made&) const { return std::nullopt; }
  line operator()(const citation_verified& x) const {
    return "verified [" + grouped(x.cited.n) + "] " + quoted(x.cited.quote);
  }
  line operator()(const citation_rejected& x) const {
    return "rejected " + quoted(x.quote) + ": " + printable(x.reason);
  }
  line operator()(const report_delta&) const { return std::nullopt; }
  line operator()(const report_ready& x) const { return count_words(x); }
  line operator()(const research_done& x) const { return "done in " + duration_text(x.elapsed_ms); }
  line operator()(const research_partial& x) const { return partial_words(x); }
  line operator()(const research_failed& x) const { return "failed: " + printable(x.failure.message); }
  line operator()(const research_cancelled& x) const { return "cancelled after " + duration_text(x.elapsed_ms); }
};

} // namespace

std::optional<std::string> event_words(const event_data& x) { return std::visit(words{}, x); }

} // namespace troupe::cli
