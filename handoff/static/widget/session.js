// @ts-check
/** Who the customer is to the gateway: one session token per gateway and customer, kept in the page's own storage. */

import { ApiError } from "./api.js";
import { oneAtATime, recall, remember } from "./shared.js";

/** @import {Api} from "./api.js" */
/** @import {Identity, StoredSession} from "./types.d.ts" */

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
   */
  constructor(api, key, source, identity) {
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

  get conversation() {
    return this.#held?.conversation ?? null;
  }

  /** Opens a session when there is none that still holds. @returns {Promise<string>} */
  async token() {
    if (!this.#held || Date.parse(this.#held.expires_at) <= Date.now()) {
      this.#opening ??= oneAtATime(`${this.key}:open`, () => this.#open()).finally(() => {
        this.#opening = null;
      });
      await this.#opening;
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

  async #open() {
    const stored = /** @type {StoredSession | null} */ (recall(`${this.key}:session`));
    if (stored && stored.token !== this.#held?.token && Date.parse(stored.expires_at) > Date.now()) {
      this.#held = stored;
      return stored;
    }
    const { token, conversation, expires_at } = await this.#ask();
    this.#held = { token, conversation, expires_at };
    remember(`${this.key}:session`, this.#held);
    return this.#held;
  }

  async #ask() {
    const { source } = this;
    if (source === null) return this.api.openSession(null);
    const identity = this.#identity ?? (typeof source === "string" ? source : await freshIdentity(source));
    const opened = await this.api.openSession(identity).catch((error) => {
      // Each identity opens one session: a refused one is used up, so a page that can mint another is asked again.
      if (error.status === 401) this.#identity = null;
      throw error;
    });
    this.#identity = null;
    return opened;
  }
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
