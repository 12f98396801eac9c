// @ts-check
/** The safe subset: paragraphs, line breaks, lists, **bold**, links. Anything else stays the characters it is. */

import { h } from "./dom.js";

const INLINE = /\*\*(?<bold>[^*\n]+)\*\*|\[(?<label>[^\]\n]+)\]\((?<target>[^\s()]+)\)|(?<bare>https?:\/\/[^\s<>"]*[^\s<>".,;:!?'’)\]])/gu;
const ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/u;
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** @param {string} text @returns {DocumentFragment} */
export function markdown(text) {
  const out = document.createDocumentFragment();
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) renderBlock(block, out);
  return out;
}

/** What a customer typed: their characters, with web addresses that can be followed. @param {string} text */
export function plain(text) {
  const out = document.createDocumentFragment();
  for (const [index, line] of text.split("\n").entries()) {
    if (index) out.append(h("br"));
    inline(line, out, false);
  }
  return out;
}

/** @param {string} block @param {DocumentFragment} out */
function renderBlock(block, out) {
  /** @type {HTMLElement | null} */
  let open = null;
  for (const line of block.split("\n")) {
    const [, number, words] = ITEM.exec(line) ?? [];
    const tag = words === undefined ? "p" : number ? "ol" : "ul";
    if (!open || open.localName !== tag) {
      if (tag === "p" && !line.trim()) continue;
      open = h(tag, tag === "ol" && number !== "1" ? { start: number } : {});
      out.append(open);
    } else if (tag === "p") {
      open.append(h("br"));
    }
    if (words === undefined) {
      inline(line, open, true);
    } else {
      const item = h("li");
      inline(words, item, true);
      open.append(item);
    }
  }
}

/** @param {string} text @param {Node} into @param {boolean} marks Whether ** and [] mean something. */
function inline(text, into, marks) {
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const { bold, label, target, bare } = match.groups ?? {};
    if (!marks && !bare) continue;
    const node = bold ? h("strong", {}, bold) : link(bare ?? target, bare ?? label);
    if (!node) continue;
    into.appendChild(document.createTextNode(text.slice(done, match.index)));
    into.appendChild(node);
    done = match.index + match[0].length;
  }
  into.appendChild(document.createTextNode(text.slice(done)));
}

/** @param {string} target @param {string} words @returns {HTMLElement | null} Null for an address that could do anything but lead somewhere. */
export function link(target, words) {
  try {
    const { protocol, href } = new URL(target);
    if (!SAFE.has(protocol)) return null;
    return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
  } catch {
    return null;
  }
}
