// Which view stands in the page, by the part of the address after the #.

import {el} from "./dom.js";
import "./home-view.js";
import "./research-view.js";
import "./tree-view.js";

const main = document.getElementById("main");
let shown = null;

function view() {
  const research = /^#\/r\/(r_[0-9A-Z]{26})$/.exec(location.hash);
  if (research) {
    const node = document.createElement("research-view");
    node.setAttribute("research", research[1]);
    return node;
  }
  if (location.hash === "#/tree") return document.createElement("tree-view");
  return ["", "#", "#/"].includes(location.hash) ? document.createElement("home-view") : nothing();
}

function nothing() {
  document.title = "No such page · Troupe";
  return el("div", {class: "column"}, el("h1", {}, "No such page"),
    el("p", {}, "Nothing is at this address. ", el("a", {href: "#/"}, "Ask a question, or see what was asked"), "."));
}

function show() {
  if (location.hash === "#main") return; // the skip link
  if (location.hash === shown) return;
  const first = shown === null;
  shown = location.hash;
  main.replaceChildren(view());
  for (const link of document.querySelectorAll("nav a"))
    link.toggleAttribute("aria-current", false);
  const current = location.hash === "#/tree" ? "#/tree" : "#/";
  document.querySelector(`nav a[href="${current}"]`)?.setAttribute("aria-current", "page");
  if (!first) main.focus({preventScroll: true});
  scrollTo(0, 0);
}

addEventListener("hashchange", show);
show();
