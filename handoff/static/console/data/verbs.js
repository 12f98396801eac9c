/** Carries out what an agent does to a conversation, and says plainly what came of it. */

import { ApiError, conversationPath, get, post } from "./api.js";
import { nameOf } from "../lib/labels.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("../lib/types.js").Conversation} Conversation
 * @typedef {Exclude<import("../lib/types.js").Verb, "reply">} Change
 */

/** @type {Record<Change, { done: string | null, failed: string }>} */
const WORDS = {
  accept: { done: null, failed: "Not accepted." },
  decline: { done: "Declined: it goes to someone else.", failed: "Not declined." },
  claim: { done: null, failed: "Not taken." },
  "take-back": { done: "It is yours again.", failed: "Not taken back." },
  transfer: { done: "Passed on. If nobody accepts, it comes back to you.", failed: "Not passed on." },
  park: { done: "Parked. It comes back to you.", failed: "Not parked." },
  unpark: { done: null, failed: "Still parked." },
  seen: { done: "Off your list.", failed: "Still on your list." },
  "take-over": { done: "Taken over. The customer has been told.", failed: "Not taken over." },
  "hand-back": { done: "Handed back to the bot.", failed: "Not handed back." },
  close: { done: "Closed.", failed: "Not closed." },
  wrapped: { done: "Wrapped up.", failed: "Still to be wrapped up." },
};

/** Verbs after which the conversation is this agent's, and is looked at. @type {Set<Change>} */
const OPENING = new Set(/** @type {Change[]} */ (["accept", "claim", "take-back", "unpark", "take-over"]));

/** Verbs that ask something first, in a dialog that listens for "ask". @type {Set<Change>} */
const ASKING = new Set(/** @type {Change[]} */ (["decline", "transfer", "park", "take-over", "hand-back", "close"]));

/**
 * Does it, or first asks what has to be known for it.
 * @param {Desk} desk
 * @param {string} id
 * @param {Change} verb
 */
export function begin(desk, id, verb) {
  if (ASKING.has(verb)) desk.dispatchEvent(new CustomEvent("ask", { detail: { id, verb } }));
  else perform(desk, id, verb);
}

/**
 * @param {Desk} desk
 * @param {string} id
 * @param {Change} verb
 * @param {Record<string, unknown>} [more]  what the verb needs beside the version
 * @returns {Promise<boolean>} whether it was done
 */
export async function perform(desk, id, verb, more = {}) {
  if (desk.busy.has(id)) return false;
  desk.setBusy(id, true);
  try {
    await post(conversationPath(id, `/${verb}`), { version: version(desk, id), ...more });
    if (OPENING.has(verb)) desk.open(id);
    await desk.refresh();
    const { done } = WORDS[verb];
    if (done) desk.notify(done);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) await tellConflict(desk, id, WORDS[verb].failed);
    else desk.explain(error, WORDS[verb].failed);
    return false;
  } finally {
    desk.setBusy(id, false);
  }
}

/**
 * @param {Desk} desk
 * @param {string} id
 * @param {string} text
 * @param {import("./uploads.js").Kept[]} [files]
 */
export async function reply(desk, id, text, files = []) {
  await settle(desk, id, await desk.outbox.send(id, text, files));
}

/**
 * @param {Desk} desk
 * @param {string} id
 * @param {string} clientId
 */
export async function resend(desk, id, clientId) {
  await settle(desk, id, await desk.outbox.resend(id, clientId));
}

/** For colleagues alone. @param {Desk} desk @param {string} id @param {string} text */
export async function note(desk, id, text) {
  await settle(desk, id, await desk.notes.send(id, text));
}

/** @param {Desk} desk @param {string} id @param {string} clientId */
export async function resendNote(desk, id, clientId) {
  await settle(desk, id, await desk.notes.resend(id, clientId));
}

/** @param {Desk} desk @param {string} id @param {ApiError | null} error */
async function settle(desk, id, error) {
  if (error?.status === 401) desk.explain(error, "Not sent.");
  else if (error?.status === 409) await tellConflict(desk, id, "Not sent.");
  else await desk.refresh();
}

/**
 * Somebody or something else was faster: look at what is true now and say that.
 * @param {Desk} desk
 * @param {string} id
 * @param {string} failed
 */
async function tellConflict(desk, id, failed) {
  await desk.refresh();
  desk.notify(`${failed} ${await whatHappened(desk, id)}`, "bad");
}

/** @param {Desk} desk @param {string} id @returns {Promise<string>} */
async function whatHappened(desk, id) {
  try {
    const now = id === desk.openId && desk.conversation ? desk.conversation : await get(conversationPath(id));
    return situation(now, desk.agent?.id ?? "");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.status === 403 || error.status === 404 ? "It has gone to someone else." : "It has changed meanwhile.";
  }
}

/** @param {Conversation} conversation @param {string} me @returns {string} */
function situation({ state, holder, offered_to }, me) {
  if (state === "closed") return "The conversation has been closed.";
  if (state === "bot") return "The bot is answering it again.";
  if (state === "held" || state === "parked") return holder?.id === me ? "You already have it." : `${nameOf(holder) || "Someone else"} has taken it.`;
  if (state === "offered" && offered_to !== me) return "It is now offered to someone else.";
  if (state === "waiting") return "The offer has ended; it is waiting in the queue again.";
  return "It has changed meanwhile; what you see now is up to date.";
}

/** @param {Desk} desk @param {string} id @returns {number | undefined} the newest version this page has seen */
function version(desk, id) {
  const open = desk.conversation?.id === id ? desk.conversation.version : -1;
  return Math.max(open, desk.item(id)?.version ?? -1);
}
