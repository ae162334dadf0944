// Work that was given up: what, why, and taking it up again or throwing it away.

import {told} from "./words.js";
import {el, outside, replace} from "./dom.js";
import {confirming} from "./confirming.js";
import * as api from "./api.js";

const every = 5000;

class DeadLetters extends HTMLElement {
  connectedCallback() {
    this.list = el("ul", {class: "letters"});
    this.note = el("div", {role: "status"});
    this.append(el("h2", {}, "Dead letters"), el("p", {class: "soft small"}, "Work that ended whoever did it, and was given up."), this.note, this.list);
    this.shown = null;
    this.poll();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async poll() {
    try {
      if (!document.hidden) this.paint(await api.deadLetters());
    } catch {
      // The tree above tells that the server is away.
    }
    clearTimeout(this.timer);
    if (this.isConnected) this.timer = setTimeout(() => this.poll(), every);
  }

  paint({items, next}) {
    const ids = items.map((x) => x.id).join() + next;
    if (ids === this.shown) return; // nobody loses the place at which they are
    this.shown = ids;
    replace(this.list, items.length ? items.map((x) => this.item(x)) : el("li", {class: "soft"}, "None."), next && el("li", {class: "soft"}, "There are more, older ones."));
  }

  item(x) {
    const what = x.subject || "the whole research";
    return el("li", {"data-letter": x.id},
      el("span", {}, x.subject ? outside(x.subject) : what, " ", el("a", {href: `#/r/${x.research_id}`, class: "small"}, "its research")),
      el("span", {class: "small soft"}, `${x.queue} · ${x.attempts} attempts · ${new Date(x.at).toLocaleString("en")} · ${x.error.message}`),
      el("span", {class: "row small"},
        el("button", {type: "button", class: "quiet small", "aria-label": `Take up again: ${what}`, onclick: () => this.settle(() => this.requeue(x))}, "requeue"),
        confirming({words: "discard", question: "throw it away?", label: `Throw away: ${what}`, act: () => this.settle(() => api.discard(x.id))})));
  }

  async requeue(x) {
    const {id} = await api.requeue(x.id);
    replace(this.note, el("p", {class: "note"}, "Taken up again as ", el("a", {href: `#/r/${id}`}, "a new research"), "."));
  }

  async settle(act) {
    try {
      await act();
    } catch (problem) {
      replace(this.note, el("p", {class: "note bad"}, told(problem)));
    }
    await this.poll();
  }
}

customElements.define("dead-letters", DeadLetters);
