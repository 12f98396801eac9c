// @ts-check
/** The customer's line to the gateway: session, stream, outbox and thread of one customer, in step over all tabs. */

import { ApiError } from "./api.js";
import { Outbox } from "./outbox.js";
import { elected, Tabs } from "./shared.js";
import { LONGEST_PAUSE_MS, Stream } from "./stream.js";
import { Thread } from "./thread.js";

/** @import {Session} from "./session.js" */
/** @import {Link, Marks, Message, Pending, StateEvent, Writes} from "./types.d.ts" */

/** Who writes is shown for twice as long. */
const TYPING_EVERY_MS = 3_000;
const SEEN_AFTER_MS = 400;

export class Conversation {
  /** @type {Link} */
  link = "idle";
  #stopped = new AbortController();
  /** @type {AbortController | null} The run that is going on: null while the page is hidden away in the browser's cache. */
  #run = null;
  /** Something was answered once. */
  met = false;
  /** What has to be told before the next message is; it never rejects. @type {(() => Promise<unknown>) | null} */
  first = null;
  #typedAt = 0;
  #seen = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;

  /**
   * @param {Session} session
   * @param {number} seen The number of the last message that was read here before.
   * @param {(news: {message?: Message}) => void} onChange
   */
  constructor(session, seen, onChange) {
    this.session = session;
    this.onChange = onChange;
    const { kept } = session;
    this.thread = new Thread(session.conversation ?? kept?.conversation ?? null, kept ? 1 : seen, kept !== null);
    const { signal } = this.#stopped;
    this.stream = new Stream(this);
    this.outbox = new Outbox(session.key, {
      post: (item) => this.#post(item),
      thread: this.thread,
      onChange: () => onChange({}),
      signal,
    });
    this.tabs = new Tabs(session.key, (news) => this.#hearTab(news), signal);
    addEventListener("online", () => this.hurry(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry(), { signal });
    // A held lock or an open request would keep the shop's page out of the browser's back-forward cache.
    addEventListener("pagehide", () => this.#pause(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.start(), { signal });
  }

  start() {
    if (this.#run || this.#stopped.signal.aborted) return;
    this.#run = new AbortController();
    const { signal } = this.#run;
    if (this.link === "idle") this.setLink("connecting");
    // A tab that holds the stream answers, and then the transcript is fetched; without one, this tab is elected and reads it itself.
    this.tabs.tell({ hello: true });
    elected(`${this.session.key}:stream`, signal, () => this.stream.lead(signal));
    this.outbox.flush();
  }

  stop() {
    this.#pause();
    this.#stopped.abort();
  }

  /** Try again now, not after the pause. */
  hurry() {
    this.stream.hurry();
    if (this.link !== "online" && !this.stream.leads) this.tabs.tell({ hurry: true });
    this.outbox.flush();
  }

  /** @param {{text?: string, files?: import("./types.d.ts").FileTaken[], option?: string, label?: string}} said */
  say(said) {
    this.start();
    return this.outbox.add(said);
  }

  /** Something else of the API, with the session's token. @param {string} path @param {object} [body] @returns {Promise<any>} */
  call(path, body) {
    return this.ask((token) => this.session.api.call(token, path, body));
  }

  /** The customer is writing to somebody who could be looking. */
  types() {
    const { state } = this.thread;
    if (state === "bot" || state === "closed" || this.link !== "online" || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.tell("typing", {});
  }

  /** Everything that is there was before the customer's eyes. */
  sees() {
    const { last, marks } = this.thread;
    if (this.link !== "online" || last <= Math.max(this.#seen, marks.customer)) return;
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => {
      this.#seen = this.thread.last;
      this.tell("seen", { seq: this.#seen });
    }, SEEN_AFTER_MS);
  }

  /** A courtesy to the other side: it is not tried again. @param {string} what @param {object} body */
  tell(what, body) {
    const { stored } = this.session;
    if (stored && !this.#stopped.signal.aborted) this.session.token().then((token) => this.session.api.tell(token, what, body)).catch(() => {});
  }

  #pause() {
    clearTimeout(this.#telling);
    this.#run?.abort();
    this.#run = null;
    this.stream.stop();
  }

  /** Ask with the session's token; a refused one is renewed once. @template T @param {(token: string) => Promise<T>} ask @returns {Promise<T>} */
  async ask(ask) {
    const token = await this.session.token();
    if (this.session.conversation) this.#follow(this.session.conversation);
    try {
      return await this.#asked(ask, token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.session.refuse(token);
    }
    const renewed = await this.session.token();
    if (this.session.conversation) this.#follow(this.session.conversation);
    return this.#asked(ask, renewed);
  }

  /** Whoever was answered once is told of a connection that was lost, not of a shop that cannot be reached. @template T @param {(token: string) => Promise<T>} ask @param {string} token @returns {Promise<T>} */
  async #asked(ask, token) {
    const answer = await ask(token);
    this.met = true;
    return answer;
  }

  /** @param {Pending} item */
  async #post({ client_id, text, files, option }) {
    await this.first?.();
    const body = option ? { client_id, option } : { client_id, text, files: files?.map((one) => one.file) };
    const told = await this.ask((token) => this.session.api.send(token, body));
    if (told.conversation && this.#follow(told.conversation)) await this.#fetchMissing().catch(() => {});
    return told;
  }

  /** For a tab that does not hold the stream. */
  async #catchUp() {
    const signal = this.#run?.signal;
    try {
      await this.#fetchMissing();
    } catch {
      await this.stream.pause(LONGEST_PAUSE_MS / 10);
      if (signal && !signal.aborted && !this.stream.leads) this.#catchUp();
    }
  }

  /** @returns {Promise<void>} */
  async #fetchMissing() {
    const told = await this.ask((token) => this.session.api.messages(token, this.thread.last));
    if (this.#hearState(told)) return this.#fetchMissing();
    for (const message of [...told.late, ...told.messages]) this.#hearMessage(message);
    this.#hearSign(told);
    this.setLink("online");
  }

  /** What the stream told; the other tabs hear it too. @param {string} event @param {any} told @returns {boolean} Whether it is to be asked anew. */
  hear(event, told) {
    this.tabs.tell({ [event]: told });
    if (event === "state") return this.#hearState(told);
    if (event === "message") return this.#hearMessage(told) === "gap";
    this.#hearSign({ [event]: told });
    return false;
  }

  /** @param {StateEvent} told @returns {boolean} Whether it spoke of another conversation. */
  #hearState(told) {
    const another = this.#follow(told.conversation);
    this.thread.hear(told);
    this.onChange({});
    return another;
  }

  /** @param {Message} message */
  #hearMessage(message) {
    const heard = this.thread.add(message);
    if (heard === "added") this.outbox.settle();
    this.onChange(heard === "added" ? { message } : {});
    return heard;
  }

  /** @param {{typing?: Writes, marks?: Marks}} sign */
  #hearSign({ typing, marks }) {
    if (typing) this.thread.write(typing);
    if (marks) this.thread.mark(marks);
    if (typing || marks) this.onChange({});
  }

  /** @param {string} conversation */
  #follow(conversation) {
    if (!this.thread.follow(conversation, this.outbox.awaits)) return false;
    this.session.moved(conversation);
    this.#seen = 0;
    this.outbox.forgetAccepted();
    return true;
  }

  /** @param {Link} link */
  setLink(link) {
    if (link === "online") {
      this.met = true;
      if (this.link !== "online") queueMicrotask(() => this.outbox.flush());
    }
    if (this.stream.leads) this.tabs.tell({ link });
    if (link === this.link) return;
    this.link = link;
    this.onChange({});
  }

  /** @param {{hello?: true, hurry?: true, link?: Link, state?: StateEvent, message?: Message, typing?: Writes, marks?: Marks}} news */
  #hearTab(news) {
    if (this.stream.leads) {
      if (news.hello) this.tabs.tell({ link: this.link });
      if (news.hurry) this.hurry();
      return;
    }
    if (!this.#run) return;
    if (news.link === "online" && this.link !== "online") this.#catchUp();
    else if (news.link) this.setLink(news.link);
    this.#hearSign(news);
    const another = news.state ? this.#hearState(news.state) : false;
    const heard = news.message ? this.#hearMessage(news.message) : "known";
    if (another || heard === "gap") this.#catchUp();
  }
}
