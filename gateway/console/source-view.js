// The snapshot a citation rests on, opened at the quoted passage. Offsets are bytes of UTF-8, so they are applied to bytes.
// Quote and hash are checked here once more, in the reader's own browser.

import {told} from "./words.js";
import {el, outside, replace} from "./dom.js";
import {documentText} from "./api.js";

async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null; // only in secure contexts, such as localhost
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((x) => x.toString(16).padStart(2, "0")).join("");
}

const verdict = (ok, yes, no) => el("span", {class: ok ? "yes" : "no"}, ok ? "✓ " + yes : "✗ " + no);

class SourceView extends HTMLElement {
  connectedCallback() {
    this.dialog = el("dialog", {"aria-label": "Source", onclose: () => this.opener?.focus()});
    this.dialog.addEventListener("click", (e) => e.target === this.dialog && this.dialog.close());
    this.append(this.dialog);
  }

  /** `citation`: {n, quote, start, end}; `source`: {url, title, sha256, fetched_at?}. */
  async open(citation, source) {
    this.opener = document.activeElement;
    const close = el("button", {onclick: () => this.dialog.close()}, "Close");
    const checks = el("div", {class: "checks small soft"}, "Checking…");
    const text = el("div", {class: "text", tabindex: 0}, "Loading…");
    replace(
      this.dialog,
      el("div", {class: "source"},
        el("header", {},
          el("h2", {}, `[${citation.n}] `, source.title || "Source"), close,
          el("div", {class: "small"}, outside(source.url)), el("span"),
          el("div", {class: "hash"}, "sha256 ", source.sha256), el("span"),
          checks),
        text));
    this.dialog.showModal();
    try {
      await this.fill(citation, source, text, checks);
    } catch (problem) {
      replace(text, el("p", {class: "note bad"}, told(problem)));
      replace(checks);
    }
  }

  async fill(citation, source, text, checks) {
    const found = await documentText(source.sha256);
    const bytes = new TextEncoder().encode(found.text);
    const part = (from, to) => new TextDecoder().decode(bytes.subarray(from, to));
    const quoted = part(citation.start, citation.end);
    const mark = el("mark", {tabindex: -1}, quoted);
    replace(text, part(0, citation.start), mark, part(citation.end));
    mark.scrollIntoView({block: "center"});
    const hash = await sha256(bytes);
    replace(checks,
      verdict(quoted === citation.quote, "the quote stands here word for word", "the quote does not stand here"), " · ",
      hash === null ? "hash not checked (needs https or localhost)" : verdict(hash === source.sha256, "the text has this hash", "the text has another hash"));
  }
}

customElements.define("source-view", SourceView);
