// What a research looks like after some of its events: pure, so that a replay gives the same page as watching live.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function initial() {
  return {question: "", status: "queued", phase: "", plan: [], pages: new Map(), documents: new Map(), citations: new Map(), report: new Uint8Array(), attempt: 0, ready: false, noAnswer: false, failure: null, found: 0};
}

/** Applies one event to `state`. */
export function apply(state, event) {
  const d = event.data;
  switch (event.type) {
    case "research.queued":
      state.question = d.question || state.question;
      break;
    case "research.started":
    case "research.resumed":
      state.status = "running";
      break;
    case "plan.ready":
      state.plan = d.questions.map((question) => ({question, claims: null}));
      break;
    case "question.answered":
      state.plan[d.index] = {question: d.question, claims: d.claims};
      break;
    case "source.found":
      state.found += d.pages;
      break;
    case "page.fetched":
      state.pages.set(d.url, {kind: "ok", text: d.title || d.url});
      state.documents.set(d.document, {url: d.url, title: d.title, at: event.at});
      break;
    case "page.skipped":
      state.pages.set(d.url, {kind: "skipped", text: d.url, data: d});
      break;
    case "page.failed":
      state.pages.set(d.url, {kind: "failed", text: d.url, data: d});
      break;
    case "progress":
      state.phase = d.phase;
      break;
    case "citation.verified":
      state.citations.set(d.n, d);
      break;
    case "report.delta":
      delta(state, d);
      break;
    case "report.ready":
      state.ready = true;
      break;
    case "research.partial":
      state.noAnswer = d.reason === "no_evidence";
      break;
    case "research.failed":
      state.failure = d;
  }
  const end = /^research\.(done|partial|failed|cancelled)$/.exec(event.type);
  if (end) state.status = end[1];
}

/** Text from byte `offset` on; a higher attempt replaces what a lower one wrote from there. */
function delta(state, d) {
  if (d.attempt < state.attempt) return;
  const added = encoder.encode(d.text);
  const kept = d.attempt > state.attempt ? Math.min(d.offset, state.report.length) : state.report.length;
  state.attempt = d.attempt;
  const size = Math.max(kept, d.offset + added.length);
  const next = new Uint8Array(size);
  next.set(state.report.subarray(0, kept));
  next.set(added, d.offset);
  state.report = next;
}

export const reportText = (state) => decoder.decode(state.report);
export const ended = (state) => /done|partial|failed|cancelled/.test(state.status);
