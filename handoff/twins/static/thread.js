/** The phone's screen: the texts of one number, as bubbles. */

import { h } from "./dom.js";
import { dayOf, refusal, timeOf } from "./words.js";

/** @typedef {import("./api.js").Text} Text */

const ARRIVED = new Set(["delivered", "sent", "received", "read"]);

/**
 * Draws the thread, and stays at its end if that is where the reader was.
 * @param {HTMLElement} place
 * @param {Text[]} texts
 */
export function draw(place, texts) {
  const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 60;
  const known = new Map([...place.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.key, node]));
  /** @type {Node[]} */
  const nodes = [];
  let day = "";
  for (const [index, text] of texts.entries()) {
    if (dayOf(text.at) !== day) {
      day = dayOf(text.at);
      nodes.push(known.get(`day-${day}`) ?? h("p", { class: "day", "data-key": `day-${day}` }, day));
    }
    const last = texts[index + 1]?.direction !== text.direction;
    const key = `${text.sid} ${text.status} ${text.door} ${last}`;
    nodes.push(known.get(key) ?? bubble(text, key, last));
  }
  if (texts.length === 0) nodes.push(h("p", { class: "empty" }, "No texts yet. Ask where an order is, or for a person."));
  place.replaceChildren(...nodes);
  if (!atEnd) return;
  const toEnd = () => void (place.scrollTop = place.scrollHeight);
  toEnd();
  for (const image of place.querySelectorAll("img")) if (!image.complete) image.addEventListener("load", toEnd, { once: true });
}

/** Addresses as phones show them: to be tapped. @param {string} words @returns {(Node | string)[]} */
function linked(words) {
  return words
    .split(/(https?:\/\/\S+)/)
    .map((part) => (/^https?:\/\//.test(part) ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));
}

/**
 * @param {Text} text
 * @param {string} key
 * @param {boolean} last  of a run in the same direction: it shows the time
 */
function bubble(text, key, last) {
  const mine = text.direction === "inbound";
  const lost = text.status === "undelivered" || text.status === "failed";
  const onWay = !mine && !lost && !ARRIVED.has(text.status);
  const carriers = text.direction === "outbound-reply";
  const trouble = mine ? refusal(text.door) : lost ? `Did not reach this phone (${text.error_code ?? "no code"})` : "";
  const classes = ["bubble", mine ? "mine" : "theirs", lost && "lost", onWay && "on-way", last && "last"];
  return h(
    "div",
    { class: classes.filter(Boolean).join(" "), "data-key": key },
    h("span", { class: "hidden" }, mine ? "This phone: " : "The shop: "),
    ...text.media.map((item) => h("img", { src: `/twin/media/${item.sid}`, alt: "The attached picture" })),
    text.body && h("p", { class: "words" }, ...linked(text.body)),
    trouble && h("p", { class: "meta trouble" }, trouble),
    !trouble && (last || carriers) && h("p", { class: "meta" }, `${carriers ? "Sent by the carrier itself · " : ""}${timeOf(text.at)}`),
  );
}
