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
    this.#read.delete(id);
    this.#read.set(id, fresh);
    const [oldest] = this.#read.keys();
    if (this.#read.size > REMEMBERED && oldest !== undefined) this.#read.delete(oldest);
    return fresh;
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
