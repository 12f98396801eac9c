/**
 * <conversation-writing>: under the thread: a reply to the customer, or a note for colleagues. Each has a composer, a draft and a
 * button of its own; which of them is open is kept for each conversation, over a reload too.
 */

import { recall, remember } from "../data/prefs.js";
import { h, setAttribute } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView, view } from "../lib/view.js";
import { MessageComposer } from "./message-composer.js";
import { NoteComposer } from "./note-composer.js";

/** @typedef {"reply" | "note"} Mode */

export class ConversationWriting extends DeskView {
  /** @type {Mode} */
  #mode = "reply";
  /** @type {string | null} */
  #id = null;
  #switch = h("div", { class: "write-switch", role: "group", "aria-label": "What to write" });
  #buttons = { reply: this.#button("reply", "Reply", "send"), note: this.#button("note", "Note", "lock") };
  #panes = { reply: h("div", { class: "write-pane" }), note: h("div", { class: "write-pane" }) };
  /** @type {NoteComposer | null} */
  #notes = null;

  build() {
    this.#notes = view(NoteComposer, this.desk);
    this.#switch.append(this.#buttons.reply, this.#buttons.note);
    this.#panes.reply.append(view(MessageComposer, this.desk));
    this.#panes.note.append(this.#notes);
    this.append(this.#switch, this.#panes.reply, this.#panes.note);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
    this.desk.addEventListener("write", (event) => this.#turnTo(/** @type {CustomEvent} */ (event).detail, true), { signal });
    this.desk.addEventListener("suggest", () => this.#turnTo("reply", true), { signal });
  }

  #draw() {
    const { conversation, openId } = this.desk;
    this.#switch.hidden = !conversation;
    if (openId === this.#id) return;
    this.#id = openId;
    this.#turnTo(openId ? recall(this.#name(openId), "reply") : "reply");
  }

  /** @param {Mode} mode @param {boolean} [focus]  begin to write at once */
  #turnTo(mode, focus = false) {
    this.#mode = mode;
    if (this.#id) remember(this.#name(this.#id), mode === "note" ? mode : null);
    this.classList.toggle("is-note", mode === "note");
    for (const each of /** @type {Mode[]} */ (["reply", "note"])) {
      setAttribute(this.#buttons[each], "aria-pressed", String(each === mode));
      this.#panes[each].hidden = each !== mode;
    }
    if (mode === "note") this.#notes?.shown();
    if (focus) /** @type {HTMLElement | null} */ (this.#panes[mode].querySelector("textarea"))?.focus();
  }

  /** @param {Mode} mode @param {string} label @param {string} picture */
  #button(mode, label, picture) {
    return h("button", { type: "button", class: "write-mode", title: mode === "note" ? "Private note (n)" : "Reply to the customer (r)", onclick: () => this.#turnTo(mode, true) }, icon(picture), label);
  }

  /** @param {string} id */
  #name(id) {
    return `writing.${this.desk.agent?.id}.${id}`;
  }
}
