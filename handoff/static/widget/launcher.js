// @ts-check
/** The button that the loader has painted: whether the chat is open, and how much in it is new. */

import { PATHS } from "./dom.js";

/** @import {Texts} from "./language.js" */

export class Launcher {
  #badge;

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.button = /** @type {HTMLElement} */ (root.querySelector(".launcher"));
    this.#badge = /** @type {HTMLElement} */ (root.querySelector(".badge"));
    this.button.setAttribute("aria-controls", "rapport-panel");
  }

  /** @param {Texts} t @param {boolean} open @param {number} count @returns {boolean} Whether the number is another. */
  draw(t, open, count) {
    const words = count > 99 ? "99+" : String(count || "");
    const label = open ? t.closeChat : t.openChat;
    this.button.setAttribute("aria-expanded", String(open));
    this.button.querySelector("path")?.setAttribute("d", PATHS[open ? "down" : "chat"]);
    this.button.setAttribute("aria-label", count ? `${label}, ${t.unread(count)}` : label);
    if (this.#badge.textContent === words) return false;
    this.#badge.textContent = words;
    this.#badge.hidden = !count;
    return true;
  }
}
