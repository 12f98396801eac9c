/** <note-composer>: the private note being written, with colleagues to mention. It can only ever keep a note: replies have a composer of their own. */

import { recall, remember } from "../data/prefs.js";
import { note } from "../data/verbs.js";
import { h, setAttribute, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";
import { MentionList } from "./mention-list.js";

const MOST = 4000;
const NEARLY = 3500;
/** An at sign at the beginning or after no letter, and what of a name follows it up to the caret. */
const AT = /(?<![\p{L}\p{N}_])@((?:[\p{L}\p{N}][\p{L}\p{N}.'’ -]{0,60})?)$/u;

export class NoteComposer extends DeskView {
  #text = h("textarea", { id: "note", rows: 1, dir: "auto", "aria-describedby": "note-only note-told note-count", "aria-controls": "mention-options", placeholder: "Write a note for your colleagues", oninput: () => this.#typed() });
  #keep = h("button", { type: "submit", class: "button button-note send", "aria-label": "Add note" }, icon("lock"), h("span", null, "Add note"));
  #told = h("p", { id: "note-told", class: "note-told", role: "status" });
  #count = h("p", { id: "note-count", class: "note-count", role: "status" });
  #form = h("form", { class: "composer-form" });
  #list = new MentionList();
  /** @type {string | null} */
  #id = null;

  build() {
    const only = h("p", { id: "note-only", class: "note-only" }, icon("lock"), h("span", null, "Only colleagues see this. The customer never does."));
    this.#form.append(this.#list, only, h("label", { for: "note", class: "for-readers" }, "Note"), this.#text, this.#keep, this.#told, this.#count);
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("choose", (event) => this.#put(/** @type {CustomEvent} */ (event).detail));
    this.append(this.#form);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
  }

  /** Measured again: while it was not on the screen it had no height. */
  shown() {
    this.desk.colleagues.load().then(() => this.#measure());
    this.#measure();
  }

  #draw() {
    const { openId } = this.desk;
    this.hidden = !this.desk.conversation;
    if (openId === this.#id) return;
    this.#id = openId;
    this.#text.value = openId ? recall(this.#draft(openId), "") : "";
    this.#close();
    this.#measure();
  }

  #typed() {
    if (this.#id) remember(this.#draft(this.#id), this.#text.value || null);
    this.#find();
    this.#measure();
  }

  async #find() {
    if (!AT.test(this.#before())) return this.#close();
    await this.desk.colleagues.load();
    // Fetching may have taken a while: what counts is what stands there now.
    const now = AT.exec(this.#before());
    if (!now || document.activeElement !== this.#text) return this.#close();
    this.#list.offer(this.desk.colleagues.matching(now[1]));
    this.#measure();
    return this.#mark();
  }

  #close() {
    this.#list.hide();
    this.#mark();
  }

  #mark() {
    setAttribute(this.#text, "aria-activedescendant", this.#list.active);
  }

  /** @returns {string} the text before the caret */
  #before() {
    return this.#text.value.slice(0, this.#text.selectionStart);
  }

  /** Puts the name where the at sign was. @param {import("../lib/types.js").Named} colleague */
  #put({ name }) {
    const typed = AT.exec(this.#before());
    const end = this.#text.selectionStart;
    const gap = /^\s/.test(this.#text.value.slice(end)) ? "" : " ";
    this.#text.setRangeText(`@${name}${gap}`, typed ? end - typed[1].length - 1 : end, end, "end");
    if (!gap) this.#text.setSelectionRange(this.#text.selectionStart + 1, this.#text.selectionStart + 1);
    this.#typed();
    this.#close();
  }

  #measure() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
    const { length } = this.#text.value.trim();
    const over = length > MOST;
    const named = this.desk.colleagues.named(this.#text.value).map(({ name }) => name);
    setText(this.#told, named.length ? `Will be told and can read along: ${named.join(", ")}` : "Enter adds it, Shift+Enter begins a new line, @ mentions a colleague");
    this.#told.classList.toggle("is-telling", named.length > 0);
    this.#count.classList.toggle("is-over", over);
    setText(this.#count, length > NEARLY ? `${length} of ${MOST} characters${over ? ": too long" : ""}` : "");
    this.#keep.disabled = over || length === 0;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (this.#list.take(event)) {
      this.#mark();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (!this.#id || this.#keep.disabled) return;
    note(this.desk, this.#id, this.#text.value.trim());
    this.#text.value = "";
    this.#typed();
    this.#text.focus();
  }

  /** @param {string} id */
  #draft(id) {
    return `draft.note.${this.desk.agent?.id}.${id}`;
  }
}
