// @ts-check
/** Cards beside a message: an order, a plan, a receipt. The message's text is complete without them. */

import { h, hidden, icon, sheet } from "./dom.js";
import { link } from "./markdown.js";

/** @import {Format, Texts} from "./language.js" */
/** @import {Card, CardItem, Parcel} from "./types.d.ts" */

export const styles = await sheet("cards.css");

/** How far along an order is by its status; any other status has no way ahead to draw. */
const STEPS = ["pending", "processed", "delivered"];

/** @param {Card} card @param {Texts} t @param {Format} format @returns {HTMLElement | null} Null for a kind this widget does not know. */
export function cardElement(card, t, format) {
  const draw = CARDS[card.kind];
  // Fields may be missing or of a later kind than this page knows: the message itself is never lost over its card.
  try {
    return draw ? draw(card, t, format) : null;
  } catch {
    return null;
  }
}

/**
 * The text without the lines that the card shows: what stands before and after them. What neither shows is never left out.
 * @param {string} text @param {Card} card @returns {[before: string, after: string]}
 */
export function around(text, card) {
  const lines = text.split("\n");
  const shown = lines.map((line) => covers(card, line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/u, "").trim()));
  const first = shown.indexOf(true);
  const last = shown.lastIndexOf(true);
  if (first < 0 || shown.slice(first, last).includes(false)) return [text, ""];
  return [lines.slice(0, first).join("\n"), lines.slice(last + 1).join("\n")];
}

/** @param {Card} card @param {string} line */
function covers({ lines = [], items = [] }, line) {
  if (lines.includes(line)) return true;
  return items.some(({ name, price }) => typeof price === "string" && line.startsWith(name) && line.endsWith(price));
}

/** @param {Card} card @param {Texts} t @param {Format} format */
function orderCard(card, t, format) {
  const status = card.status ?? "";
  return frame(
    "order",
    head(`${t.order} ${card.id ?? ""}`, card.placed_at && `${t.placed} ${format.date(card.placed_at)}`, status && pill(status, card.state)),
    STEPS.includes(status) && progress(STEPS.indexOf(status), t),
    card.items?.length && h("ul", { class: "items", "aria-label": t.items }, ...card.items.map((item) => itemRow(item, t, format))),
    card.parcels?.length && h("ul", { class: "parcels" }, ...card.parcels.map((parcel) => parcelRow(parcel, t))),
    card.total && totalRow(card, t, format),
  );
}

/** @param {Card} card @param {Texts} t @param {Format} format */
function planCard(card, t, format) {
  return frame(
    "plan",
    head(card.title ?? t.plan, card.order ? `${t.order} ${card.order}` : null, icon("clock")),
    lines(card, format),
    card.total && totalRow(card, t, format),
    card.expires_at && h("p", { class: "fine" }, t.validUntil(format.time(card.expires_at))),
  );
}

/** @param {Card} card @param {Texts} t @param {Format} format */
function receiptCard(card, t, format) {
  const when = [card.order && `${t.order} ${card.order}`, card.at && format.date(card.at)].filter(Boolean).join(" · ");
  return frame(
    "receipt",
    head(card.title ?? `${t.receipt} ${card.number ?? ""}`, when, icon("check")),
    lines(card, format),
    card.total && totalRow(card, t, format),
    card.title && card.number && h("p", { class: "fine" }, `${t.receipt} ${card.number}`),
  );
}

/** @param {string} kind @param {...any} children */
function frame(kind, ...children) {
  return h("div", { class: `card ${kind}` }, ...children.map((child) => child || null));
}

/** @param {string} title @param {string | null | undefined} more @param {Node | string | null | undefined | false} aside */
function head(title, more, aside) {
  return h("div", { class: "card-head" }, h("div", {}, h("strong", {}, title.trim()), more ? h("span", {}, more) : null), aside || null);
}

/** @param {string} status @param {string} [words] The state as the text has it, too. */
function pill(status, words = status) {
  return h("span", { class: "status", "data-status": status.split(" ")[0] }, words[0].toLocaleUpperCase() + words.slice(1));
}

/** @param {number} reached @param {Texts} t */
function progress(reached, t) {
  const steps = t.progress.map((label, index) =>
    h("li", { "data-done": index <= reached, "aria-current": index === reached && "step" }, label),
  );
  return h("ol", { class: "progress" }, ...steps);
}

/** @param {CardItem} item @param {Texts} t @param {Format} format */
function itemRow(item, t, format) {
  const { name, options, quantity = 1, price, picture } = item;
  const chosen = typeof options === "object" ? Object.values(options).join(" · ") : options;
  return h(
    "li",
    {},
    picture && /^https?:\/\//.test(picture)
      ? h("img", { src: picture, alt: "", loading: "lazy", width: 36, height: 36 })
      : h("span", { class: "tile", "aria-hidden": "true" }, [...name][0]?.toLocaleUpperCase() ?? ""),
    h("div", {}, h("span", {}, name), chosen ? h("small", {}, chosen) : null, quantity > 1 ? h("small", {}, t.quantity(quantity)) : null),
    price ? h("span", { class: "amount" }, format.money(price)) : null,
  );
}

/** @param {Parcel} parcel @param {Texts} t */
function parcelRow({ tracking, carrier, status, url }, t) {
  const number = (url && link(url, tracking)) || h("span", { class: "number" }, tracking);
  return h("li", {}, hidden(`${t.tracking} `), h("small", {}, [carrier ?? t.tracking, status].filter(Boolean).join(" · ")), number);
}

/** @param {Card} card @param {Format} format */
function lines(card, format) {
  if (!card.lines?.length) return null;
  const rows = card.lines.map((line) =>
    typeof line === "string"
      ? h("li", {}, line)
      : h("li", {}, line.label, line.amount ? h("span", { class: "amount" }, format.money(line.amount)) : null),
  );
  return h("ul", { class: "lines" }, ...rows);
}

/** @param {Card} card @param {Texts} t @param {Format} format */
function totalRow(card, t, format) {
  return h("p", { class: "total" }, t.total, h("span", { class: "amount" }, format.money(card.total ?? "")));
}

/** @type {Record<string, (card: Card, t: Texts, format: Format) => HTMLElement>} */
const CARDS = { order: orderCard, plan: planCard, receipt: receiptCard };
