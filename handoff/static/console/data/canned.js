/** The canned replies: fetched when they are first asked for, found by what is typed after "/", filled for the conversation. */

import { Fetched } from "./fetched.js";

/**
 * @typedef {import("../lib/types.js").Canned} Canned
 * @typedef {import("../lib/types.js").Writing} Writing
 */

const NAMED = /\{\s*([a-z_]+\.[a-z_]+)\s*\}/gi;

export class CannedReplies extends Fetched {
  /** @type {readonly Canned[]} */
  #all = [];
  /** @type {Set<string>} */
  #variables = new Set();

  constructor() {
    super("/api/console/canned");
  }

  /** @param {{ canned: Canned[], variables: string[] }} answer */
  take({ canned, variables }) {
    this.#all = canned;
    this.#variables = new Set(variables);
  }

  /**
   * @param {string} typed  after the slash
   * @returns {Canned[]} shortcuts that begin so first, then whatever has these words
   */
  matching(typed) {
    const wanted = typed.toLocaleLowerCase();
    const begins = this.#all.filter(({ shortcut }) => shortcut.startsWith(wanted));
    const holds = this.#all.filter((one) => !begins.includes(one) && `${one.shortcut} ${one.title} ${Object.values(one.texts).join(" ")}`.toLocaleLowerCase().includes(wanted));
    return [...begins, ...holds];
  }

  /** @param {string} text @returns {string[]} the variables that are still to be filled in */
  leftOpen(text) {
    return [...new Set([...text.matchAll(NAMED)].map((found) => found[1]).filter((name) => this.#variables.has(name)))];
  }
}

/**
 * @param {Canned} canned
 * @param {Writing | undefined} writing
 * @returns {string} in the customer's language if there is one; what is not known keeps its braces
 */
export function filled({ texts }, writing) {
  const text = texts[writing?.language ?? ""] ?? texts.en ?? Object.values(texts)[0] ?? "";
  return text.replace(NAMED, (braces, name) => writing?.variables?.[name] ?? braces);
}
