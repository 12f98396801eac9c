/** <wait-time>: how long ago something began, ticking. */

import { onTick, serverNow } from "../data/clock.js";
import { setText } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { View } from "../lib/view.js";

export class WaitTime extends View {
  /** @type {string | null} */
  #since = null;

  get since() {
    return this.#since;
  }

  /** @param {string | null} iso */
  set since(iso) {
    this.#since = iso;
    this.#draw();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    onTick(() => this.#draw(), signal);
    this.#draw();
  }

  #draw() {
    this.hidden = !this.#since;
    setText(this, this.#since ? duration((serverNow() - Date.parse(this.#since)) / 1000) : "");
  }
}
