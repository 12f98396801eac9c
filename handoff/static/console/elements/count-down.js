/** <count-down>: the seconds an offer still stands, as a figure and a shrinking line; fires "expired" at the end. */

import { onTick, serverNow } from "../data/clock.js";
import { h, setText } from "../lib/dom.js";
import { View } from "../lib/view.js";

export class CountDown extends View {
  /** @type {string | null} */
  #until = null;
  #whole = 0;
  #told = false;
  #figure = h("span", { class: "count-figure" });
  #line = h("span", { class: "count-line", "aria-hidden": "true" });

  get until() {
    return this.#until;
  }

  /** @param {string | null} iso */
  set until(iso) {
    if (iso === this.#until) return;
    this.#until = iso;
    this.#told = false;
    // The API gives the end alone; the line is full when the offer is first seen.
    this.#whole = this.#left();
    this.#draw();
  }

  build() {
    this.append(this.#figure, this.#line);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    onTick(() => this.#draw(), signal);
    this.#draw();
  }

  /** @returns {number} seconds */
  #left() {
    return this.#until ? Math.max(0, (Date.parse(this.#until) - serverNow()) / 1000) : 0;
  }

  #draw() {
    const left = this.#left();
    setText(this.#figure, `${Math.ceil(left)} s`);
    this.#line.style.setProperty("--left", String(this.#whole ? left / this.#whole : 0));
    if (left > 0 || this.#told || !this.#until) return;
    this.#told = true;
    this.dispatchEvent(new CustomEvent("expired", { bubbles: true }));
  }
}
