/** The conversations this page has read: of each the newest state, and the thread fetched once and then continued. */

import { conversationPath, get } from "./api.js";
import { complete, lastNo, lastSeq, merge, mergeNotes, notesComplete } from "./transcript.js";

/** The API gives at most this many messages at once. */
const PAGE = 500;
const REMEMBERED = 20;

/** @typedef {import("../lib/types.js").Conversation} Conversation */

export class Conversations {
  /** @type {Map<string, Conversation>} in the order they were read */
  #read = new Map();

  /** @param {string} id */
  get(id) {
    return this.#read.get(id) ?? null;
  }

  /** @param {string} id */
  forget(id) {
    this.#read.delete(id);
  }

  /** @param {string | null} [id]  all but this one */
  forgetAll(id) {
    for (const each of this.#read.keys()) if (each !== id) this.#read.delete(each);
  }

  /**
   * Reads what is new of a conversation.
   * @param {string} id
   * @param {boolean} whole  from the first message on
   * @returns {Promise<Conversation>}
   */
  async fetch(id, whole) {
    const before = whole ? null : this.get(id);
    let fresh = await fetchAfter(id, before?.messages ?? [], before?.notes ?? []);
    if (!complete(fresh.messages) || !notesComplete(fresh.notes)) fresh = await fetchAfter(id, [], []);
    fresh = this.#withSaid(fresh, id);
    this.#read.delete(id);
    this.#read.set(id, fresh);
    const [oldest] = this.#read.keys();
    if (this.#read.size > REMEMBERED && oldest !== undefined) this.#read.delete(oldest);
    return fresh;
  }

  /**
   * Reads what is new in the thread alone of a conversation that was read before: long before all the rest is there.
   * @param {string} id
   * @returns {Promise<Conversation | null>}  null when it was not read before, or something is missing between
   */
  async said(id) {
    const known = this.get(id);
    if (!known) return null;
    /** @type {import("../lib/types.js").Said} */
    const said = await get(conversationPath(id, `/said?after=${lastSeq(known.messages)}&notes_after=${lastNo(known.notes)}`));
    const before = this.get(id);
    if (!before) return null;
    const fresh = { ...before, marks: said.marks, messages: merge(before.messages, said.messages), notes: mergeNotes(before.notes, said.notes) };
    if (!complete(fresh.messages) || !notesComplete(fresh.notes)) return null;
    this.#read.set(id, fresh);
    return fresh;
  }

  /** What was said while the rest was on its way stays. @param {Conversation} fresh @param {string} id @returns {Conversation} */
  #withSaid(fresh, id) {
    const known = this.get(id);
    if (!known) return fresh;
    const newer = known.messages.filter(({ seq }) => seq > lastSeq(fresh.messages));
    const notes = known.notes.filter(({ no }) => no > lastNo(fresh.notes));
    return { ...fresh, messages: [...fresh.messages, ...newer], notes: [...fresh.notes, ...notes] };
  }
}

/**
 * @param {string} id
 * @param {import("../lib/types.js").Message[]} known
 * @param {import("../lib/types.js").Note[]} noted
 * @returns {Promise<Conversation>}
 */
async function fetchAfter(id, known, noted) {
  /** @type {Conversation} */
  const fresh = await get(conversationPath(id, `?after=${lastSeq(known)}&notes_after=${lastNo(noted)}`));
  const messages = merge(known, fresh.messages);
  const notes = mergeNotes(noted, fresh.notes);
  return Math.max(fresh.messages.length, fresh.notes.length) < PAGE ? { ...fresh, messages, notes } : fetchAfter(id, messages, notes);
}
