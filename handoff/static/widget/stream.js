// @ts-check
/** The server's stream, held by one tab for all: read on over every break, with growing pauses and a token that does not end meanwhile. */

import { ApiError, events } from "./api.js";

/** @import {Conversation} from "./conversation.js" */

const FIRST_PAUSE_MS = 500;
export const LONGEST_PAUSE_MS = 30_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Stream {
  /** Does this tab hold it? */
  leads = false;
  /** @type {() => void} Ends the pause before the next attempt. */
  hurry = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #renewing;

  /** @param {Conversation} line Who hears what it tells. */
  constructor(line) {
    this.line = line;
  }

  /** Hold it for all tabs until told to stop. @param {AbortSignal} signal */
  async lead(signal) {
    this.leads = true;
    for (let tries = 0; !signal.aborted; tries++) {
      const attempt = new AbortController();
      const abort = () => attempt.abort();
      signal.addEventListener("abort", abort);
      try {
        await this.#read(attempt, () => {
          tries = 0;
        });
      } catch (error) {
        if (!signal.aborted) this.#fell(/** @type {Error} */ (error));
      } finally {
        signal.removeEventListener("abort", abort);
        attempt.abort();
      }
      if (!signal.aborted) await this.#rest(tries);
    }
  }

  stop() {
    clearTimeout(this.#renewing);
    this.leads = false;
    this.hurry();
  }

  /** Can be cut short by `hurry`. @param {number} ms @returns {Promise<void>} */
  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @param {AbortController} attempt @param {() => void} onHealthy */
  async #read(attempt, onHealthy) {
    const { line } = this;
    const body = await line.ask((token) => line.session.api.stream(token, line.thread.last, attempt.signal));
    for await (const { event, data } of events(body, () => attempt.abort())) {
      if (event === "state") {
        onHealthy();
        this.#renewInTime();
        line.setLink("online");
      }
      if (line.hear(event, JSON.parse(data))) return;
    }
  }

  /** Who keeps the page open for days is not cut off in the middle of a sentence. */
  #renewInTime() {
    const { session } = this.line;
    clearTimeout(this.#renewing);
    this.#renewing = setTimeout(
      () => session.token().then(() => this.leads && this.#renewInTime(), () => {}),
      Math.min(session.renewsIn, LONGEST_TIMER_MS),
    );
  }

  /** @param {Error} error */
  #fell(error) {
    if (error instanceof ApiError && error.status === 401) this.line.setLink("lost");
    else this.line.setLink(this.line.met ? "reconnecting" : "down");
  }

  /** @param {number} tries */
  #rest(tries) {
    const { line } = this;
    // A stream that ends by itself was asked to: the server restarts, or another conversation begins.
    if (line.link === "online" && tries === 0) return this.pause(FIRST_PAUSE_MS / 2);
    if (line.link === "online") line.setLink("reconnecting");
    if (line.link === "lost") return this.pause(LONGEST_PAUSE_MS);
    return this.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.75 + Math.random() / 2));
  }
}
