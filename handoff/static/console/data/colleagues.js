/** The colleagues who can be mentioned: fetched when they are first asked for, found by what is typed after "@". */

import { Fetched } from "./fetched.js";

/** @typedef {import("../lib/types.js").Colleagues["agents"][number]} Colleague */

const EDGE = "[\\p{L}\\p{N}_]";

export class Colleagues extends Fetched {
  /** @type {readonly Colleague[]} */
  #all = [];

  constructor() {
    super("/api/console/colleagues");
  }

  /** @param {import("../lib/types.js").Colleagues} answer */
  take({ agents }) {
    this.#all = agents;
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
