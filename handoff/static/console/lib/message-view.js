/** Draws one message of a thread: who, what, the options and the paper (plan, receipt, order, help page) that came with it. */

import { h, setAttribute, setText } from "./dom.js";
import { fullTime, size, timeOfDay } from "./format.js";
import { icon } from "./icons.js";
import { words } from "./labels.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Unsent} Unsent
 */

/** @type {Record<string, string>} */
const PAPERS = { plan: "Plan", receipt: "Receipt", order: "Order", article: "Help page" };

/**
 * @param {Message} message
 * @param {string} customer  the name to show over the customer's words
 * @returns {HTMLElement}
 */
export function messageView(message, customer) {
  const { author, text, at, card, wordless } = message;
  if (author.kind === "system") {
    return h("div", { class: "line line-system" }, h("p", { dir: "auto" }, text, " ", stamp(at)));
  }
  const paper = card && PAPERS[card.kind] ? card : null;
  const bubble = h(
    "div",
    { class: paper ? `bubble paper paper-${paper.kind}` : "bubble" },
    paper && h("p", { class: "paper-head" }, icon(paper.kind), paperTitle(paper)),
    h("p", { class: "said", dir: "auto" }, text),
  );
  // A message of files alone has words of ours for those who cannot see them.
  bubble.hidden = Boolean(wordless);
  return h("div", { class: `line line-${author.kind}` }, speaker(author, customer, at), bubble, fileList(message), h("ul", { class: "options", "aria-label": "Options shown" }));
}

/**
 * What depends on the neighbours: whether the speaker is named again, and which option was chosen.
 * @param {HTMLElement} node  a messageView
 * @param {Message} message
 * @param {{ continues: boolean, chosen: string | null, seen: boolean }} place
 */
export function placeMessage(node, message, { continues, chosen, seen }) {
  node.classList.toggle("continues", continues);
  placeSeen(node, seen);
  renewFiles(node, message);
  const list = node.querySelector(".options");
  if (!(list instanceof HTMLElement)) return;
  const options = message.options ?? [];
  list.hidden = options.length === 0;
  if (list.dataset.chosen === (chosen ?? "") && list.childElementCount === options.length) return;
  list.dataset.chosen = chosen ?? "";
  list.replaceChildren(...options.map(({ label }) => option(label, label === chosen)));
}

/** @param {Pick<Message, "files">} message */
export function fileList({ files }) {
  if (!files?.length) return null;
  return h("ul", { class: "files" }, ...files.map(({ name, type, bytes, url }) => h("li", null, h("a", { class: "file", href: url, target: "_blank", rel: "noopener" }, type.startsWith("image/") ? h("img", { src: url, alt: name }) : icon("clip"), h("span", { class: "file-name", dir: "auto" }, name), h("span", { class: "file-size" }, size(bytes))))));
}

/** Their links hold ten minutes; pictures that are there already stay. @param {HTMLElement} node @param {Pick<Message, "files">} message */
export function renewFiles(node, { files }) {
  node.querySelectorAll(".file").forEach((link, i) => setAttribute(link, "href", files?.[i]?.url));
}

/** Under the last of our answers that the customer has seen. @param {HTMLElement} node @param {boolean} seen */
function placeSeen(node, seen) {
  const mark = node.querySelector(".seen");
  if (!seen) mark?.remove();
  else if (!mark) node.append(h("p", { class: "seen" }, icon("check"), "Seen"));
}

/** @param {string} label @param {boolean} chosen */
function option(label, chosen) {
  const mark = chosen && h("span", { class: "for-readers" }, " (chosen)");
  return h("li", { class: chosen ? "option is-chosen" : "option", dir: "auto" }, chosen && icon("check"), label, mark);
}

/** @param {Message["author"]} author @param {string} customer @param {string} at */
function speaker(author, customer, at) {
  const name = author.kind === "customer" ? customer : author.name || (author.kind === "bot" ? "Bot" : "Agent");
  const role = { bot: "Bot", agent: "Agent", customer: "Customer", system: "" }[author.kind];
  return h(
    "p",
    { class: "speaker" },
    icon(author.kind === "bot" ? "bot" : "person"),
    h("span", { class: "speaker-name", dir: "auto" }, name),
    role !== name && h("span", { class: "speaker-role" }, role),
    stamp(at),
  );
}

/** @param {string} at */
const stamp = (at) => h("time", { datetime: at, title: fullTime(at) }, timeOfDay(at));

/** @param {Record<string, any>} card */
function paperTitle(card) {
  const number = card.number ?? card.order ?? card.order_id ?? (card.kind === "order" ? card.id : null);
  return [PAPERS[card.kind] ?? words(card.kind), typeof number === "string" ? number : ""].filter(Boolean).join(" ");
}

/**
 * A reply the thread does not hold yet.
 * @param {Unsent} reply
 * @param {{ resend: () => void, discard: () => void }} acts
 */
export function unsentView({ text, why, files = [] }, { resend, discard }) {
  return h(
    "div",
    { class: "line line-agent line-unsent" },
    h("div", { class: "bubble" }, text && h("p", { class: "said", dir: "auto" }, text), ...files.map(({ name }) => h("p", { class: "unsent-file", dir: "auto" }, icon("clip"), name))),
    h("p", { class: "sending", role: "status" }),
    h(
      "div",
      { class: "unsent" },
      h("p", { class: "unsent-why" }, icon("alert"), h("span", null, why ?? "")),
      h("button", { type: "button", class: "button button-small", onclick: resend }, "Send again"),
      h("button", { type: "button", class: "button button-small button-quiet", onclick: discard }, "Discard"),
    ),
  );
}

/** @param {HTMLElement} node  an unsentView @param {Unsent} reply */
export function placeUnsent(node, { state, why }) {
  const failed = state === "failed";
  node.classList.toggle("is-failed", failed);
  const [sending, trouble, words] = [".sending", ".unsent", ".unsent-why span"].map((part) => /** @type {HTMLElement} */ (node.querySelector(part)));
  setText(sending, failed ? "" : "Sending…");
  setText(words, failed ? (why ?? "") : "");
  trouble.hidden = !failed;
}
