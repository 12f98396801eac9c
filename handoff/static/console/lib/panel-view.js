/** Draws the customer panel's lists: facts, orders, receipts. */

import { h } from "./dom.js";
import { fullTime, money, shortDate } from "./format.js";
import { words } from "./labels.js";

/**
 * @param {unknown[][]} rows  pairs of label and value; those without a value are left out
 * @returns {HTMLElement[]}
 */
export function factRows(rows) {
  return rows.flatMap(([label, value]) => {
    const text = said(value);
    return text ? h("div", null, h("dt", null, String(label)), h("dd", { dir: "auto" }, text)) : [];
  });
}

/** @param {unknown} value @returns {string} */
function said(value) {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(said).filter(Boolean).join(", ");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "string") return /^[a-z]+(_[a-z]+)+$/.test(value) ? words(value) : value;
  if (typeof value !== "object") return String(value);
  return money(value) || Object.entries(value).map(([name, inner]) => `${words(name)}: ${said(inner)}`).join(", ");
}

/** @param {import("./types.js").Order} order @param {HTMLElement & { look: () => void }} errands  what can be done to it */
export function orderView({ id, status, state, placed_at, total, items }, errands) {
  const line = [placed_at && shortDate(placed_at), money(total)].filter(Boolean).join(" · ");
  const head = [h("span", { class: "paper-number" }, id), h("span", { class: `status status-${status.split(" ")[0]}` }, words(state ?? status)), h("span", { class: "paper-line" }, line)];
  const lines = Array.isArray(items) ? items.map(itemLine).filter(Boolean) : [];
  const box = h("details", null, h("summary", null, ...head), lines.length > 0 && h("ul", { class: "order-items" }, ...lines.map((text) => h("li", { dir: "auto" }, text))), errands);
  box.addEventListener("toggle", () => box.open && errands.look());
  return h("li", { class: "paper-row" }, box);
}

/** @param {any} item @returns {string} "Desk lamp (black) × 2" */
function itemLine(item) {
  if (typeof item !== "object" || item === null) return said(item);
  const options = said(item.options && typeof item.options === "object" ? Object.values(item.options) : item.options);
  const name = said(item.name ?? item.product);
  const quantity = Number(item.quantity ?? 1);
  return [name, options && `(${options})`, quantity > 1 && `× ${quantity}`].filter(Boolean).join(" ");
}

/** @param {Record<string, any>} receipt */
export function receiptView({ number, id, order, order_id, text, lines, at }) {
  const about = said(order ?? order_id);
  return h(
    "li",
    { class: "paper-row" },
    h("span", { class: "paper-number" }, said(number ?? id)),
    about && h("span", { class: "paper-line" }, about),
    h("p", { class: "receipt-text", dir: "auto" }, Array.isArray(lines) ? lines.map(said).join("\n") : said(text)),
    typeof at === "string" && h("time", { datetime: at, title: fullTime(at) }, shortDate(at)),
  );
}
