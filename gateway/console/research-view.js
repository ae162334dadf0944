// One research: the question, the answer as it grows, its sources; beside it the plan, the pages and the timeline.

import {el, outside, readable, replace} from "./dom.js";
import * as api from "./api.js";
import {follow} from "./follow.js";
import {apply, ended, initial, reportText} from "./fold.js";
import {render} from "./markdown.js";
import {isBad, plural, reason, sentence, together, told} from "./words.js";
import "./source-view.js";

const mostLines = 400; // of the timeline and the page list that are kept in the page
const icons = {ok: "✓", skipped: "–", failed: "✗"};

class ResearchView extends HTMLElement {
  connectedCallback() {
    this.state = initial();
    this.report = null;
    this.started = 0;
    this.parts = {
      title: el("h1", {class: "question-title"}, "…"),
      status: el("span", {class: "state", role: "status"}, "queued"),
      actions: el("span", {class: "row"}),
      answer: el("article", {class: "answer", "aria-live": "off"}),
      sources: el("section"),
      plan: el("ol", {class: "plan"}),
      counts: el("p", {class: "soft small"}),
      pages: el("ul", {class: "pages"}),
      timeline: el("ol", {class: "timeline"}),
      link: el("p", {class: "soft small", role: "status"}),
      source: document.createElement("source-view"),
    };
    const p = this.parts;
    this.append(
      el("div", {class: "split"},
        el("div", {}, el("div", {class: "row"}, p.status, p.actions), p.title, p.answer, p.sources),
        el("aside", {class: "side", "aria-label": "How it was made"},
          el("h2", {}, "Plan"), p.plan, el("h2", {}, "Pages"), p.counts, p.pages, el("h2", {}, "Timeline"), p.link, p.timeline)),
      p.source);
    this.start();
  }

  disconnectedCallback() {
    this.stop?.();
    cancelAnimationFrame(this.frame);
  }

  async start() {
    try {
      const row = await api.research(this.getAttribute("research"));
      this.state.question = row.question;
      this.started = Date.parse(row.created_at);
      this.paint();
      this.stop = follow(row.id, (event) => this.take(event), (state) => this.connection(state));
    } catch (problem) {
      replace(this, el("p", {class: "note bad"}, told(problem)));
    }
  }

  connection(state) {
    replace(this.parts.link, state === "waiting" ? "Connection lost; trying again. Nothing is missed." : "");
  }

  take(event) {
    apply(this.state, event);
    this.addLine(event);
    if (event.type === "page.fetched" || event.type === "page.skipped" || event.type === "page.failed") this.addPage(event.data);
    if (event.type === "report.ready" || (ended(this.state) && this.state.status !== "failed")) this.loadReport();
    if (!this.frame) this.frame = requestAnimationFrame(() => this.paint());
  }

  addLine(event) {
    const text = sentence(event);
    if (!text) return;
    const after = Math.max(0, (Date.parse(event.at) - this.started) / 1000).toFixed(1) + " s";
    const joined = this.run?.type === event.type && together(event, this.run.count + 1);
    if (joined) { // a thousand pages in a row are one line
      this.run.count++;
      this.run.words.textContent = joined;
      this.run.time.textContent = after;
      return;
    }
    const time = el("time", {datetime: event.at}, after);
    const words = el("span", {class: isBad(event) ? "bad" : ""}, text);
    this.run = {type: event.type, count: 1, time, words};
    const list = this.parts.timeline;
    list.prepend(el("li", {}, time, words));
    while (list.childElementCount > mostLines) list.lastElementChild.remove();
  }

  addPage(data) {
    const page = this.state.pages.get(data.url);
    const list = this.parts.pages;
    list.prepend(el("li", {title: readable(data.url)}, el("span", {class: page.kind, "aria-label": page.kind}, icons[page.kind]),
      el("span", {}, readable(page.text), page.kind === "ok" ? "" : el("span", {class: "soft"}, " " + reason(page.data)))));
    while (list.childElementCount > mostLines) list.lastElementChild.remove();
  }

  async loadReport() {
    if (this.report || this.loading) return;
    this.loading = true;
    try {
      this.report = await api.report(this.getAttribute("research"));
      this.paint();
    } catch (problem) {
      if (problem.status !== 409 && problem.status !== 404) replace(this.parts.sources, el("p", {class: "note bad"}, told(problem)));
    }
    this.loading = false;
  }

