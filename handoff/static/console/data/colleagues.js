/** The colleagues who can be mentioned: fetched when they are first asked for, found by what is typed after "@". */

import { ApiError, get } from "./api.js";

/** @typedef {import("../lib/types.js").Colleagues["agents"][number]} Colleague */

/** Who is there changes; names hardly ever. */
const FRESH_MS = 60_000;
const EDGE = "[\\p{L}\\p{N}_]";

export class Colleagues {
  /** @type {readonly Colleague[]} */
  #all = [];
  #fetched = -Infinity;
  /** @type {Promise<void> | null} */
  #coming = null;

  /** Fetches them unless they are fresh, once for all who wait for it; what was there stays when that fails. */
  async load() {
    if (performance.now() - this.#fetched < FRESH_MS) return;
    this.#coming ??= this.#fetch().finally(() => (this.#coming = null));
    await this.#coming;
  }

  async #fetch() {
    try {
      this.#all = (await get("/api/console/colleagues")).agents;
      this.#fetched = performance.now();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** @param {string} typed  after the "@" @returns {Colleague[]} those whose name begins so, then those of whose names another does */
  matching(typed) {
    const wanted = typed.toLocaleLowerCase();
    const begins = this.#all.filter(({ name }) => name.toLocaleLowerCase().startsWith(wanted));
    const later = this.#all.filter((one) => !begins.includes(one) && one.name.toLocaleLowerCase().includes(` ${wanted}`));
    return [...begins, ...later];
  }

  /** As the server finds them: of "@Ana Maria" not Ana. @param {string} text @returns {Colleague[]} who is mentioned in it */
  named(text) {
    let left = text.normalize("NFC");
    if (!left.includes("@")) return [];
    return [...this.#all]
      .sort((a, b) => b.name.length - a.name.length)
      .filter(({ name }) => {
        const before = left;
        left = left.replace(mention(name), " ");
        return left !== before;
      });
  }
}

/** @param {string} name */
export const mention = (name) => new RegExp(`(?<!${EDGE})@${name.normalize("NFC").replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?!${EDGE})`, "giu");
