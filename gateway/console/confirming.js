// A button that loses something asks once before it acts, in its own place.

import {el, replace} from "./dom.js";

/** `words` stand on the button, `question` beside "yes" and "no"; `label` is what it is called, `path` what it is about. */
export function confirming({words, question, label, path = "", act, button = "quiet small"}) {
  const place = el("span", {class: "confirming small"});
  const make = (text, does, name) =>
    el("button", {type: "button", class: button, "data-path": path, "data-does": text, "aria-label": name, onclick: does}, text);

  function rest(focus) {
    const back = make(words, ask, label);
    replace(place, back);
    place.removeAttribute("role");
    if (focus) back.focus();
  }

  function ask() {
    const no = make("no", () => rest(true), "No");
    const yes = make("yes", () => {
      rest(true);
      act();
    }, `Yes: ${label}`);
    replace(place, `${question} `, yes, " ", no);
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", `${label}?`);
    no.focus();
  }

  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place.getAttribute("role") === "group") rest(true);
    if (event.target.closest("button")) event.stopPropagation();
  });
  rest(false);
  return place;
}
