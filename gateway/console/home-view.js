// Asking, and what was asked before.

import {told} from "./words.js";
import {el, replace} from "./dom.js";
import * as api from "./api.js";

const lines = (text) => text.split("\n").map((x) => x.trim()).filter(Boolean);
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((x) => x.toString(16).padStart(2, "0")).join("");

class AskForm extends HTMLElement {
  connectedCallback() {
    this.key = newKey(); // a second press of the button, or a retry, is the same question
    this.failure = el("div", {role: "alert"});
    this.button = el("button", {class: "main", type: "submit"}, "Research");
    this.form = el("form", {onsubmit: (e) => this.submit(e)},
      el("label", {}, "Question", el("textarea", {class: "question", name: "question", required: true, maxlength: 4000, autofocus: true,
        placeholder: "What do you want to know?", onkeydown: (e) => this.shortcut(e)})),
      el("details", {open: true}, el("summary", {}, "Where to read"),
        el("div", {class: "fields"},
          el("label", {}, "Web addresses, one a line", el("textarea", {name: "urls", rows: 2, spellcheck: "false", placeholder: "https://…"})),
          el("label", {}, "Folders or files on the server, one a line", el("textarea", {name: "paths", rows: 1, spellcheck: "false", placeholder: "/srv/docs"})),
          el("div", {class: "row"},
            el("label", {}, "Collections, one a line", el("textarea", {name: "collections", rows: 1, spellcheck: "false"})),
            el("label", {}, "Depth", el("input", {name: "depth", type: "number", min: 0, max: 20, value: 2})),
            el("label", {}, "Most pages", el("input", {name: "max_pages", type: "number", min: 1, max: 1000000, value: 50}))))),
      this.failure,
      el("div", {class: "row"}, this.button, el("span", {class: "soft small"}, "Ctrl + Enter")));
    this.form.addEventListener("input", () => (this.key = newKey()));
    this.append(this.form);
  }

  shortcut(e) {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) this.form.requestSubmit();
  }

  async submit(e) {
    e.preventDefault();
    const f = new FormData(this.form);
    const body = {question: f.get("question"), depth: Number(f.get("depth")), max_pages: Number(f.get("max_pages"))};
    for (const name of ["urls", "paths", "collections"]) {
      const values = lines(f.get(name));
      if (values.length) body[name] = values;
    }
    this.button.disabled = true;
    replace(this.failure);
    try {
      const accepted = await api.ask(body, this.key);
      location.hash = `#/r/${accepted.id}`;
    } catch (problem) {
      replace(this.failure, el("p", {class: "note bad"}, told(problem)));
    }
    this.button.disabled = false;
  }
}

class RecentList extends HTMLElement {
  connectedCallback() {
    this.items = el("ul", {class: "recent"});
    this.more = el("div", {class: "column"});
    this.append(el("h2", {class: "column"}, "Recent"), this.items, this.more);
    this.load("");
  }

  async load(after) {
    try {
      const page = await api.list(after);
      for (const row of page.items)
        this.items.append(el("li", {}, el("a", {href: `#/r/${row.id}`}, row.question), el("span", {class: `state ${row.status}`}, row.status)));
      if (!this.items.childElementCount) this.items.append(el("li", {class: "soft"}, "Nothing yet. Ask something."));
      replace(this.more, page.next && el("button", {class: "quiet", onclick: () => this.load(page.next)}, "Older"));
    } catch (problem) {
      replace(this.more, el("p", {class: "note bad"}, told(problem)));
    }
  }
}

class HomeView extends HTMLElement {
  connectedCallback() {
    document.title = "Troupe";
    this.append(document.createElement("ask-form"), document.createElement("recent-list"));
  }
}

customElements.define("ask-form", AskForm);
customElements.define("recent-list", RecentList);
customElements.define("home-view", HomeView);
