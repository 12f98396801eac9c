/** What the bot made of things, for agents alone: under a customer's line as what it was taken, and how far the request is. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { factRows } from "./panel-view.js";

/**
 * @typedef {import("./types.js").BotTurn} BotTurn
 * @typedef {import("./types.js").BotRequest} BotRequest
 */

/**
 * Under the line; nothing under what was tapped, which is certain, unless the bot gave no answer.
 * @param {HTMLElement} node  a message's view
 * @param {BotTurn | undefined} turn
 */
export function placeUnderstood(node, turn) {
  const shown = turn && (turn.failed || (turn.understood && !turn.tapped)) ? turn : null;
  const before = node.querySelector(".understood");
  const drawn = shown ? JSON.stringify(shown) : "";
  if ((before instanceof HTMLElement ? before.dataset.drawn : "") === drawn) return;
  before?.remove();
  if (!shown) return;
  const made = view(shown);
  made.dataset.drawn = drawn;
  node.append(made);
}

/** @param {BotTurn} turn @returns {HTMLElement} */
function view({ understood, percent, tapped, others, spoke_of, failed }) {
  const taken = understood && !tapped ? `understood as: ${understood}, ${percent} %` : "";
  const rows = factRows([...spoke_of.map(({ label, text }) => [label, text]), ["Or", others.map((one) => `${one.understood}, ${one.percent} %`)]]);
  const words = failed ? h("span", { class: "understood-failed" }, icon("alert"), failed) : h("span", null, taken);
  if (rows.length === 0) return h("p", { class: "understood" }, words);
  return h("details", { class: "understood" }, h("summary", null, words), h("dl", { class: "facts" }, ...rows));
}

/**
 * For the panel: the request that the bot had in hand, what is known of it, and the step that failed.
 * @param {BotRequest} request
 * @returns {HTMLElement}
 */
export function requestView({ title, standing, trouble, failed, details, aside }) {
  const how = h("p", { class: failed && !trouble ? "request-standing is-failed" : "request-standing" }, failed && !trouble && icon("alert"), h("span", { dir: "auto" }, standing));
  const broke = trouble && h("p", { class: "request-standing is-failed" }, icon("alert"), h("span", null, trouble));
  const rows = factRows([...details.map(({ label, text }) => [label, text]), ["Put aside", aside]]);
  return h("div", { class: "request" }, h("p", { class: "request-title", dir: "auto" }, icon("bot"), h("span", null, title)), how, broke, rows.length > 0 && h("dl", { class: "facts" }, ...rows));
}
