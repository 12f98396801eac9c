/** Draws a reply that goes out later: its words, when, what is in its way, and what can be done about it. */

import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { whenFor } from "./later-times.js";
import { fileList, renewFiles } from "./message-view.js";

/**
 * @typedef {import("./types.js").LaterReply} LaterReply
 * @typedef {import("./types.js").LaterTimes} LaterTimes
 */

/** @type {Record<string, string>} */
const WHYS = {
  customer_wrote: "the customer has written since",
  passed_on: "somebody else has the conversation",
  closed: "the conversation is closed",
  bot: "the bot answers again",
  stopped: "the number opted out of texts",
  too_long: "it is too long for a text message",
};

/** @param {string | null} why @returns {string} why it is held back, or will be */
export const whyWords = (why) => WHYS[why ?? ""] ?? "something came between";

/**
 * @param {LaterReply} reply
 * @param {{ send: () => void, change: () => void, drop: () => void }} acts
 * @returns {HTMLElement}
 */
export function laterView({ text, files = [], by }, acts) {
  return h(
    "div",
    { class: "line line-agent line-later" },
    h("div", { class: "bubble", hidden: !text }, h("p", { class: "said", dir: "auto" }, text)),
    fileList({ files }),
    h("p", { class: "later-when" }, icon("clock"), h("span", null), h("span", { class: "later-by", dir: "auto" }, ` · ${by}`)),
    h("p", { class: "unsent-why" }, icon("alert"), h("span", null)),
    h(
      "div",
      { class: "unsent" },
      h("button", { type: "button", class: "button button-small", "data-may": "send", onclick: acts.send }, "Send now"),
      h("button", { type: "button", class: "button button-small button-quiet", "data-may": "change", onclick: acts.change }, "Change"),
      h("button", { type: "button", class: "button button-small button-quiet", "data-may": "drop", onclick: acts.drop }, "Drop"),
    ),
  );
}

/** Their links hold ten minutes. @param {HTMLElement} node  a laterView @param {LaterReply} reply @param {LaterTimes | undefined} times @param {number} now */
export function placeLater(node, { at, files, held_back, why, can }, times, now) {
  renewFiles(node, { files });
  node.classList.toggle("is-failed", held_back);
  const [when, trouble, words] = [".later-when span", ".unsent-why", ".unsent-why span"].map((part) => /** @type {HTMLElement} */ (node.querySelector(part)));
  setText(when, held_back ? `Was to go out ${whenFor(at, times, now)}` : `Goes out ${whenFor(at, times, now)}`);
  trouble.hidden = !why;
  setText(words, !why ? "" : held_back ? `Not sent: ${whyWords(why)}.` : `It will be held back: ${whyWords(why)}.`);
  for (const button of node.querySelectorAll("[data-may]")) setAttribute(button, "hidden", !can.some((verb) => verb === /** @type {HTMLElement} */ (button).dataset.may));
}
