/** Times, durations and money as the agent reads them, in the browser's own language and time zone. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const DAY_YEAR = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** @param {string} iso */
export const timeOfDay = (iso) => TIME.format(new Date(iso));
/**
 * @param {string} iso
 * @param {number} now  milliseconds
 * @returns {string} the time of today, or date and time
 */
export const moment = (iso, now) => (dayKey(iso) === new Date(now).toDateString() ? `today, ${timeOfDay(iso)}` : `${shortDate(iso)}, ${timeOfDay(iso)}`);
/** @param {string} iso */
export const shortDate = (iso) => DATE.format(new Date(iso));
/** @param {string} iso */
export const fullTime = (iso) => FULL.format(new Date(iso));

/**
 * @param {string} iso
 * @returns {string} the local calendar day, to compare
 */
export const dayKey = (iso) => new Date(iso).toDateString();

/**
 * @param {string} iso
 * @param {number} now  milliseconds
 * @returns {string} "Today", "Yesterday", "Tuesday 4 March" or, from another year, the full date
 */
export function dayLabel(iso, now) {
  const day = new Date(iso);
  const today = new Date(now);
  const yesterday = new Date(now);
  yesterday.setDate(today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (day.getFullYear() === today.getFullYear() ? DAY : DAY_YEAR).format(day);
}

/**
 * @param {number} seconds
 * @returns {string} 0:07, 12:40, 3 h 05, 2 d 4 h: short enough to tick in a card
 */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${pad(s % 60)}`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60))}`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/**
 * @param {number} seconds
 * @returns {string} the same, to be spoken
 */
export function spokenDuration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const part = (/** @type {number} */ n, /** @type {string} */ unit) => `${n} ${unit}${n === 1 ? "" : "s"}`;
  if (s < 60) return part(s, "second");
  if (s < 3600) return part(Math.floor(s / 60), "minute");
  if (s < 86400) return part(Math.floor(s / 3600), "hour");
  return part(Math.floor(s / 86400), "day");
}

/**
 * @param {number} bytes
 * @returns {string} 640 B, 12 KB, 2.4 MB
 */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * @param {unknown} value  {minor units, currency}, or words already
 * @returns {string}
 */
export function money(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  const { minor, currency } = /** @type {Partial<import("./types.js").Money>} */ (value);
  if (typeof minor !== "number" || !currency) return "";
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
