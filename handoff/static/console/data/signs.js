/**
 * Signs of life, told while they are true and never kept: who types, who looks at a conversation, how far each side has read.
 * Event: "change" with the conversation's id.
 */

import { ApiError, conversationPath, post } from "./api.js";

/** What was heard of somebody's typing holds this long. */
const TYPING_MS = 6000;
const TYPED_AGAIN_MS = 3000;
const LOOKING_MS = 10_000;

/** @typedef {{ customer: number, agent: number }} Marks */

export class Signs extends EventTarget {
  /** @type {Map<string, { kind: string, name: string, until: number }>} */
  #typing = new Map();
  /** What customers type who are told that it is seen. @type {Map<string, { text: string, until: number }>} */
  #drafts = new Map();
  /** @type {Map<string, { id: string, name: string }[]>} */
  #looking = new Map();
  /** @type {Map<string, Marks>} */
  #marks = new Map();
  /** Up to where it is known. @type {Map<string, number>} */
  #said = new Map();
  #typed = -Infinity;
  #me = "";
  /** @type {() => string | null} */
  #open = () => null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {string} me  this agent's name is not told to them @param {() => string | null} open  the conversation before them */
  start(me, open) {
    this.stop();
    this.#me = me;
    this.#open = open;
    this.#timer = setInterval(() => this.look(), LOOKING_MS);
  }

  stop() {
    clearInterval(this.#timer);
    for (const known of [this.#typing, this.#drafts, this.#looking, this.#marks, this.#said]) known.clear();
  }

  /** @param {{ kind: "typing" | "looking" | "marks", data: any }} sign  from the stream */
  hear({ kind, data }) {
    if (kind === "looking") this.#looking.set(data.id, data.agents);
    else if (kind === "marks") this.#marks.set(data.id, data);
    else {
      const until = performance.now() + TYPING_MS;
      if (data.draft !== "") this.#typing.set(data.id, { kind: data.kind, name: data.name, until });
      if (data.draft !== undefined) this.#drafts.set(data.id, { text: data.draft, until });
      setTimeout(() => this.#tell(data.id), TYPING_MS + 50);
    }
    this.#tell(data.id);
  }

  /** What somebody has said they type no more. @param {string} id @param {number} seq  of the last that was said there */
  said(id, seq) {
    if (seq <= (this.#said.get(id) ?? 0)) return;
    this.#said.set(id, seq);
    const wrote = this.#drafts.delete(id);
    if (this.#typing.delete(id) || wrote) this.#tell(id);
  }

  /** @param {string} id @param {string} [myName] @returns {{ kind: string, name: string } | null} who types there, but for oneself */
  typing(id, myName = "") {
    const found = this.#typing.get(id);
    const own = found?.kind === "agent" && found.name === myName;
    return found && !own && found.until > performance.now() ? found : null;
  }

  /** @param {string} id @returns {string} what its customer is typing and has not sent; empty where nobody may know */
  draft(id) {
    const { text = "", until = 0 } = this.#drafts.get(id) ?? {};
    return until > performance.now() ? text : "";
  }

  /** @param {string} id @returns {{ id: string, name: string }[]} the colleagues who look at it too */
  watchers(id) {
    return (this.#looking.get(id) ?? []).filter((agent) => agent.id !== this.#me);
  }

  /** @param {string} id @returns {string[]} their names */
  looking(id) {
    return this.watchers(id).map((agent) => agent.name);
  }

  /** @param {import("../lib/types.js").Conversation} conversation @returns {Marks} */
  marks({ id, marks }) {
    const [known, heard] = [marks ?? { customer: 0, agent: 0 }, this.#marks.get(id) ?? { customer: 0, agent: 0 }];
    return { customer: Math.max(known.customer, heard.customer), agent: Math.max(known.agent, heard.agent) };
  }

  /** This agent has it before them. */
  look() {
    const id = this.#open();
    if (id && !document.hidden) send(id, "looking");
  }

  /** This agent types. @param {string} id */
  wrote(id) {
    if (performance.now() - this.#typed < TYPED_AGAIN_MS) return;
    this.#typed = performance.now();
    send(id, "typing");
  }

  /** This agent has read so far. @param {import("../lib/types.js").Conversation} conversation @param {number} seq */
  read(conversation, seq) {
    const marks = this.marks(conversation);
    if (conversation.holder?.id !== this.#me || document.hidden || seq <= marks.agent) return;
    this.#marks.set(conversation.id, { ...marks, agent: seq });
    send(conversation.id, "seen", { seq });
  }

  /** @param {string} id */
  #tell(id) {
    this.dispatchEvent(new CustomEvent("change", { detail: { id } }));
  }
}

/** Nothing hangs on a sign: one that is lost is made good by the next. @param {string} id @param {string} what @param {object} [body] */
function send(id, what, body = {}) {
  post(conversationPath(id, `/${what}`), body).catch((error) => {
    if (!(error instanceof ApiError)) throw error;
  });
}
