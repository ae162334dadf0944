#include "actors/research/session_log.hpp"

#include <algorithm>

#include "protocols/json/event_json.hpp"

namespace troupe {

namespace {

struct folder {
  session_log& log;

  void operator()(const events::research_queued&) const {}
  void operator()(const events::research_started&) const { log.started = true; }
  void operator()(const events::research_resumed&) const { log.started = true; }
  void operator()(const events::plan_ready& x) const {
    log.planned = true;
    log.questions = x.questions;
  }
  void operator()(const events::source_found& x) const { log.sources.emplace(x.kind, x.location); }
  void operator()(const events::page_fetched& x) const {
    log.pages[x.url] = {page_outcome::kind::fetched, x.document, x.depth, x.bytes, {}, {}};
    ++log.fetched;
    log.passages += x.passages;
  }
  void operator()(const events::page_skipped& x) const {
    log.pages[x.url] = {page_outcome::kind::skipped, {}, 0, 0, x.reason, x.detail};
  }
  void operator()(const events::page_failed& x) const {
    log.pages[x.url] = {page_outcome::kind::failed, {}, 0, 0, x.reason, x.detail};
    ++log.failed;
  }
  void operator()(const events::passages_indexed& x) const { log.indexed = x; }
  void operator()(const events::question_answered& x) const { log.answered.insert(x.index); }
  void operator()(const events::progress_made& x) const { log.progress = x.progress; }
  void operator()(const events::citation_verified& x) const {
    log.verified.insert(citation_key(x.cited.document, x.cited.start, x.cited.end));
  }
  void operator()(const events::citation_rejected& x) const { log.rejected.insert(x.document.value + "\n" + x.quote); }
  void operator()(const events::report_delta& x) const {
    log.report_text.resize(std::min<std::uint64_t>(log.report_text.size(), x.offset));
    log.report_text += x.text;
  }
  void operator()(const events::report_ready&) const { log.report_ready = true; }
  template <class Final>
  void operator()(const Final&) const {
    log.ended = true;
  }
};

} // namespace

void session_log::add(const event_record& x) {
  last = x.seq;
  if (auto data = decode_data(x.type, x.data))
    add(*data);
}

void session_log::add(const event_data& x) { std::visit(folder{*this}, x); }

std::string citation_key(const document_id& document, std::uint32_t start, std::uint32_t end) {
  return document.value + ":" + std::to_string(start) + "-" + std::to_string(end);
}

} // namespace troupe
