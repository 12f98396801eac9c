/** The keyboard: single keys work while nothing is being typed, and can be switched off (WCAG 2.1.4). */

import { recall } from "./prefs.js";
import { begin } from "./verbs.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** What the cheat sheet shows. */
export const KEYS = [
  { keys: ["j", "k"], does: "Next, previous conversation (in the lists the arrow keys too)" },
  { keys: ["1", "2", "3"], does: "First of Mine, My customers, Queue" },
  { keys: ["m"], does: "First of Mentions" },
  { keys: ["Enter"], does: "Open the conversation" },
  { keys: ["a"], does: "Accept the offer" },
  { keys: ["d"], does: "Decline the offer" },
  { keys: ["c"], does: "Take the conversation from the queue" },
  { keys: ["r"], does: "Reply to the customer" },
  { keys: ["n"], does: "Write a private note for colleagues" },
  { keys: ["Esc"], does: "Leave the reply or note; then back to the lists" },
  { keys: ["t"], does: "Pass on to a colleague or a queue" },
  { keys: ["s"], does: "Park, or go on with what is parked" },
  { keys: ["h"], does: "Hand back to the bot" },
  { keys: ["x"], does: "Close the conversation" },
  { keys: ["p"], does: "Customer panel" },
  { keys: ["Ctrl", "K"], does: "Find a conversation or a command" },
  { keys: ["/"], does: "Search everything I may see" },
  { keys: ["?"], does: "This sheet" },
];

/** @type {Record<string, number>} */
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
/** @type {Record<string, string>} */
const SECTIONS = { 1: ".list-mine", 2: ".list-dedicated", 3: ".list-general" };

/**
 * @param {Desk} desk
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function listenToKeys(desk, root, signal) {
  document.addEventListener("keydown", (event) => onKey(desk, root, event), { signal });
}

/** @param {Desk} desk @param {HTMLElement} root @param {KeyboardEvent} event */
function onKey(desk, root, event) {
  if (desk.agent && event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    // A second press closes it again; another dialog stays alone.
    if (!document.querySelector("dialog[open]:not(.palette)")) desk.dispatchEvent(new Event("palette"));
    event.preventDefault();
    return;
  }
  if (!desk.agent || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const inLists = target.closest("queue-lists") !== null;
  const handled = event.key === "Escape" ? leave(desk, root, target) : isTyping(target) ? false : press(desk, root, event.key, inLists);
  if (handled) event.preventDefault();
}

/** @param {HTMLElement} target */
const isTyping = (target) => target.matches("textarea, input:not([type=radio], [type=checkbox]), select") || target.isContentEditable;

/** @param {Desk} desk @param {HTMLElement} root @param {string} key @param {boolean} inLists @returns {boolean} */
function press(desk, root, key, inLists) {
  if (key.startsWith("Arrow")) return inLists && key in STEPS && step(root, STEPS[key]);
  if (!recall("keys", true)) return false;
  if (key in STEPS) return step(root, STEPS[key]);
  if (key in SECTIONS) return focus(root.querySelector(`${SECTIONS[key]} .card-link`));
  const act = ACTS[key];
  return act ? act(desk, root) : false;
}

/** @type {Record<string, (desk: Desk, root: HTMLElement) => boolean>} */
const ACTS = {
  a: (desk) => answerOffer(desk, "accept"),
  d: (desk) => answerOffer(desk, "decline"),
  c: (desk) => {
    const id = focusedId() ?? (desk.conversation?.can.includes("claim") ? desk.openId : null);
    if (id) begin(desk, id, "claim");
    return id !== null;
  },
  r: (desk) => write(desk, "reply"),
  n: (desk) => write(desk, "note"),
  m: (_desk, root) => focus(root.querySelector(".list-mentions .card-link")),
  t: (desk) => start(desk, "transfer"),
  s: (desk) => start(desk, "park") || start(desk, "unpark"),
  h: (desk) => start(desk, "hand-back"),
  x: (desk) => start(desk, "close"),
  p: (desk) => desk.dispatchEvent(new Event("panel")),
  "/": (desk) => desk.dispatchEvent(new Event("search")),
  "?": (desk) => desk.dispatchEvent(new Event("help")),
};

/** @param {Desk} desk @param {"reply" | "note"} what @returns {boolean} */
function write(desk, what) {
  if (!desk.conversation || (what === "reply" && !desk.conversation.can.includes("reply"))) return false;
  desk.dispatchEvent(new CustomEvent("write", { detail: what }));
  return true;
}

/** Answers the offer that has the focus, else the open one, else the most urgent. @param {Desk} desk @param {"accept" | "decline"} verb */
function answerOffer(desk, verb) {
  const offers = desk.offers();
  const wanted = [focusedId(), desk.openId].find((id) => offers.some((offer) => offer.id === id)) ?? offers[0]?.id;
  if (wanted) begin(desk, wanted, verb);
  return wanted !== undefined;
}

/** @param {Desk} desk @param {"transfer" | "park" | "unpark" | "hand-back" | "close"} verb */
function start(desk, verb) {
  const open = desk.conversation;
  if (!open?.can.includes(verb)) return false;
  begin(desk, open.id, verb);
  return true;
}

/** @returns {string | null} the conversation whose card has the focus */
function focusedId() {
  const row = document.activeElement?.closest(".list-cards > li");
  return row instanceof HTMLElement ? (row.dataset.key ?? null) : null;
}

/** @param {HTMLElement} root @param {number} by */
function step(root, by) {
  const links = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".card-link")]);
  const row = document.activeElement?.closest(".list-cards > li") ?? null;
  const current = links.findIndex((link) => (row ? row.contains(link) : link.getAttribute("aria-current") === "true"));
  const next = current === -1 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, current + by));
  return focus(links[next]);
}

/** @param {Element | null | undefined} node */
function focus(node) {
  if (!(node instanceof HTMLElement)) return false;
  node.focus();
  return document.activeElement === node;
}

/** Escape: out of the reply to the conversation's head; from there to its card; on a phone back to the lists. @param {Desk} desk @param {HTMLElement} root @param {HTMLElement} target */
function leave(desk, root, target) {
  if (target.matches("textarea")) return focus(root.querySelector("conversation-head h2"));
  if (target.closest("queue-lists") || !desk.openId) return false;
  if (focus(root.querySelector(`.card-link[aria-current="true"]`))) return true;
  desk.open(null);
  return true;
}
