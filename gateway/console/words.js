// Events in human words. An event of a type nobody knows yet is shown by its name.

import {readable} from "./dom.js";

const plural = (n, one, many = one + "s") => `${Number(n).toLocaleString("en")} ${n === 1 ? one : many}`;
const seconds = (ms) => (ms < 950 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
const short = (text, most = 90) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

const reasons = {
  robots_disallowed: "robots.txt forbids it",
  duplicate: "same text as another page",
  unsupported_media: "not a kind of file that can be read",
  content_empty: "nothing readable in it",
  out_of_scope: "outside the site",
  unreadable: "can't be read",
  deadline_exceeded: "no answer in time",
  connect_failed: "nobody answered",
  dns_failed: "the name has no address",
  address_refused: "not a public address",
  http_status: "the server answered with a failure",
  too_large: "too large",
};
export const reason = (data) => data.detail || reasons[data.reason] || data.reason;

const early = {deadline: "time was up", budget: "the budget was spent"};

const words = {
  "research.queued": () => "Accepted",
  "research.started": (d) => `Started on ${d.node}`,
  "research.resumed": (d) => `Taken over by ${d.node}, continuing after step ${d.after}`,
  "plan.ready": (d) => `Planned ${plural(d.questions.length, "question")}`,
  "source.found": (d) => `Found ${plural(d.pages, "page")} at ${short(readable(d.location))}` + (d.known ? `, ${d.known.toLocaleString("en")} known already` : ""),
  "page.fetched": (d) => `Read ${short(d.title || readable(d.url))}` + (d.from === "known" ? " (known)" : "") + (d.access === "excerpt" ? " (its free part)" : ""),
  "page.skipped": (d) => `Skipped ${short(readable(d.url))}: ${reason(d)}`,
  "page.failed": (d) => `Could not read ${short(readable(d.url))}: ${reason(d)}`,
  "passages.indexed": (d) => `${plural(d.passages, "passage")} of ${plural(d.documents, "page")} searchable`,
  "question.answered": (d) => (d.claims ? `Answered “${short(d.question)}” with ${plural(d.claims, "claim")}` : `Nothing answers “${short(d.question)}”`),
  "citation.verified": (d) => `Citation ${d.n} stands word for word in its source`,
  "citation.rejected": (d) => `Dropped a citation: ${d.reason}`,
  "report.ready": (d) => `Report ready: ${plural(d.claims, "claim")}, ${plural(d.citations, "citation")}, ${plural(d.sources, "source")}`,
  "research.done": (d) => `Done in ${seconds(d.elapsed_ms)}`,
  "research.partial": (d) => d.reason === "no_evidence"
    ? `Finished after ${seconds(d.elapsed_ms)}: ${d.detail || "nothing read answers it"}`
    : `Ended early after ${seconds(d.elapsed_ms)}: ${d.detail || early[d.reason] || d.reason}`,
  "research.failed": (d) => `Failed: ${d.message}`,
  "research.cancelled": () => "Cancelled",
};

/** One line for the timeline, or nothing for events that show elsewhere. */
export function sentence(event) {
  if (event.type === "progress" || event.type === "report.delta") return null;
  const make = words[event.type];
  return make ? make(event.data) : event.type;
}

const many = {
  "page.fetched": (n, d) => `Read ${plural(n, "page")}, last ${short(d.title || readable(d.url), 60)}`,
  "page.skipped": (n, d) => `Skipped ${plural(n, "page")}, last ${short(readable(d.url), 60)}: ${reason(d)}`,
  "citation.verified": (n) => `${plural(n, "citation")} stand word for word in their sources`,
};

/** One line for `count` events of one type in a row, the last of which is `event`; nothing when they don't go together. */
export const together = (event, count) => many[event.type]?.(count, event.data) ?? null;

export const isBad = (event) => event.type.endsWith(".failed") || event.type === "citation.rejected";

// Advice of the server is for who calls it; whoever reads it here has pages instead of addresses.
function forReaders(advice, code) {
  if (!advice.includes("/api/v1/")) return advice;
  if (code === "not_found") return "The first page lists what was asked.";
  return advice.replace(/GET \/api\/v1\/tree/g, "the page Tree");
}

/** A problem or a failure as sentences: what is wrong, and what to do. */
export function told({message, advice = "", code = ""}) {
  const whole = message.trim().replace(/^[a-z]+(?=[ ,])/, (word) => word[0].toUpperCase() + word.slice(1)); // but no address
  return `${whole}${/[.?!:…]$/.test(whole) ? "" : "."} ${forReaders(advice, code)}`.trim();
}

export {plural, seconds};
