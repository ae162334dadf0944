// Elements from values. Text from outside only ever becomes text nodes, never markup.

/** `el("a", {href: "/", class: "x", onclick: f}, "text", child)`: listeners by `on…`, everything else attributes. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** A link to an address from outside; anything but http(s) stays plain text. */
export function outside(address, text = address) {
  return /^https?:\/\//i.test(address)
    ? el("a", {href: address, rel: "noreferrer noopener", target: "_blank"}, text)
    : el("span", {}, text === address ? readable(address) : text);
}

/** `file:///a%20b` as `/a b`. */
export function readable(address) {
  if (!address.startsWith("file://")) return address;
  try {
    return decodeURIComponent(address.slice(7));
  } catch {
    return address.slice(7);
  }
}
