/** The conversation before the agent: what was said comes first, and at once after it all that stands around. */

import { ApiError } from "./api.js";
import { Conversations } from "./conversations.js";
import { Refetch } from "./refetch.js";
import { lastSeq } from "./transcript.js";

/** What is said is looked for as often as this. */
const SAID_PAUSE_MS = 40;

/** @typedef {import("../lib/types.js").Conversation} Conversation */

/** Event: "change". */
export class Opened extends EventTarget {
  /** @type {string | null} */
  id = null;
  /** Why it cannot be shown. @type {string | null} */
  gone = null;

  #conversations = new Conversations();
  #desk;
  #everything = false;
  #said;
  #whole;

  /**
   * @param {import("./desk.js").Desk} desk
   * @param {(fetch: () => Promise<void>) => Promise<void>} guarded  runs a fetch, and must not reject
   */
  constructor(desk, guarded) {
    super();
    this.#desk = desk;
    this.#said = new Refetch(() => guarded(() => this.#fetchSaid()), SAID_PAUSE_MS);
    this.#whole = new Refetch(() => guarded(() => this.#fetchWhole()));
  }

  /** @returns {Conversation | null} */
  get conversation() {
    return this.id && !this.gone ? this.#conversations.get(this.id) : null;
  }

  /** The next time it is read from the first message on. */
  readAnew() {
    this.#everything = true;
  }

  forgetAll() {
    this.#conversations.forgetAll();
  }

  forgetOthers() {
    this.#conversations.forgetAll(this.id);
  }

  /** Reads what was said, where the rest is known. */
  async askSaid() {
    if (this.conversation) await this.#said.ask();
  }

  /** Reads it whole. */
  async ask() {
    if (this.id) await this.#whole.ask();
  }

  async #fetchSaid() {
    const { id } = this;
    if (!id || this.#everything) return;
    try {
      const said = await this.#conversations.said(id);
      if (said) this.#took(said);
    } catch (error) {
      // Whether it may still be seen is for the fetch of the rest to say, which follows.
      if (!forbids(error)) throw error;
    }
  }

  async #fetchWhole() {
    const { id } = this;
    if (!id) return;
    const whole = this.#everything;
    this.#everything = false;
    try {
      const fresh = await this.#conversations.fetch(id, whole);
      if (id === this.id) this.gone = null;
      this.#took(fresh);
    } catch (error) {
      if (!forbids(error)) throw error;
      this.#conversations.forget(id);
      if (id !== this.id) return;
      this.gone = "This conversation is not in your lists any more.";
      this.dispatchEvent(new Event("change"));
    }
  }

  /** @param {Conversation} fresh */
  #took({ id, messages, notes }) {
    this.#desk.signs.said(id, lastSeq(messages));
    this.#desk.outbox.confirm(id, messages);
    this.#desk.notes.confirm(id, notes.map(({ no, client_id }) => ({ seq: no, client_id })));
    if (id === this.id) this.dispatchEvent(new Event("change"));
  }
}

/** @param {unknown} error  others than the server's are thrown @returns {boolean} whether this agent may not see it */
function forbids(error) {
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
}
