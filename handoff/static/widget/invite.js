// @ts-check
/** Asking first whether help is wanted: by rules, seldom, and never again once it was not. */

import { h, icon, sheet } from "./dom.js";
import { wordsFor } from "./later.js";
import { recall, remember } from "./shared.js";

/** @import {Session} from "./session.js" */
/** @import {Attribute, Invitation} from "./types.d.ts" */

export const styles = await sheet("invite.css");

export const words = { open: "Open chat", no: "No, thanks" };

/** @typedef {typeof words} InviteTexts */

const DAY_MS = 86_400_000;
/** Whatever the rules say: not oftener than this a month, whichever of them it was. */
const MONTH = { days: 30, most: 2 };
const KEPT_DAYS = 400;
const LOOK_EVERY_MS = 1_000;

/**
 * @typedef {{
 *   key: string,
 *   locale: string,
 *   rules: Invitation[],
 *   attributes: () => Record<string, Attribute>,
 *   isOpen: () => boolean,
 *   session: () => Session | undefined,
 *   open: () => void,
 *   put: (element: HTMLElement) => void,
 *   signal: AbortSignal,
 * }} Around
 */

/** @param {Around} around */
export async function invite(around) {
  const its = await wordsFor(around.locale, "invite", words);
  const began = Date.now();
  const timer = setInterval(async () => {
    const rule = quiet(around) ? null : around.rules.find((one) => holds(one, around, Date.now() - began) && mayShow(one, known(around.key), Date.now()));
    if (!rule) return;
    clearInterval(timer); // once a visit
    if ((await may(around)) && !quiet(around) && !around.signal.aborted) show(rule, around, its);
  }, LOOK_EVERY_MS);
  around.signal.addEventListener("abort", () => clearInterval(timer));
}

/** The chat is open, or somebody has talked with us before. @param {Around} around */
function quiet({ isOpen, session }) {
  return isOpen() || !!session()?.stored;
}

/** The gateway knows how often this reader may be spoken to first, and how often they were. Where it cannot be asked nobody is. @param {Around} around */
async function may({ key, session }) {
  const reader = session();
  if (!reader) return false;
  try {
    const identity = typeof reader.source === "function" ? await reader.source() : (reader.source ?? undefined);
    return (await reader.api.call("", "invitations", { identity, shown: lately(known(key), Date.now()).length })).show;
  } catch {
    return false;
  }
}

/** @param {Invitation} rule @param {Around} around @param {number} elapsed */
function holds({ path, seconds_on_page = 0, attributes = {} }, around, elapsed) {
  if (path && !location.pathname.includes(path)) return false;
  if (elapsed < seconds_on_page * 1_000) return false;
  const known = around.attributes();
  return Object.entries(attributes).every(([name, wanted]) => fits(known[name], wanted));
}

/** @param {Attribute | undefined} is @param {Attribute | {min?: number, max?: number}} wanted */
function fits(is, wanted) {
  if (wanted === null || typeof wanted !== "object") return is === wanted;
  return typeof is === "number" && is >= (wanted.min ?? -Infinity) && is <= (wanted.max ?? Infinity);
}

/** What was shown here, and whether it was declined. @typedef {{id: string, at: number, no?: true}[]} Shown */

/** @param {Shown} shown @param {number} now */
function lately(shown, now) {
  return shown.filter((one) => one.at > now - MONTH.days * DAY_MS);
}

/** @param {Invitation} rule @param {Shown} shown @param {number} now */
export function mayShow({ id, again_after_days = 30, a_month = MONTH.most }, shown, now) {
  const since = (/** @type {number} */ days) => now - days * DAY_MS;
  const month = lately(shown, now);
  if (month.length >= Math.min(a_month, MONTH.most)) return false;
  // Who said no is not asked by any rule for as long as a month, and by this one never.
  return !month.some((one) => one.no) && !shown.some((one) => one.id === id && (one.no || one.at > since(again_after_days)));
}

/** @param {Invitation} rule @param {Around} around @param {InviteTexts} its */
function show({ id, text }, around, its) {
  const at = Date.now();
  const note = (/** @type {true | undefined} */ no) => {
    const others = known(around.key).filter((one) => one.at !== at && (one.no || at - one.at < KEPT_DAYS * DAY_MS));
    remember(around.key, [...others, { id, at, no }]);
  };
  const gone = () => element.remove();
  const element = h(
    "div",
    { class: "invite", role: "status" },
    h("button", { class: "invite-text", type: "button", dir: "auto", onclick: () => (gone(), around.open()) }, text),
    h("button", { class: "invite-no", type: "button", "aria-label": its.no, onclick: () => (gone(), note(true)) }, icon("close")),
  );
  element.addEventListener("keydown", (event) => event.key === "Escape" && (gone(), note(true)));
  around.signal.addEventListener("abort", gone);
  note(undefined);
  around.put(element);
}

/** @param {string} key @returns {Shown} */
function known(key) {
  return recall(key) ?? [];
}
