// The supervision tree, drawn as a tree and moving as it does; below it what was given up, and the way to take the node
// down. Rows are kept and only their figures change, so that focus, hover and a reader's place stay.

import {plural, told} from "./words.js";
import {el, replace} from "./dom.js";
import {confirming} from "./confirming.js";
import {watchTree} from "./tree-feed.js";
import "./dead-letters.js";
import * as api from "./api.js";

const colours = {running: "done", starting: "running", "backing off": "partial", draining: "partial", stopped: "", failed: "failed"};
const fullQueue = 100; // a queue's bar is full there; its number goes on

function uptime(from) {
  const s = Math.max(0, (Date.now() - Date.parse(from)) / 1000);
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
}

const byName = new Intl.Collator("en", {numeric: true}).compare;

/** Actors by the path of their parent: the nearest path above that is an actor too. "" holds the roots. */
export function byParent(actors) {
  const known = new Set(actors.map((a) => a.path));
  const children = new Map();
  for (const actor of actors) {
    let parent = actor.path;
    do parent = parent.slice(0, Math.max(0, parent.lastIndexOf("/")));
    while (parent && !known.has(parent));
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(actor);
  }
  for (const list of children.values()) list.sort((a, b) => byName(a.path, b.path));
  return children;
}

/** One actor's place in the tree: made once, then told what changed. */
class Branch {
  constructor(path, name, onRestart) {
    this.state = el("span", {class: "state"});
    this.restarts = el("span", {class: "number"});
    this.queue = el("meter", {min: 0, max: fullQueue, high: fullQueue * 0.7, optimum: 0, value: 0, "aria-label": "queue"});
    this.queueNumber = el("span", {class: "number"});
    this.busy = el("meter", {min: 0, max: 1, low: 0.7, high: 0.9, optimum: 0, value: 0, "aria-label": "busy share"});
    this.busyNumber = el("span", {class: "number"});
    this.rate = el("span", {class: "number wide"});
    this.up = el("span", {class: "number wide"});
    this.says = el("span", {class: "says small"});
    this.failure = el("span", {class: "failure small"});
    this.name = el("span", {class: "name"}, name);
    this.row = el("div", {class: "actor"}, this.name, this.state,
      el("span", {class: "gauge"}, this.busy, this.busyNumber), el("span", {class: "gauge"}, this.queue, this.queueNumber),
      this.rate, this.restarts, this.up, this.says,
      onRestart && confirming({words: "restart", question: "restart?", label: `Restart ${path}`, path, act: () => onRestart(path)}), this.failure);
    this.children = el("ul", {role: "group"});
    this.node = el("li", {role: "treeitem", tabindex: -1, "data-actor": path}, this.row, this.children);
  }

  tell(a) {
    const restarted = this.last && a.restarts > this.last.restarts;
    this.last = a;
    this.state.className = `state ${colours[a.state] || ""}`;
    write(this.state, a.state);
    this.queue.value = Math.min(a.queue, fullQueue);
    write(this.queueNumber, a.queue.toLocaleString("en"));
    this.busy.value = a.busy;
    write(this.busyNumber, `${Math.round(a.busy * 100)} %`);
    write(this.restarts, a.restarts ? `${a.restarts}×` : "");
    this.restarts.title = a.restarts ? plural(a.restarts, "restart") : "";
    write(this.says, a.status);
    write(this.failure, a.last_error ? `last error: ${a.last_error}` : "");
    this.row.classList.toggle("failed-once", Boolean(a.last_error));
    const called = [this.name.textContent, a.state, a.restarts && plural(a.restarts, "restart"), a.status, this.failure.textContent].filter(Boolean).join(", ");
    if (this.node.getAttribute("aria-label") !== called) this.node.setAttribute("aria-label", called);
    if (restarted) this.row.animate?.([{background: "var(--mark)"}, {background: "transparent"}], 1200);
    this.tick();
  }

  /** What moves though nothing was told. */
  tick() {
    const a = this.last;
    write(this.up, a.started_at && a.state === "running" ? uptime(a.started_at) : "");
    write(this.rate, performance.now() - a.heard > 2500 ? "0/s" : `${a.rate < 9.95 ? a.rate.toFixed(1) : Math.round(a.rate)}/s`);
  }
}

