// Reports are Markdown; this makes elements of the part of it that reports use (CommonMark and tables), without ever
// making markup of text. `cite(n)` makes the element of a citation mark `[n]`.

import {el} from "./dom.js";

/** The blocks of `text` as a list of nodes. */
export function render(text, cite) {
  const lines = text.split("\n");
  const out = [];
  let i = 0;
  while (i < lines.length) {
    const used = block(lines, i, out, cite);
    i += Math.max(1, used);
  }
  return out;
}

function block(lines, at, out, cite) {
  const line = lines[at];
  if (!line.trim()) return 1;
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) {
    out.push(el("h" + Math.min(6, heading[1].length), {}, inline(heading[2], cite)));
    return 1;
  }
  if (/^(`{3,}|~{3,})/.test(line)) return fence(lines, at, out);
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
    out.push(el("hr"));
    return 1;
  }
  if (/^\s*>/.test(line)) return quote(lines, at, out, cite);
  if (line.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] || "")) return table(lines, at, out, cite);
  if (marker(line)) return list(lines, at, out, cite);
  return paragraph(lines, at, out, cite);
}

function fence(lines, at, out) {
  const mark = /^(`{3,}|~{3,})/.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].startsWith(mark)) end++;
  out.push(el("pre", {}, el("code", {tabindex: 0}, lines.slice(at + 1, end).join("\n"))));
  return end - at + 1;
}

function quote(lines, at, out, cite) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end++;
  const inner = lines.slice(at, end).map((x) => x.replace(/^\s*> ?/, ""));
  out.push(el("blockquote", {}, render(inner.join("\n"), cite)));
  return end - at;
}

const marker = (line) => /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/.exec(line);

function list(lines, at, out, cite) {
  const start = marker(lines[at]);
  const ordered = /\d/.test(start[2]);
  const items = [];
  let i = at;
  while (i < lines.length) {
    const m = marker(lines[i]);
    if (m && m[1].length <= start[1].length) {
      if (/\d/.test(m[2]) !== ordered) break;
      items.push([m[3]]);
    } else if (lines[i].trim() && items.length && /^\s+/.test(lines[i])) {
      items[items.length - 1].push(lines[i].replace(/^ {1,4}/, ""));
    } else if (!lines[i].trim() && i + 1 < lines.length && (marker(lines[i + 1]) || /^\s{2,}\S/.test(lines[i + 1]))) {
      items[items.length - 1].push("");
    } else if (lines[i].trim() && items.length && i > at && lines[i - 1].trim()) {
      items[items.length - 1].push(lines[i]);
    } else break;
    i++;
  }
  const first = ordered ? parseInt(start[2], 10) : 1;
  out.push(el(ordered ? "ol" : "ul", {start: first === 1 ? null : first}, items.map((item) => el("li", {}, tight(item, cite)))));
  return i - at;
}

/** An item of one paragraph needs no paragraph element. */
function tight(item, cite) {
  const nodes = render(item.join("\n"), cite);
  if (nodes.length && nodes[0].tagName === "P") return [...nodes[0].childNodes, ...nodes.slice(1)];
  return nodes;
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  const out = [""];
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === "\\" && i + 1 < inner.length) {
      out[out.length - 1] += inner[i + 1] === "|" ? "|" : inner[i] + inner[i + 1];
      i++;
    } else if (inner[i] === "|") out.push("");
    else out[out.length - 1] += inner[i];
  }
  return out.map((x) => x.trim());
}

function table(lines, at, out, cite) {
  const row = (tag, line) => el("tr", {}, cells(line).map((c) => el(tag, {}, inline(c, cite))));
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end++;
  out.push(el("table", {}, el("thead", {}, row("th", lines[at])), el("tbody", {}, lines.slice(at + 2, end).map((x) => row("td", x)))));
  return end - at;
}

function paragraph(lines, at, out, cite) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !/^(#{1,6}\s|`{3,}|~{3,}|\s*>)/.test(lines[end]) && !marker(lines[end])) end++;
  out.push(el("p", {}, inline(lines.slice(at, end).join("\n"), cite)));
  return end - at;
}

const references = {amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0"};

/** Inline nodes. */
export function inline(text, cite) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(document.createTextNode(plain));
    plain = "";
  };
  const push = (node) => {
    flush();
    out.push(node);
  };
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i);
    let m;
    if (rest[0] === "\\" && /[!-/:-@[-`{-~]/.test(rest[1] || "")) {
      plain += rest[1];
      i += 2;
    } else if ((m = /^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/.exec(rest))) {
      push(el("code", {}, m[2].replace(/\n/g, " ").replace(/^ (.*) $/, "$1")));
      i += m[0].length;
    } else if ((m = /^\[(\d{1,5})\](?!\()/.exec(rest)) && cite) {
      push(cite(Number(m[1])));
      i += m[0].length;
    } else if ((m = /^\[((?:[^\[\]\\]|\\.)*)\]\(<?([^\s()<>]+)>?(?:\s+"[^"]*")?\)/.exec(rest))) {
      push(/^https?:\/\//i.test(m[2]) ? el("a", {href: m[2], rel: "noreferrer noopener", target: "_blank"}, inline(m[1], cite)) : el("span", {}, inline(m[1], cite)));
      i += m[0].length;
    } else if ((m = /^(\*\*|__)(?=\S)([\s\S]*?\S)\1/.exec(rest))) {
      push(el("strong", {}, inline(m[2], cite)));
      i += m[0].length;
    } else if ((m = /^\*(?=\S)([^*]*?[^*\s])\*/.exec(rest)) || ((m = /^_(?=\S)([^_]*?[^_\s])_(?!\w)/.exec(rest)) && !/\w$/.test(plain))) {
      push(el("em", {}, inline(m[1], cite)));
      i += m[0].length;
    } else if ((m = /^&(#\d{1,7}|#x[\da-f]{1,6}|\w{2,6});/i.exec(rest)) && (m[1][0] === "#" || references[m[1]])) {
      plain += m[1][0] !== "#" ? references[m[1]] : codePoint(m[1].slice(1));
      i += m[0].length;
    } else if (rest.startsWith("  \n")) {
      push(el("br"));
      i += 3;
    } else {
      plain += rest[0];
      i += 1;
    }
  }
  flush();
  return out;
}

function codePoint(digits) {
  const n = /^x/i.test(digits) ? parseInt(digits.slice(1), 16) : parseInt(digits, 10);
  return n > 0 && n <= 0x10ffff ? String.fromCodePoint(n) : "\ufffd";
}
