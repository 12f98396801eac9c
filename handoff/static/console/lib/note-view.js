/** Draws a private note: who wrote it, with what it was given, whom it names. */

import { mention } from "../data/colleagues.js";
import { h } from "./dom.js";
import { fullTime, timeOfDay } from "./format.js";
import { icon } from "./icons.js";
import { unsentView } from "./message-view.js";

/** @type {Record<string, string>} */
const GIVEN = { transfer: "when passing it on", park: "when parking it", close: "when closing it", "hand-back": "when handing it back", "take-over": "when taking it over" };

/** @param {import("./types.js").Note} note @param {string} me  this agent's id @returns {HTMLElement} */
export function noteView({ author, text, mentions, at, verb }, me) {
  const given = verb && GIVEN[verb];
  return h(
    "div",
    { class: mentions.some(({ id }) => id === me) ? "line line-note is-for-me" : "line line-note" },
    h(
      "p",
      { class: "speaker" },
      icon("lock"),
      h("span", { class: "speaker-name", dir: "auto" }, author.name),
      h("span", { class: "note-kind" }, `Private note${given ? ` ${given}` : ""}`),
      h("time", { datetime: at, title: fullTime(at) }, timeOfDay(at)),
    ),
    h("div", { class: "bubble" }, h("p", { class: "said", dir: "auto" }, ...marked(text, mentions))),
  );
}

/** A note the server does not hold yet. @param {import("./types.js").Unsent} note @param {{ resend: () => void, discard: () => void }} acts */
export function unsentNoteView(note, acts) {
  const node = unsentView(note, acts);
  node.classList.replace("line-agent", "line-note");
  return node;
}

/** @param {string} text @param {import("./types.js").Named[]} mentions @returns {(string | Node)[]} the names in it stand out */
function marked(text, mentions) {
  /** @type {(string | Node)[]} */
  let parts = [text];
  for (const { name } of [...mentions].sort((a, b) => b.name.length - a.name.length)) {
    parts = parts.flatMap((part) => (typeof part === "string" ? cut(part, name) : [part]));
  }
  return parts;
}

/** @param {string} text @param {string} name */
function cut(text, name) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(mention(name))) {
    parts.push(text.slice(from, found.index), h("span", { class: "mention" }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}
