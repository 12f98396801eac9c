/** Replies that go out later: planned, changed, sent at once, dropped; and what is said of them. */

import { conversationPath, post } from "./api.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("../lib/types.js").LaterReply} LaterReply
 * @typedef {{ text: string, at: string, files?: string[], park?: boolean }} Wish
 */

/** What is on its way keeps its id: pressed again after a lost answer, it is planned once. @type {{ wish: string, client_id: string }} */
let last = { wish: "", client_id: "" };

/**
 * @param {Desk} desk
 * @param {string} id  the conversation
 * @param {Wish} wish
 * @returns {Promise<boolean>} whether it is planned
 */
export function plan(desk, id, wish) {
  const said = JSON.stringify([id, wish]);
  if (last.wish !== said) last = { wish: said, client_id: crypto.randomUUID() };
  return act(desk, "Not planned.", async () => {
    const { at } = await post(conversationPath(id, "/later"), { client_id: last.client_id, ...wish });
    last = { wish: "", client_id: "" };
    return at;
  }, wish.at);
}

/** @param {Desk} desk @param {string} id @param {LaterReply} reply @param {Wish} wish */
export function change(desk, id, { id: reply, version }, { text, at }) {
  return act(desk, "Not changed.", async () => (await post(path(id, reply, "change"), { version, text, at })).at, at);
}

/** @param {Desk} desk @param {string} id @param {LaterReply} reply */
export function sendNow(desk, id, { id: reply, version }) {
  return act(desk, "Not sent.", () => post(path(id, reply, "send"), { version }));
}

/** @param {Desk} desk @param {string} id @param {LaterReply} reply */
export function drop(desk, id, { id: reply, version }) {
  return act(desk, "Not dropped.", () => post(path(id, reply, "drop"), { version }));
}

/** @param {string} id @param {string} reply @param {string} what */
const path = (id, reply, what) => conversationPath(id, `/later/${encodeURIComponent(reply)}/${what}`);

/**
 * @param {Desk} desk
 * @param {string} failed
 * @param {() => Promise<any>} call
 * @param {string} [wanted]  when it should go out: said where it goes later than that
 */
async function act(desk, failed, call, wanted) {
  try {
    const at = await call();
    if (wanted && Date.parse(at) > Date.parse(wanted)) desk.notify("No texts go out at night where the customer lives: it goes out in the morning.");
    await desk.refresh();
    return true;
  } catch (error) {
    desk.explain(error, failed);
    await desk.refresh();
    return false;
  }
}
