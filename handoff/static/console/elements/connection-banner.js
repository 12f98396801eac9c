/** <connection-banner>: says that what is on the screen may be old, as long as it may be. */

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";

/** The first connection, and one that is back at once, are not worth a word. */
const GRACE_MS = 1500;

export class ConnectionBanner extends DeskView {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #words = h("div", { class: "banner-words" }, icon("alert"), "Connection lost. What you see may be out of date; trying to reconnect.");

  build() {
    this.setAttribute("role", "status");
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["connection"], () => this.#draw(), signal);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  #draw() {
    clearTimeout(this.#timer);
    if (this.desk.connected) this.replaceChildren();
    else this.#timer = setTimeout(() => this.replaceChildren(this.#words), GRACE_MS);
  }
}
