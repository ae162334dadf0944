// The supervision tree, asked for every two seconds while it is looked at. A restart blinks once.

import {told} from "./words.js";
import {el, replace} from "./dom.js";
import * as api from "./api.js";

const every = 2000;
const colours = {running: "done", starting: "running", "backing off": "partial", draining: "partial", stopped: "", failed: "failed"};

function uptime(s) {
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
}

/** Actors depth first, each with its depth and its name below its parent: the nearest path above that is an actor too. */
export function nested(actors) {
  const known = new Set(actors.map((a) => a.path));
  const children = new Map();
  for (const actor of actors) {
    let parent = actor.path;
    do parent = parent.slice(0, Math.max(0, parent.lastIndexOf("/")));
    while (parent && !known.has(parent));
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push({...actor, name: parent ? actor.path.slice(parent.length + 1) : actor.path});
  }
  const out = [];
  const walk = (path, depth) => {
    for (const child of children.get(path) || []) {
      out.push({...child, depth});
      walk(child.path, depth + 1);
    }
  };
  walk("", 0);
  return out;
}

class TreeView extends HTMLElement {
  connectedCallback() {
    document.title = "Tree · Troupe";
    this.restarts = new Map();
    this.actors = [];
    this.asked = null; // the path whose restart is being asked about
    this.failure = el("div", {role: "alert"});
    this.rows = el("tbody");
    this.append(el("h1", {}, "Supervision tree"), this.failure,
      el("div", {class: "scroll"}, el("table", {class: "tree"},
        el("thead", {}, el("tr", {}, ...["Actor", "State", "Load", "Queue", "Messages", "Restarts", "Up", "What it says"].map((x, i) =>
          el("th", {scope: "col", class: (i > 2 && i < 6 ? "number " : "") + (i === 4 || i === 6 ? "wide" : "")}, x)))), this.rows)));
    this.poll();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async poll() {
    try {
      if (!document.hidden) this.paint((await api.tree()).actors);
      replace(this.failure);
    } catch (problem) {
      replace(this.failure, el("p", {class: "note bad"}, told(problem)));
    }
    if (this.isConnected) this.timer = setTimeout(() => this.poll(), every);
  }

  paint(actors) {
    this.actors = actors;
    const {path: focused, does} = document.activeElement?.dataset ?? {};
    replace(this.rows, nested(actors).map((a) => this.row(a)));
    if (focused) this.rows.querySelector(`button[data-path="${CSS.escape(focused)}"][data-does="${does}"]`)?.focus();
  }

  row(a) {
    const before = this.restarts.get(a.path);
    this.restarts.set(a.path, a.restarts);
    return el("tr", {class: (this.asked === a.path ? "asked " : "") + (before !== undefined && a.restarts > before ? "blink" : "")},
      el("td", {class: "name", title: a.path}, "\u00a0\u00a0".repeat(a.depth) + (a.depth ? "└ " : ""), a.name),
      el("td", {}, el("span", {class: `state ${colours[a.state] || ""}`}, a.state)),
      el("td", {}, el("meter", {min: 0, max: 1, low: 0.7, high: 0.9, value: a.busy, title: `${Math.round(a.busy * 100)} % busy`})),
      el("td", {class: "number"}, a.queue.toLocaleString("en")),
      el("td", {class: "number wide"}, a.messages.toLocaleString("en")),
      el("td", {class: "number", title: a.last_error || ""}, a.restarts || ""),
      el("td", {class: "wide"}, uptime(a.uptime_s)),
      el("td", {class: "small"}, a.status, " ", a.last_error && el("span", {class: "soft"}, a.last_error), " ", a.depth > 0 && this.choice(a.path)));
  }

  /** Restarting loses what the actor has in hand, so the first press only asks. */
  choice(path) {
    const button = (words, does, label) =>
      el("button", {class: "quiet small", "data-path": path, "data-does": words, "aria-label": label, onclick: does}, words);
    if (this.asked !== path) return button("restart", () => this.ask(path), `Restart ${path}`);
    return el("span", {class: "small", role: "group", "aria-label": `Restart ${path}?`, onkeydown: (e) => e.key === "Escape" && this.ask(null)},
      "restart? ", button("yes", () => this.restart(path), `Yes, restart ${path}`), " / ", button("no", () => this.ask(null), "No"));
  }

  ask(path) {
    const before = this.asked;
    this.asked = path;
    this.paint(this.actors);
    const at = CSS.escape(path ?? before);
    this.rows.querySelector(`button[data-path="${at}"][data-does="${path ? "no" : "restart"}"]`)?.focus();
  }

  async restart(path) {
    this.ask(null);
    try {
      await api.restart(path);
    } catch (problem) {
      replace(this.failure, el("p", {class: "note bad"}, told(problem)));
    }
  }
}

customElements.define("tree-view", TreeView);
