/** The text of an article as customers read it: paragraphs, lists, **bold**, links. Anything else stays the characters it is. */

import { h } from "../../lib/dom.js";

const INLINE = /\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\((https?:\/\/[^\s()]+)\)/gu;
const ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/u;

/** @param {string} text @returns {Node[]} */
export function article(text) {
  return text.split(/\n\s*\n/u).flatMap(block);
}

/** @param {string} text @returns {Node[]} */
function block(text) {
  /** @type {HTMLElement[]} */
  const made = [];
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    const kind = item ? (item[1] ? "ol" : "ul") : "p";
    let last = made.at(-1);
    if (last?.localName !== kind) made.push((last = h(kind, { dir: "auto" })));
    else if (!item) last.append(h("br", null));
    if (item) last.append(h("li", null, ...inline(item[2])));
    else last.append(...inline(line));
  }
  return made;
}

/** @param {string} text @returns {(Node | string)[]} */
function inline(text) {
  /** @type {(Node | string)[]} */
  const made = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    made.push(text.slice(at, found.index));
    made.push(found[1] ? h("strong", null, found[1]) : h("a", { href: found[3], rel: "noreferrer", target: "_blank" }, found[2]));
    at = found.index + found[0].length;
  }
  return [...made, text.slice(at)];
}
