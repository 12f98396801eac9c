// @ts-check
/** Who the customer is to the gateway: one session token per gateway and customer, kept in the page's own storage. */

import { ApiError } from "./api.js";
import { oneAtATime, recall, remember } from "./shared.js";

/** @import {Api} from "./api.js" */
/** @import {Identity, StoredSession} from "./types.d.ts" */

/** So long before its end a session is renewed: a visitor's whenever they come again, a proof's shortly before. */
const AHEAD_MS = { visitor: 15 * 86_400_000, known: 10 * 60_000 };

/** @typedef {{key: string, token: string, conversation: string}} Kept The visitor whose thread comes along when they sign in. */

export class Session {
  /** @type {StoredSession | null} */
  #held;
  /** @type {Promise<StoredSession> | null} */
  #opening = null;
  /** @type {string | null} The identity token in hand; spent once it has opened a session. */
  #identity;

  /**
   * @param {Api} api
   * @param {string} key Where this customer's things are stored.
   * @param {Identity | null} source Null for a visitor.
   * @param {string | null} identity The first token, already asked for.
   * @param {Kept | null} [kept]
   */
  constructor(api, key, source, identity, kept = null) {
    this.kept = kept;
    this.api = api;
    this.key = key;
    this.source = source;
    this.#identity = identity;
    this.#held = recall(`${key}:session`);
  }

  get known() {
    return this.source !== null;
  }

  /** A session was opened here before, in this tab or another. */
  get stored() {
    return this.#held !== null;
  }

  /** What another session needs to take this one's thread along. @returns {Kept | null} */
  get passport() {
    return this.#held && { key: this.key, token: this.#held.token, conversation: this.#held.conversation };
  }

  get conversation() {
    return this.#held?.conversation ?? null;
  }

  /** Opens a session when there is none that still holds, and renews one that will end soon. @returns {Promise<string>} */
  async token() {
    const left = this.#held ? Date.parse(this.#held.expires_at) - Date.now() : 0;
    if (left < AHEAD_MS[this.known ? "known" : "visitor"] && (left <= 0 || typeof this.source !== "string")) {
      this.#opening ??= oneAtATime(`${this.key}:open`, () => this.#open(left > 0)).finally(() => {
        this.#opening = null;
      });
      // What holds still is used for as long as it does.
      await (left > 0 ? this.#opening.catch(() => {}) : this.#opening);
    }
    return /** @type {StoredSession} */ (this.#held).token;
  }

  /** The server no longer takes `token`: forget it, unless another tab has already brought a new one. @param {string} token */
  refuse(token) {
    const stored = /** @type {StoredSession | null} */ (recall(`${this.key}:session`));
    if (stored && stored.token !== token) {
      this.#held = stored;
      return;
    }
    this.#held = null;
    remember(`${this.key}:session`, null);
  }

  /** The conversation went on as another one. @param {string} conversation */
  moved(conversation) {
    if (!this.#held) return;
    this.#held = { ...this.#held, conversation };
    remember(`${this.key}:session`, this.#held);
  }

  /** When it is to be renewed, for who stays that long: milliseconds from now. */
  get renewsIn() {
    const ends = Date.parse(this.#held?.expires_at ?? "") || 0;
    return Math.max(60_000, ends - Date.now() - AHEAD_MS[this.known ? "known" : "visitor"]);
  }

  /** @param {boolean} ahead There is one that still holds. */
  async #open(ahead) {
    const stored = /** @type {StoredSession | null} */ (recall(`${this.key}:session`));
    const another = stored && (stored.token !== this.#held?.token || stored.expires_at !== this.#held?.expires_at);
    if (another && Date.parse(stored.expires_at) > Date.now()) {
      this.#held = stored;
      return stored;
    }
    const { token, conversation, expires_at } = ahead && this.#held && !this.known ? await this.api.renew(this.#held.token) : await this.#ask();
    this.#held = { token, conversation, expires_at };
    remember(`${this.key}:session`, this.#held);
    if (this.kept?.conversation === conversation) forget(this.kept.key);
    return this.#held;
  }

  async #ask() {
    const { source } = this;
    if (source === null) return this.api.openSession(null);
    const identity = this.#identity ?? (typeof source === "string" ? source : await freshIdentity(source));
    const opened = await this.api.openSession(identity, this.kept?.token).catch((error) => {
      // Each identity opens one session: a refused one is used up, so a page that can mint another is asked again.
      if (error.status === 401) this.#identity = null;
      throw error;
    });
    this.#identity = null;
    return opened;
  }
}

/** Everything that is stored of one customer. @param {string} key */
export function forget(key) {
  for (const what of ["session", "outbox", "draft", "files", "read", "apart"]) remember(`${key}:${what}`, null);
}

/** The number of the last message that was on screen here, in any tab. @param {string} key @param {string | null} conversation @returns {number} */
export function seenOf(key, conversation) {
  const read = recall(`${key}:read`);
  return read?.conversation === conversation ? (read?.seq ?? 0) : 0;
}

/** @param {() => string | Promise<string>} source */
export async function freshIdentity(source) {
  try {
    return await source();
  } catch {
    throw new ApiError(0, "identity_unreachable", "");
  }
}

/** The customer an identity token speaks of, used only to keep customers' things apart in storage. @param {string} identity */
export function subject(identity) {
  try {
    const claims = identity.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return String(JSON.parse(atob(claims)).sub);
  } catch {
    return "customer";
  }
}