  paint() {
    this.frame = 0;
    const {state, parts} = this;
    document.title = `${state.question.slice(0, 80)} · Troupe`;
    replace(parts.title, state.question);
    parts.status.className = `state ${state.status}`;
    replace(parts.status, state.noAnswer ? "finished: nothing read answers it" : state.status, state.status === "running" && state.phase ? ` · ${state.phase}` : "");
    this.paintActions();
    replace(parts.plan, state.plan.map((q) => el("li", {class: q.claims === null ? "" : q.claims ? "ticked" : "empty"}, q.question)));
    const count = (kind) => [...state.pages.values()].filter((x) => x.kind === kind).length;
    replace(parts.counts, `${plural(count("ok"), "page")} read`, count("skipped") ? `, ${count("skipped")} skipped` : "", count("failed") ? `, ${count("failed")} failed` : "");
    this.paintAnswer();
    if (this.report) this.paintSources();
  }

  paintActions() {
    const id = this.getAttribute("research");
    const running = !ended(this.state);
    replace(this.parts.actions,
      running && el("button", {onclick: (e) => this.cancel(e.target)}, "Cancel"),
      this.report && el("a", {class: "small", href: `/research/${id}`}, "Plain page"),
      this.report && el("button", {class: "quiet small", onclick: () => navigator.clipboard?.writeText(this.report.markdown)}, "Copy as Markdown"));
  }

  async cancel(button) {
    button.disabled = true;
    try {
      await api.cancel(this.getAttribute("research"));
    } catch (problem) {
      button.disabled = false;
      replace(this.parts.link, told(problem));
    }
  }

  paintAnswer() {
    const {state, parts} = this;
    const text = (this.report ? this.report.markdown : reportText(state)).split("\n## Sources\n")[0];
    const over = ended(state);
    parts.answer.classList.toggle("growing", !over);
    if (text === this.painted && over === this.paintedOver) return;
    this.painted = text;
    this.paintedOver = over;
    const failure = state.failure && el("p", {class: "note bad"}, told(state.failure));
    // The title of a report is its question, which stands above already.
    const body = text.replace(/^# .*\n+/, "");
    replace(parts.answer, failure, body ? render(body, (n) => this.mark(n)) : failure ? "" : el("p", {class: "soft"}, over ? "There is no report." : "Working…"));
  }

  mark(n) {
    const known = this.resolve(n);
    return el("button", {class: "cite", disabled: !known, "aria-label": `Citation ${n}`, title: known ? known.citation.quote.slice(0, 200) : "",
      onclick: () => this.show(n)}, n);
  }

  /** Citation and source of a mark: from the report, or while it grows from the events. */
  resolve(n) {
    if (this.report) {
      const citation = this.report.citations.find((c) => c.n === n);
      const source = citation && this.report.sources.find((s) => s.n === citation.source);
      return source && {citation, source};
    }
    const citation = this.state.citations.get(n);
    if (!citation) return null;
    const page = this.state.documents.get(citation.document);
    return {citation, source: {url: page?.url || "", title: page?.title || "", sha256: citation.document, fetched_at: page?.at}};
  }

  show(n) {
    const known = this.resolve(n);
    if (known) this.parts.source.open(known.citation, known.source);
  }

  paintSources() {
    if (this.listed) return;
    this.listed = true;
    const {sources, citations, coverage, writer} = this.report;
    const quotes = (s) => citations.filter((c) => c.source === s.n).map((c) => el("div", {class: "quoted"}, this.mark(c.n), " ", el("q", {}, c.quote)));
    replace(this.parts.sources,
      sources.length > 0 && el("h2", {}, "Sources"),
      el("ul", {class: "sources"}, sources.map((s) => el("li", {}, el("strong", {}, s.title || readable(s.url)), el("div", {class: "small"}, outside(s.url),
        el("span", {class: "soft", title: "SHA-256 of the text that was read: " + s.sha256}, " · fetched " + new Date(s.fetched_at).toLocaleString())), quotes(s)))),
      el("p", {class: "soft small"}, `Written by the ${writer} writer from ${plural(coverage.passages, "passage")} of ${plural(coverage.pages, "page")}.`));
  }
}

customElements.define("research-view", ResearchView);
