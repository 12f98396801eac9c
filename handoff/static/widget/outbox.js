// @ts-check
/** What the customer said and the server has not shown back yet: shown at once, kept over a reload, sent in order, never twice. */

import { ApiError } from "./api.js";
import { onChangedElsewhere, oneAtATime, recall, remember } from "./shared.js";

/** @import {Thread} from "./thread.js" */
/** @import {Pending} from "./types.d.ts" */

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export class Outbox {
  /** @type {Pending[]} Accepted by the server, waiting to come back on the stream. */
  #accepted = [];
  /** @type {Promise<void> | null} */
  #going = null;
  #held = false;
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} key
   * @param {{post: (item: Pending) => Promise<{seq: number}>, thread: Thread, onChange: () => void, signal: AbortSignal}} wiring
   */
  constructor(key, { post, thread, onChange, signal }) {
    this.key = `${key}:outbox`;
    this.post = post;
    this.thread = thread;
    this.onChange = onChange;
    this.signal = signal;
    /** @type {Pending[]} */
    this.waiting = recall(this.key) ?? [];
    onChangedElsewhere(this.key, () => this.#reload(), signal);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** In the order they were written, accepted ones first. */
  get items() {
    return [...this.#accepted, ...this.waiting];
  }

  get awaits() {
    return this.#accepted.length > 0;
  }

  /** @param {{text?: string, files?: import("./types.d.ts").FileTaken[], option?: string, label?: string}} said */
  add(said) {
    this.#store([...this.waiting, { client_id: newId(), at: new Date().toISOString(), ...said }]);
    return this.flush();
  }

  /** One click: a refused message goes out under a new id (nothing was stored under the old one), a waiting one goes now. @param {string} id */
  resend(id) {
    const item = this.waiting.find((one) => one.client_id === id);
    if (item?.trouble === "refused") {
      const { trouble, reason, ...again } = { ...item, client_id: newId(), at: new Date().toISOString() };
      this.#store([...this.waiting.filter((one) => one !== item), again]);
    }
    return this.flush();
  }

  /** @param {string} id */
  discard(id) {
    this.#store(this.waiting.filter((one) => one.client_id !== id));
  }

  /** Leave out what the thread shows by now. */
  settle() {
    const { shownIds, last } = this.thread;
    this.#accepted = this.#accepted.filter((one) => !shownIds.has(one.client_id) && (one.seq ?? 0) > last);
    const waiting = this.waiting.filter((one) => !shownIds.has(one.client_id));
    if (waiting.length !== this.waiting.length) this.#store(waiting);
  }

  /** The numbers of another conversation say nothing about what was accepted in this one. */
  forgetAccepted() {
    this.#accepted = [];
  }

  async flush() {
    clearTimeout(this.#timer);
    if (this.#going || this.#held || this.signal.aborted || !this.#next()) return;
    this.#going = oneAtATime(`${this.key}:send`, () => this.#sendAll());
    try {
      await this.#going;
      this.#tries = 0;
    } catch (error) {
      this.#wait(/** @type {ApiError} */ (error));
    } finally {
      this.#going = null;
    }
  }

  /** Nothing leaves any more, until it is released. Resolves when what was on its way has arrived or failed. */
  async hold() {
    this.#held = true;
    await this.#going?.catch(() => {});
  }

  release() {
    this.#held = false;
    return this.flush();
  }

  async #sendAll() {
    this.#reload();
    for (let item = this.#next(); item && !this.#held && !this.signal.aborted; item = this.#next()) {
      const { client_id } = item;
      try {
        const { seq } = await this.post(item);
        this.#accepted.push({ ...item, seq, trouble: undefined });
        this.settle(); // The stream may have been quicker than the answer.
        this.discard(client_id);
      } catch (error) {
        if (!(error instanceof ApiError) || error.passing || error.status === 401) throw error;
        const final = error.code === "option_stale";
        this.#change(client_id, { trouble: "refused", reason: error.message, final });
      }
    }
  }

  /** @param {ApiError} error */
  #wait(error) {
    const back = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries++);
    const pause = Math.max(back * (0.75 + Math.random() / 2), (error.retryAfter ?? 0) * 1_000);
    const item = this.#next();
    if (item) this.#change(item.client_id, { trouble: "waiting", reason: error.status === 429 ? error.message : "" });
    if (!this.signal.aborted) this.#timer = setTimeout(() => this.flush(), pause);
  }

  #next() {
    return this.waiting.find((one) => one.trouble !== "refused");
  }

  /** @param {string} id @param {Partial<Pending>} change */
  #change(id, change) {
    this.#store(this.waiting.map((one) => (one.client_id === id ? { ...one, ...change } : one)));
  }

  /** @param {Pending[]} waiting */
  #store(waiting) {
    this.waiting = waiting;
    remember(this.key, waiting.length ? waiting : null);
    this.onChange();
  }

  #reload() {
    this.waiting = recall(this.key) ?? [];
    this.onChange();
  }
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
