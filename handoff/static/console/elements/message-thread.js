/** <message-thread>: the open conversation's messages with the notes between them, and what this agent has not sent yet after them. */

import { serverNow } from "../data/clock.js";
import { drop, sendNow } from "../data/later.js";
import { unread } from "../data/mentions.js";
import { botPart, chosen, interleave, lastNo, lastSeq } from "../data/transcript.js";
import { resend, resendNote } from "../data/verbs.js";
import { h, reconcile, setText, skeleton } from "../lib/dom.js";
import { dayKey, dayLabel } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { customerName } from "../lib/labels.js";
import { messageView, placeMessage, placeUnsent, unsentView } from "../lib/message-view.js";
import { noteView, unsentNoteView } from "../lib/note-view.js";
import { laterView, placeLater } from "../lib/later-view.js";
import { placeUnderstood } from "../lib/understood.js";
import { DeskView } from "../lib/view.js";

/**
 * @typedef {import("../lib/types.js").Message} Message
 * @typedef {import("../lib/types.js").Conversation} Conversation
 * @typedef {import("../lib/types.js").Note} Note
 * @typedef {{ key: string, make: () => HTMLElement, place?: (node: HTMLElement) => void, seq?: number, at?: string }} Row
 */

/** A speaker is named again after this pause. */
const PAUSE_MS = 5 * 60_000;
/** A bot part up to this long is never folded. */
const SHORT = 12;
const NEAR_END_PX = 60;

export class MessageThread extends DeskView {
  #rows = h("ol", { class: "rows" });
  #scroll = h("div", { class: "thread-scroll", role: "log", "aria-label": "Messages", tabindex: 0, onscroll: () => this.#scrolled() });
  #placeholder = skeleton(4, "skeleton-message");
  #fold = h("button", { type: "button", class: "fold", onclick: () => this.#unfold() });
  #newer = h("button", { type: "button", class: "button newer", hidden: true, onclick: () => this.#toEnd() }, icon("down"), "New messages");
  #drawn = "";
  #folded = false;
  #atEnd = true;
  #last = 0;
  #top = 0;

