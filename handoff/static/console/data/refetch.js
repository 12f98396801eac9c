/** Turns any number of "it changed" into few fetches, one at a time, the last always begun after the last word. */

/** Two fetches of one thing begin at least this far apart. */
const PAUSE_MS = 120;

export class Refetch {
  #fetch;
  /** @type {Promise<void> | null} */
  #running = null;
  #again = false;

  /** @param {() => Promise<void>} fetch  must not reject */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /** @returns {Promise<void>} settled when what is on hand is newer than this call */
  ask() {
    this.#again = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run() {
    while (this.#again) {
      this.#again = false;
      await this.#fetch();
      if (this.#again) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#running = null;
  }
}
