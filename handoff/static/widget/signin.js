// @ts-check
/** Somebody signs in or out: what is written meanwhile waits, and what a visitor said goes along if they say so. */

import { bring } from "./later.js";
import { forget, freshIdentity, seenOf, subject } from "./session.js";
import { recall, remember } from "./shared.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Kept} from "./session.js" */
/** @import {Identity, Pending} from "./types.d.ts" */

/** What is written while the page finds out who writes it waits for that, but not for longer. */
const KNOWN_WAIT_MS = 5_000;

/**
 * @typedef {{
 *   conversation: () => Conversation | null,
 *   isOpen: () => boolean,
 *   locale: () => string,
 *   key: (who: string | null) => string,
 *   show: (form: HTMLElement | null) => void,
 *   become: (source: Identity | null, identity: string | null, kept?: Kept | null) => void,
 * }} Door `key`: where a customer's things are stored; `show`: a form over the field, or none.
 */

export class SignIn {
  /** @param {Door} chat */
  constructor(chat) {
    this.chat = chat;
  }

  /** @param {Identity} identity */
  async of(identity) {
    const before = this.chat.conversation();
    before?.outbox.hold();
    const limit = setTimeout(() => before?.outbox.release(), KNOWN_WAIT_MS);
    try {
      await this.#know(identity, typeof identity === "string" ? identity : await freshIdentity(identity));
    } finally {
      clearTimeout(limit);
      before?.outbox.release();
    }
  }

  out() {
    const { chat } = this;
    const session = chat.conversation()?.session;
    chat.show(null);
    if (session?.known) forget(session.key);
    chat.become(null, null);
  }

  /** @param {Identity} identity @param {string} first */
  async #know(identity, first) {
    const { chat } = this;
    const { session, link, outbox } = chat.conversation() ?? {};
    const key = chat.key(subject(first));
    if (session?.key === key && link !== "lost") return;
    await outbox?.hold();
    const visitor = this.#passport;
    if (!visitor) {
      if (session && !session.known) carry(session.key, key, chat.isOpen());
      return chat.become(identity, first);
    }
    // What a visitor said becomes part of an account only if they say so.
    const { question } = await bring("upgrade.js");
    const form = await question(chat.locale(), (keep) => {
      chat.show(null);
      if (!keep) remember(`${visitor.key}:apart`, visitor.conversation);
      chat.become(identity, first, keep ? visitor : null);
    });
    if (this.#passport?.token === visitor.token) chat.show(form);
  }

  /** A visitor's thread in which something was said, and which they have not chosen to leave out. @returns {Kept | null} */
  get #passport() {
    const { session, thread, outbox } = this.chat.conversation() ?? {};
    const visitor = session && !session.known ? session.passport : null;
    if (!visitor || !(thread?.last || outbox?.awaits || seenOf(visitor.key, visitor.conversation))) return null;
    return recall(`${visitor.key}:apart`) === visitor.conversation ? null : visitor;
  }
}

/**
 * What was written on this page just before its writer was known goes out as theirs. What somebody left here another day does not.
 * @param {string} from @param {string} to @param {boolean} writing Is there somebody at the field now?
 */
function carry(from, to, writing) {
  const [left, theirs] = [`${from}:outbox`, `${to}:outbox`];
  const isNew = (/** @type {Pending} */ one) => Date.parse(one.at) >= performance.timeOrigin;
  /** @type {Pending[]} */
  const items = recall(left) ?? [];
  if (items.some(isNew)) {
    remember(theirs, [...(recall(theirs) ?? []), ...items.filter(isNew)]);
    remember(left, items.every(isNew) ? null : items.filter((one) => !isNew(one)));
  }
  if (!writing || !recall(`${from}:draft`)) return;
  remember(`${to}:draft`, recall(`${from}:draft`));
  remember(`${from}:draft`, null);
}
