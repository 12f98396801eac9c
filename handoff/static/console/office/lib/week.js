/** A week of opening hours: open now and until when, and each day as a bar and in words. */

import { h } from "../../lib/dom.js";
import { badge } from "./page.js";

/** @typedef {{ zone: string, open_now: boolean, changes_at: string | null, always: boolean, days: { day: string, spans: [string, string][], holiday: boolean }[] }} Week */

/** @param {Week} week */
export function openNow({ open_now, changes_at, always, zone }) {
  const when = changes_at && new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(changes_at));
  const words = always ? "always open" : when ? `${open_now ? "until" : "opens"} ${when}` : open_now ? "" : "does not open within a year";
  return h("p", { class: "open-now" }, badge(open_now ? "Open now" : "Closed now", open_now ? "good" : "warn"), words ? ` ${words}` : null, h("span", { class: "faint" }, ` (${zone.replaceAll("_", " ")})`));
}

/** @param {Week} week */
export function weekList({ days }) {
  return h("ul", { class: "week" }, ...days.map(dayRow));
}

/** @param {Week["days"][number]} day */
function dayRow({ day, spans, holiday }) {
  const name = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
  const whole = spans.length === 1 && spans[0][0] === "00:00" && spans[0][1] === "24:00";
  const words = whole ? "all day" : spans.map(([from, to]) => `${from}–${to}`).join(", ");
  const bar = h("span", { class: "week-bar", "aria-hidden": "true" }, ...spans.map(span));
  return h("li", null, h("span", { class: "week-day" }, name), bar, h("span", { class: "week-times" }, words || (holiday ? "closed, holiday" : "closed")));
}

/** @param {[string, string]} times */
function span([from, to]) {
  const node = h("span", { class: "week-span" });
  node.style.setProperty("inset-inline-start", `${share(from)}%`);
  node.style.setProperty("width", `${share(to) - share(from)}%`);
  return node;
}

/** @param {string} time @returns {number} of the day, in hundredths */
function share(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return ((hours * 60 + minutes) / 1440) * 100;
}
