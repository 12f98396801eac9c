/** Turns any number of "it changed" into few fetches, one at a time, the last always begun after the last word. */

/** Two fetches of one thing begin at least this far apart; the first begins at once. */
const PAUSE_MS = 120;

export class Refetch {
  #fetch;
  #pause;
  /** @type {Promise<void>} */
  #running = Promise.resolve();
  /** The fetch that has been asked for and not begun. @type {Promise<void> | null} */
  #next = null;
  #begun = 0;

  /** @param {() => Promise<void>} fetch  must not reject @param {number} [pause]  in ms */
  constructor(fetch, pause = PAUSE_MS) {
    this.#fetch = fetch;
    this.#pause = pause;
  }

  /** @returns {Promise<void>} settled when a fetch begun after this call has ended */
  ask() {
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  /** @param {Promise<void>} running */
  async #after(running) {
    await running;
    const early = this.#begun + this.#pause - performance.now();
    if (this.#begun && early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    this.#begun = performance.now();
    this.#running = /** @type {Promise<void>} */ (this.#next);
    this.#next = null;
    await this.#fetch();
  }
}
