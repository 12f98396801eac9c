/** What the server keeps for all: fetched when it is first asked for, once for all who wait for it, and fresh for a minute. */

import { ApiError, get } from "./api.js";

/** Written anew by somebody else, it is seen after this long. */
const FRESH_MS = 60_000;

export class Fetched {
  #path;
  #fetched = -Infinity;
  /** @type {Promise<void> | null} */
  #coming = null;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /** Fetches it unless it is fresh; what was there stays when that fails. */
  async load() {
    if (performance.now() - this.#fetched < FRESH_MS) return;
    this.#coming ??= this.#fetch().finally(() => (this.#coming = null));
    await this.#coming;
  }

  /** @param {any} _answer  to be kept */
  take(_answer) {}

  async #fetch() {
    try {
      this.take(await get(this.#path));
      this.#fetched = performance.now();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
