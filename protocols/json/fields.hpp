#pragma once
/// The fields of each event's `data`, once, for the encoder, the decoder and the test that holds `docs/protocol.md`.

#include "protocols/event.hpp"

namespace troupe::events {

/// Name of a field that is left out when it is empty, as logs from before it was added do.
struct if_any {
  const char* name;
};

// clang-format off
template <class V> void fields(V& v, research_queued& x) { v("question", x.question); v("priority", x.priority); }
template <class V> void fields(V& v, research_started& x) { v("attempt", x.attempt); v("node", x.node); }
template <class V> void fields(V& v, research_resumed& x) { v("attempt", x.attempt); v("node", x.node); v("after", x.after); }
template <class V> void fields(V& v, plan_ready& x) { v("questions", x.questions); }
template <class V> void fields(V& v, source_found& x) {
  v("kind", x.kind); v("location", x.location); v("pages", x.pages); v("known", x.known);
}
template <class V> void fields(V& v, page_fetched& x) {
  v("url", x.url); v("title", x.title); v("document", x.document); v("bytes", x.bytes); v("passages", x.passages);
  v("depth", x.depth); v("ms", x.ms); v("from", x.from); v(if_any{"access"}, x.access);
}
template <class V> void fields(V& v, page_skipped& x) { v("url", x.url); v("reason", x.reason); v("detail", x.detail); }
template <class V> void fields(V& v, page_failed& x) {
  v("url", x.url); v("reason", x.reason); v("detail", x.detail); v("attempts", x.attempts);
}
template <class V> void fields(V& v, passages_indexed& x) { v("documents", x.documents); v("passages", x.passages); }
template <class V> void fields(V& v, question_answered& x) {
  v("index", x.index); v("question", x.question); v("passages", x.passages); v("claims", x.claims);
}
template <class V> void fields(V& v, progress_made& x) {
  v("phase", x.progress.phase); v("pages_found", x.progress.pages_found); v("pages_fetched", x.progress.pages_fetched);
  v("pages_failed", x.progress.pages_failed); v("passages", x.progress.passages); v("sources", x.progress.sources);
}
template <class V> void fields(V& v, citation_verified& x) {
  v("n", x.cited.n); v("source", x.cited.source); v("document", x.cited.document); v("start", x.cited.start);
  v("end", x.cited.end); v("quote", x.cited.quote); v("verified", x.cited.verified);
}
template <class V> void fields(V& v, citation_rejected& x) {
  v("document", x.document); v("quote", x.quote); v("reason", x.reason);
}
template <class V> void fields(V& v, report_delta& x) { v("attempt", x.attempt); v("offset", x.offset); v("text", x.text); }
template <class V> void fields(V& v, report_ready& x) {
  v("claims", x.claims); v("citations", x.citations); v("sources", x.sources); v("bytes", x.bytes); v("writer", x.writer);
}
template <class V> void fields(V& v, research_done& x) { v("elapsed_ms", x.elapsed_ms); }
template <class V> void fields(V& v, research_partial& x) {
  v("elapsed_ms", x.elapsed_ms); v("reason", x.reason); v("detail", x.detail);
}
template <class V> void fields(V& v, research_failed& x) {
  v("code", x.failure.code); v("message", x.failure.message); v("advice", x.failure.advice);
}
template <class V> void fields(V& v, research_cancelled& x) { v("elapsed_ms", x.elapsed_ms); }
// clang-format on

} // namespace troupe::events
