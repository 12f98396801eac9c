/** Times and numbers as people read them, and what the carrier's states mean. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** @param {string} iso */
export const timeOf = (iso) => TIME.format(new Date(iso));
/** @param {string} iso */
export const fullTime = (iso) => FULL.format(new Date(iso));

/** @param {string} iso */
export function dayOf(iso) {
  const day = new Date(iso).toDateString();
  if (day === new Date().toDateString()) return "Today";
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return "Yesterday";
  return DAY.format(new Date(iso));
}

/** +12025550123 as +1 (202) 555-0123; other countries as they are. @param {string} number */
export function pretty(number) {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return us ? `+1 (${us[1]}) ${us[2]}-${us[3]}` : number;
}

/** What was typed as a number in E.164, or "". @param {string} typed */
export function asNumber(typed) {
  const digits = typed.replace(/[\s().-]/g, "");
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  return /^[2-9]\d{9}$/.test(digits) ? `+1${digits}` : "";
}

/** Why the gateway's door did not take a text, or "". @param {string} door */
export function refusal(door) {
  if (!door || /^(2\d\d)(, 2\d\d)*$/.test(door)) return "";
  if (door.includes("unreachable")) return "Not delivered: the gateway is not running";
  return `Not delivered: the gateway answered ${door}`;
}
