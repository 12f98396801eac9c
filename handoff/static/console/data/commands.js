/** Everything the palette can do now: the open conversation's verbs, the page's switches, every conversation in the lists. */

import { channelLabel, customerName, VERBS, words } from "../lib/labels.js";
import { recall, remember } from "./prefs.js";
import { begin } from "./verbs.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {{ label: string, detail: string, run: () => void }} Command
 */

/** @param {Desk} desk @returns {Command[]} */
export function commands(desk) {
  return [...verbs(desk), ...offers(desk), ...conversations(desk), ...switches(desk)];
}

/**
 * @param {Command[]} all
 * @param {string} typed
 * @returns {Command[]} those in which every typed word occurs
 */
export function matching(all, typed) {
  const wanted = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ label, detail }) => {
    const text = `${label} ${detail}`.toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** @param {Desk} desk @returns {Command[]} */
function verbs(desk) {
  const open = desk.conversation;
  if (!open) return [];
  const { id } = open;
  const note = { label: "Write a note", detail: "Only colleagues see it", run: () => void desk.dispatchEvent(new CustomEvent("write", { detail: "note" })) };
  return [...open.can.flatMap((verb) => {
    if (verb === "reply") return [];
    return { label: VERBS[verb], detail: customerName(open), run: () => begin(desk, id, verb) };
  }), note];
}

/** @param {Desk} desk @returns {Command[]} */
function offers(desk) {
  return desk
    .offers()
    .filter((offer) => offer.id !== desk.openId)
    .flatMap((offer) =>
      /** @type {const} */ (["accept", "decline"]).map((verb) => ({ label: `${VERBS[verb]} the offer`, detail: customerName(offer), run: () => begin(desk, offer.id, verb) })),
    );
}

/** @param {Desk} desk @returns {Command[]} */
function conversations(desk) {
  const items = new Map(desk.items().map((item) => [item.id, item]));
  return [...items.values()].map((item) => ({
    label: customerName(item),
    detail: [item.tier, item.topic].flatMap((code) => (code ? words(code) : [])).concat(channelLabel(item.channel)).join(" · "),
    run: () => desk.open(item.id),
  }));
}

/** @param {Desk} desk @returns {Command[]} */
function switches(desk) {
  const loud = recall("sound", true);
  const sound = () => {
    remember("sound", !loud);
    desk.dispatchEvent(new Event("prefs"));
  };
  return [
    ...presences(desk),
    { label: loud ? "Sound off" : "Sound on", detail: "Alerts", run: sound },
    { label: "Search everything", detail: "All that I may see", run: () => void desk.dispatchEvent(new Event("search")) },
    ...offices(desk),
    { label: "Keyboard shortcuts", detail: "Help", run: () => void desk.dispatchEvent(new Event("help")) },
    { label: "Sign out", detail: desk.agent?.name ?? "", run: () => void desk.signOut() },
  ];
}

/** The pages beside the console; they open in another tab, so that nothing here is missed. @param {Desk} desk @returns {Command[]} */
function offices(desk) {
  const open = (/** @type {string} */ page) => () => void window.open(`/console/office#${page}`, "_blank", "noopener");
  const office = desk.agent?.role === "agent" ? [] : [{ label: "Office", detail: "Staff, books, queues, articles", run: open("agents") }];
  return [...office, { label: "My account", detail: "Password, second factor, sessions", run: open("account") }];
}

/** @param {Desk} desk @returns {Command[]} */
function presences(desk) {
  const ways = /** @type {const} */ ([["online", "Come online"], ["away", "Go away"], ["transfers", "Take transfers only"]]);
  return ways.filter(([presence]) => presence !== desk.presence).map(([presence, label]) => ({ label, detail: "Presence", run: () => desk.choosePresence(presence) }));
}
