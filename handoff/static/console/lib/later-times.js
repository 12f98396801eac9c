/** When a reply could go out later, and the same moment for the customer. */

import { moment } from "./format.js";

/** @typedef {import("./types.js").LaterTimes} LaterTimes */

const HOUR_MS = 3_600_000;

/**
 * @param {LaterTimes | undefined} times
 * @param {number} now  milliseconds
 * @returns {{ label: string, at: string, detail: string }[]} what the menu offers beside a time of one's own
 */
export function presets(times, now) {
  const hour = new Date(Math.ceil((now + HOUR_MS) / 60_000) * 60_000).toISOString();
  const offered = [
    { label: "In an hour", at: hour },
    { label: "This evening", at: times?.evening },
    { label: "Tomorrow morning", at: times?.morning },
  ];
  return offered.flatMap(({ label, at }) => (at ? [{ label, at, detail: whenFor(at, times, now) }] : []));
}

/**
 * @param {string} at
 * @param {LaterTimes | undefined} times
 * @param {number} now
 * @returns {string} in the agent's time, and in the customer's where that is another
 */
export function whenFor(at, times, now) {
  const [mine, theirs] = [moment(at, now), times?.theirs ? timeIn(at, times.zone) : ""];
  return theirs && !mine.endsWith(theirs) ? `${mine} (${theirs} for the customer)` : mine;
}

/** @param {string} at @param {string} zone */
const timeIn = (at, zone) => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(at));

/** @param {Date} time @returns {string} as an input of a local time has it */
export function local(time) {
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}T${pad(time.getHours())}:${pad(time.getMinutes())}`;
}
