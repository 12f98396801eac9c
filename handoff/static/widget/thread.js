// @ts-check
/** One conversation as the server tells it: messages by number, who answers, and what follows from both. */

/** @import {Marks, Message, Option, Pending, State, StateEvent, Status, Writes} from "./types.d.ts" */

/** After this long without an answer the dots stop by themselves; the server speaks up well before. */
const OWES_FOR_MS = 30_000;
/** So long is somebody shown as writing after the last sign of it. */
const WRITES_FOR_MS = 6_000;

export class Thread {
  /** @type {Message[]} */
  messages = [];
  last = 0;
  /** @type {State} */
  state = "bot";
  /** @type {Status} */
  status = { agent: null, queue: null, position: null, waiting_since: null };
  /** The customer is told when the server went on in another conversation than the one they saw. */
  restarted = false;
  /** @type {Marks} */
  marks = { customer: 0, agent: 0 };
  /** @type {Writes & {until: number} | null} */
  #writes = null;
  /** When the newest message reached this page. */
  heardAt = 0;
  #seen;

  /** @param {string | null} conversation @param {number} seen The number of the last message read on an earlier visit. @param {boolean} asked Was it asked for by who has signed in? Then another one is their own. */
  constructor(conversation, seen, asked) {
    this.asked = asked;
    this.conversation = conversation;
    this.#seen = seen;
  }

  /** @param {Message} message @returns {"added" | "known" | "gap"} */
  add(message) {
    if (message.seq <= this.last) {
      this.messages[message.seq - 1] = message; // a text's pictures come later than itself
      return "known";
    }
    if (message.seq > this.last + 1) return "gap";
    this.messages.push(message);
    this.last = message.seq;
    this.heardAt = Date.now();
    if (message.author.kind !== "customer") this.#writes = null;
    return "added";
  }

  /** @param {string} conversation @param {boolean} wrote Whether something was accepted that has not come back. @returns {boolean} Whether this is another conversation than before. */
  follow(conversation, wrote) {
    if (conversation === this.conversation) return false;
    this.restarted = this.conversation !== null && (wrote || Math.max(this.last, this.#seen) > 0);
    this.conversation = conversation;
    this.messages = [];
    this.last = 0;
    this.marks = { customer: 0, agent: 0 };
    this.#writes = null;
    return true;
  }

  /** Marks only move forward, in whatever order they come. @param {Marks} marks */
  mark({ customer, agent }) {
    this.marks = { customer: Math.max(customer, this.marks.customer), agent: Math.max(agent, this.marks.agent) };
  }

  /** @param {Writes} writes */
  write(writes) {
    this.#writes = { ...writes, until: Date.now() + WRITES_FOR_MS };
  }

  /** The agent who is writing now, and for how many more milliseconds that is shown; the bot's dots stand by themselves. */
  get writing() {
    const { kind = "", name = "", until = 0 } = this.#writes ?? {};
    const left = kind === "agent" && this.state !== "bot" ? until - Date.now() : 0;
    return left > 0 ? { name, left } : null;
  }

  /** What became of the customer's last words, while a person has them to read and has not answered. @returns {"delivered" | "seen" | null} */
  get fate() {
    const newest = this.messages.at(-1);
    if (newest?.author.kind !== "customer" || this.state === "bot" || this.state === "closed") return null;
    return newest.seq <= this.marks.agent ? "seen" : "delivered";
  }

  /** @param {StateEvent} event */
  hear({ state, status }) {
    this.state = state;
    this.status = status ?? this.status;
  }

  get waits() {
    return this.state === "waiting" || this.state === "offered";
  }

  get shownIds() {
    return new Set(this.messages.flatMap((one) => one.client_id ?? []));
  }

  /** The options that still count: the newest that were offered, unless the customer has spoken since. @param {Pending[]} pending */
  liveOptions(pending) {
    if (pending.some((one) => one.trouble !== "refused")) return { seq: 0, options: /** @type {Option[]} */ ([]) };
    for (const message of [...this.messages].reverse()) {
      if (message.author.kind === "customer") break;
      if (message.options?.length) return { seq: message.seq, options: message.options };
    }
    return { seq: 0, options: /** @type {Option[]} */ ([]) };
  }

  /** For how many more milliseconds the bot may be thinking; 0 when it owes nothing. @param {Pending[]} pending */
  owesFor(pending) {
    if (this.state !== "bot") return 0;
    const newest = this.messages.at(-1);
    const accepted = pending.some((one) => one.seq);
    if (!accepted && newest?.author.kind !== "customer") return 0;
    const since = accepted ? Date.now() : Math.min(this.heardAt, Date.parse(newest?.at ?? "") + OWES_FOR_MS);
    return Math.max(0, since + OWES_FOR_MS - Date.now());
  }
}