  build() {
    this.#scroll.append(this.#placeholder, this.#fold, this.#rows);
    this.append(this.#scroll, this.#newer);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
    for (const sending of [this.desk.outbox, this.desk.notes]) sending.addEventListener("change", () => this.#draw(), { signal });
    this.desk.signs.addEventListener("change", () => this.#draw(), { signal });
    document.addEventListener("visibilitychange", () => this.#read(), { signal });
    const resized = new ResizeObserver(() => this.#atEnd && this.#toEnd());
    resized.observe(this.#scroll);
    signal.addEventListener("abort", () => resized.disconnect());
  }

  #draw() {
    const { conversation } = this.desk;
    this.#placeholder.hidden = Boolean(conversation);
    this.#rows.hidden = this.#fold.hidden = !conversation;
    if (!conversation) {
      this.#drawn = "";
      return;
    }
    const moved = this.#drawn !== conversation.id;
    if (moved) this.#begin(conversation);
    const rows = this.#plan(conversation);
    reconcile(this.#rows, rows, {
      key: (row) => row.key,
      make: (row) => h("li", null, row.make()),
      update: (node, row) => row.place?.(/** @type {HTMLElement} */ (node.firstElementChild)),
    });
    this.#follow(lastSeq(conversation.messages) + lastNo(conversation.notes ?? []), moved);
  }

  /** @param {Conversation} conversation */
  #begin(conversation) {
    this.#drawn = conversation.id;
    this.#rows.replaceChildren();
    const part = botPart(conversation.messages);
    this.#folded = part > SHORT && part < conversation.messages.length;
  }

  /** @param {Conversation} conversation @returns {Row[]} */
  #plan(conversation) {
    const { messages, notes = [] } = conversation;
    const behind = new Set(notes.map((note) => note.after));
    const start = this.#folded ? botPart(messages) : 0;
    const turns = new Map(conversation.bot?.turns.map((turn) => [turn.seq, turn]));
    const seen = lastSeen(messages, this.desk.signs.marks(conversation).customer);
    this.#fold.hidden = !this.#folded;
    setText(this.#fold, `Show the conversation with the bot (${start} messages)`);
    /** @type {Row[]} */
    const rows = [];
    for (let i = start; i < messages.length; i++) {
      rows.push(messageRow(messages, i, customerName(conversation), i > start && !behind.has(messages[i - 1].seq), seen, turns.get(messages[i].seq)));
    }
    const noted = notes.map((note) => noteRow(note, this.desk.agent?.id ?? ""));
    return [...withDays(interleave(rows, noted)), ...this.#later(conversation), ...this.#unsent(conversation), ...this.#unsentNotes(conversation)];
  }

  /** Drawn anew when it changes: its words and its version are part of the key. @param {Conversation} conversation @returns {Row[]} */
  #later({ id, later = [], writing }) {
    return later.map((reply) => ({
      key: `later ${reply.id} ${reply.version}`,
      make: () =>
        laterView(reply, {
          send: () => sendNow(this.desk, id, reply),
          change: () => this.desk.dispatchEvent(new CustomEvent("later", { detail: { id, text: reply.text, park: false, reply } })),
          drop: () => drop(this.desk, id, reply),
        }),
      place: (node) => placeLater(node, reply, writing?.later, serverNow()),
    }));
  }

  /** @param {Conversation} conversation @returns {Row[]} */
  #unsent({ id, messages }) {
    const held = new Set(messages.map((message) => message.seq));
    const replies = this.desk.outbox.of(id).filter((reply) => reply.seq === null || !held.has(reply.seq));
    return replies.map((reply) => ({
      key: `unsent ${reply.client_id}`,
      make: () =>
        unsentView(reply, { resend: () => resend(this.desk, id, reply.client_id), discard: () => this.desk.outbox.discard(id, reply.client_id) }),
      place: (node) => placeUnsent(node, reply),
    }));
  }

  /** @param {Conversation} conversation @returns {Row[]} */
  #unsentNotes({ id, notes = [] }) {
    const held = new Set(notes.map((note) => note.no));
    const waiting = this.desk.notes.of(id).filter((note) => note.seq === null || !held.has(note.seq));
    return waiting.map((note) => ({
      key: `unsent note ${note.client_id}`,
      make: () => unsentNoteView(note, { resend: () => resendNote(this.desk, id, note.client_id), discard: () => this.desk.notes.discard(id, note.client_id) }),
      place: (node) => placeUnsent(node, note),
    }));
  }

  /** What somebody mentioned this agent in is looked at first. @returns {boolean} whether there is such a note */
  #toMention() {
    const item = unread(this.desk, this.#drawn);
    const row = item && [...this.#rows.children].find((each) => each instanceof HTMLElement && each.dataset.key === `note ${item.no}`);
    if (!row) return false;
    this.#atEnd = false;
    row.scrollIntoView({ block: "center" });
    this.#scrolled();
    return true;
  }

  /** Stays at the end if the reader was there; else only says that there is more. @param {number} last @param {boolean} moved */
  #follow(last, moved) {
    const grew = last > this.#last || this.#rows.querySelector(".line-unsent") !== null;
    this.#last = last;
    if (moved && this.#toMention()) return;
    if (moved || this.#atEnd) this.#toEnd();
    else if (grew) this.#newer.hidden = false;
  }

  /** Whoever stands at the end has read it. */
  #read() {
    const { conversation } = this.desk;
    if (conversation && this.#atEnd) this.desk.signs.read(conversation, lastSeq(conversation.messages));
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#atEnd = true;
    this.#newer.hidden = true;
    this.#read();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    // The end also moves away when the composer grows; only who scrolls up has left it.
    this.#atEnd = near || (this.#atEnd && scrollTop >= this.#top);
    this.#top = scrollTop;
    if (!this.#atEnd) return;
    this.#newer.hidden = true;
    this.#read();
  }

  #unfold() {
    this.#folded = false;
    this.#atEnd = false;
    this.#draw();
    this.#scroll.focus();
  }
}

/** @param {Note} note @param {string} me */
const noteRow = (note, me) => ({ key: `note ${note.no}`, after: note.after, at: note.at, make: () => noteView(note, me) });

/** @param {Row[]} rows @returns {Row[]} with the day over the first of each */
function withDays(rows) {
  let day = "";
  return rows.flatMap((row) => {
    const before = day;
    day = dayKey(row.at ?? "");
    return day === before ? [row] : [dayRow(row.at ?? ""), row];
  });
}

/** @param {string} at @returns {Row} */
function dayRow(at) {
  return {
    key: `day ${dayKey(at)}`,
    make: () => h("p", { class: "day" }, h("span", null, dayLabel(at, serverNow()))),
  };
}

/** @param {readonly Message[]} messages @param {number} mark @returns {number} the last of our answers that the customer has seen */
const lastSeen = (messages, mark) => messages.findLast(({ author, seq }) => author.kind === "agent" && seq <= mark)?.seq ?? 0;

/** @param {readonly Message[]} messages @param {number} i @param {string} customer @param {boolean} hasBefore @param {number} seen @param {import("../lib/types.js").BotTurn} [turn] @returns {Row} */
function messageRow(messages, i, customer, hasBefore, seen, turn) {
  const message = messages[i];
  const place = { continues: hasBefore && continues(messages[i - 1], message), chosen: chosen(messages, i), seen: message.seq === seen };
  return {
    // The words are part of the key: should a message ever be masked afterwards, it is drawn anew; as it is when its files come.
    key: `${message.seq} ${message.files?.length ?? 0} ${message.text}`,
    seq: message.seq,
    at: message.at,
    make: () => messageView(message, customer),
    place: (node) => {
      placeMessage(node, message, place);
      placeUnderstood(node, turn);
    },
  };
}

/** @param {Message} before @param {Message} message */
function continues(before, message) {
  const sameSpeaker = before.author.kind === message.author.kind && before.author.name === message.author.name;
  const close = Date.parse(message.at) - Date.parse(before.at) < PAUSE_MS;
  return sameSpeaker && close && dayKey(before.at) === dayKey(message.at);
}
