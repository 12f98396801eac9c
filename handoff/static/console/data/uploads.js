/** Files on their way to the server, before the reply that sends them. What has arrived survives a reload, as the text does. */

import { ApiError, conversationPath, upload as bring } from "./api.js";
import { recall, remember } from "./prefs.js";

export const MOST = 10;
const LARGEST = 10 * 1024 * 1024;

/**
 * @typedef {{ file: string, name: string, type: string, bytes: number }} Kept
 * @typedef {{ key: number, name: string, bytes: number, kept: Kept | null, why: string | null }} Upload
 */

export class Uploads extends EventTarget {
  /** @type {Upload[]} */
  #list = [];
  #name = "";
  #conversation = "";
  #next = 1;

  get list() {
    return this.#list;
  }

  /** @returns {Kept[]} what can be sent */
  get kept() {
    return this.#list.flatMap(({ kept }) => kept ?? []);
  }

  get busy() {
    return this.#list.some(({ kept, why }) => !kept && !why);
  }

  /** @param {string} conversation @param {string} agent */
  turnTo(conversation, agent) {
    this.#conversation = conversation;
    this.#name = `draft.${agent}.${conversation}.files`;
    const kept = /** @type {Kept[]} */ (recall(this.#name, []));
    this.#set(kept.map((one) => ({ key: this.#next++, name: one.name, bytes: one.bytes, kept: one, why: null })));
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      const upload = { key: this.#next++, name: file.name || "picture", bytes: file.size, kept: null, why: refusal(file, this.#list.length) };
      this.#set([...this.#list, upload]);
      if (!upload.why) this.#send(upload, file);
    }
  }

  /** @param {number} key */
  remove(key) {
    this.#set(this.#list.filter((upload) => upload.key !== key));
  }

  /** They go with what was written. @param {readonly Kept[]} files */
  gone(files) {
    const ids = new Set(files.map(({ file }) => file));
    this.#set(this.#list.filter(({ kept }) => !kept || !ids.has(kept.file)));
  }

  clear() {
    this.#set([]);
  }

  /** @param {Upload} upload @param {File} file */
  async #send(upload, file) {
    const conversation = this.#conversation;
    let news;
    try {
      news = { kept: await bring(conversationPath(conversation, "/files"), file, upload.name) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      news = { why: error.message };
    }
    if (conversation === this.#conversation) this.#set(this.#list.map((each) => (each.key === upload.key ? { ...each, ...news } : each)));
  }

  /** @param {Upload[]} list */
  #set(list) {
    this.#list = list;
    remember(this.#name, this.kept.length ? this.kept : null);
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {File} file @param {number} already */
function refusal(file, already) {
  if (already >= MOST) return `${MOST} files are the most for one reply.`;
  return file.size > LARGEST ? "A file may have 10 MB at the most." : null;
}
