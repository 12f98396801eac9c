/**
 * This agent's replies on their way, or in another such box their notes. Each keeps its client id until the thread holds it, through failures and reloads,
 * so sending again can never say a thing twice.
 */

import { ApiError, conversationPath, post } from "./api.js";
import { recall, remember } from "./prefs.js";

/** @typedef {import("../lib/types.js").Unsent} Unsent */

export class Outbox extends EventTarget {
  /** @type {Map<string, Unsent[]>} */
  #replies = new Map();
  #owner = "";
  #path;
  #number;

  /** @param {string} path  where they go @param {"seq" | "no"} number  what the answer numbers them by */
  constructor(path = "reply", number = "seq") {
    super();
    this.#path = path;
    this.#number = number;
  }

  /** @param {string} agent  whose replies are remembered from now on */
  own(agent) {
    this.#owner = agent;
    this.#replies.clear();
  }

  /**
   * @param {string} conversation
   * @returns {readonly Unsent[]} in the order written
   */
  of(conversation) {
    let replies = this.#replies.get(conversation);
    if (!replies) {
      replies = /** @type {Unsent[]} */ (recall(this.#name(conversation), [])).map(afterReload);
      this.#replies.set(conversation, replies);
    }
    return replies;
  }

  /**
   * @param {string} conversation
   * @param {string} text
   * @param {import("./uploads.js").Kept[]} [files]
   * @returns {Promise<ApiError | null>} what went wrong
   */
  send(conversation, text, files = []) {
    /** @type {Unsent} */
    const reply = { conversation, client_id: crypto.randomUUID(), text, files, at: new Date().toISOString(), state: "sending", seq: null, why: null };
    this.#set(conversation, [...this.of(conversation), reply]);
    return this.#post(reply);
  }

  /**
   * Sends a failed reply again under the same client id.
   * @param {string} conversation
   * @param {string} clientId
   * @returns {Promise<ApiError | null>}
   */
  async resend(conversation, clientId) {
    const reply = this.of(conversation).find((each) => each.client_id === clientId);
    if (!reply || reply.state !== "failed") return null;
    return this.#post(this.#change(reply, { state: "sending", why: null }));
  }

  /** @param {string} conversation @param {string} clientId */
  discard(conversation, clientId) {
    this.#set(conversation, this.of(conversation).filter((each) => each.client_id !== clientId));
  }

  /**
   * Lets go of what the thread now holds.
   * @param {string} conversation
   * @param {readonly { seq: number, client_id?: string }[]} messages
   */
  confirm(conversation, messages) {
    const held = new Set(messages.flatMap(({ seq, client_id }) => (client_id ? [seq, client_id] : [seq])));
    const waiting = this.of(conversation).filter((each) => !held.has(each.seq ?? 0) && !held.has(each.client_id));
    if (waiting.length !== this.of(conversation).length) this.#set(conversation, waiting);
  }

  /** @param {Unsent} reply @returns {Promise<ApiError | null>} */
  async #post(reply) {
    const { conversation, client_id, text, files = [] } = reply;
    try {
      const attached = files.length ? { files: files.map(({ file }) => file) } : {};
      const taken = await post(conversationPath(conversation, `/${this.#path}`), { client_id, text, ...attached });
      this.#change(reply, { state: "sent", seq: taken[this.#number] });
      return null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Without an answer nobody knows; sending again under the same client id is safe in either case.
      this.#change(reply, { state: "failed", why: `${error.unanswered ? "Not confirmed." : "Not sent."} ${error.message}` });
      return error;
    }
  }

  /** @param {Unsent} reply @param {Partial<Unsent>} news @returns {Unsent} */
  #change(reply, news) {
    const changed = { ...reply, ...news };
    const replies = this.of(reply.conversation).map((each) => (each.client_id === reply.client_id ? changed : each));
    this.#set(reply.conversation, replies);
    return changed;
  }

  /** @param {string} conversation @param {Unsent[]} replies */
  #set(conversation, replies) {
    this.#replies.set(conversation, replies);
    remember(this.#name(conversation), replies.length ? replies : null);
    this.dispatchEvent(new CustomEvent("change", { detail: { conversation } }));
  }

  /** @param {string} conversation */
  #name(conversation) {
    return `unsent.${this.#path === "reply" ? "" : `${this.#path}.`}${this.#owner}.${conversation}`;
  }
}

/** @param {Unsent} reply @returns {Unsent} what was under way when the page went has an unknown end: offer it again */
function afterReload(reply) {
  return reply.state === "sending" ? { ...reply, state: "failed", why: "Not confirmed. The page was left before the server answered." } : reply;
}