/** Only what differs is written, so that nothing is laid out in vain. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

class TreeView extends HTMLElement {
  connectedCallback() {
    document.title = "Tree · Troupe";
    this.branches = new Map();
    this.failure = el("div", {role: "alert"});
    this.live = el("span", {class: "state", role: "status"}, "connecting");
    this.node = el("span", {class: "soft small"});
    this.root = el("ul", {class: "tree", role: "tree", "aria-label": "Supervision tree", onkeydown: (e) => this.keys(e)});
    this.append(
      el("div", {class: "row"}, el("h1", {}, "Supervision tree"), this.live, this.node, el("span", {class: "space"}),
        this.down = confirming({words: "Drain this node", question: "It takes no new work and stops. Drain it?", label: "Drain this node", button: "", act: () => this.drain()})),
      this.failure,
      el("div", {class: "heads actor small soft", "aria-hidden": "true"}, ...["Actor", "State", "Busy", "Queue"].map((x) => el("span", {}, x)),
        el("span", {class: "wide number"}, "Messages"), el("span", {class: "number"}, "Restarts"), el("span", {class: "wide number"}, "Up"), el("span", {}, "What it says")),
      this.root, el("dead-letters"));
    this.stop = watchTree((actors) => this.paint(actors), (state) => this.connection(state));
    this.timer = setInterval(() => this.branches.forEach((b) => b.tick()), 1000);
    this.about();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.stop();
  }

  connection(state) {
    this.live.className = `state ${state === "live" ? "running" : "partial"}`;
    write(this.live, state === "live" ? "live" : this.draining ? "the node has ended" : "not connected, trying again");
    if (this.down) this.down.hidden = state !== "live"; // nobody is there to be drained
    if (state !== "live") return;
    replace(this.failure);
    this.about(); // another process may be there now
  }

  async about() {
    try {
      const [node] = (await api.nodes()).items;
      this.draining = node.state === "draining";
      write(this.node, `${node.id} · ${node.state} · ${node.version}`);
    } catch (problem) {
      this.tell(problem);
    }
  }

  paint(actors) {
    const children = byParent(actors);
    const seen = new Set();
    const place = (into, parent) => {
      let at = into.firstElementChild;
      for (const a of children.get(parent) || []) {
        seen.add(a.path);
        const branch = this.branch(a, parent);
        branch.tell(a);
        if (branch.node === at) at = at.nextElementSibling;
        else into.insertBefore(branch.node, at);
        place(branch.children, a.path);
      }
    };
    place(this.root, "");
    for (const [path, branch] of this.branches)
      if (!seen.has(path)) {
        branch.node.remove();
        this.branches.delete(path);
      }
    if (!this.root.querySelector("[tabindex='0']")) this.root.firstElementChild?.setAttribute("tabindex", 0);
  }

  branch(a, parent) {
    if (!this.branches.has(a.path)) {
      const name = parent ? a.path.slice(parent.length + 1) : a.path;
      this.branches.set(a.path, new Branch(a.path, name, parent ? (path) => this.restart(path) : null));
    }
    return this.branches.get(a.path);
  }

  /** Arrows, Home and End move through the tree, as its role promises (WAI-ARIA, tree view). */
  keys(event) {
    if (event.target.getAttribute("role") !== "treeitem") return;
    const rows = [...this.root.querySelectorAll("[role='treeitem']")];
    const at = rows.indexOf(event.target);
    const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1}[event.key];
    if (to === undefined || !rows[to]) return;
    event.preventDefault();
    rows[at].setAttribute("tabindex", -1);
    rows[to].setAttribute("tabindex", 0);
    rows[to].focus();
  }

  tell(problem) {
    replace(this.failure, el("p", {class: "note bad"}, told(problem)));
  }

  async restart(path) {
    try {
      await api.restart(path);
    } catch (problem) {
      this.tell(problem);
    }
  }

  async drain() {
    try {
      const [node] = (await api.nodes()).items;
      await api.drain(node.id);
      this.draining = true;
      await this.about();
    } catch (problem) {
      this.tell(problem);
    }
  }
}

customElements.define("tree-view", TreeView);
