/** <message-composer>: the reply being written: text, files, canned replies. What is unsent is kept for each conversation. */

import { filled } from "../data/canned.js";
import { plan } from "../data/later.js";
import { recall, remember } from "../data/prefs.js";
import { MOST as MOST_FILES, Uploads } from "../data/uploads.js";
import { reply } from "../data/verbs.js";
import { h, setAttribute, setText } from "../lib/dom.js";
import { shortDate } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { nameOf } from "../lib/labels.js";
import { asSent, segments } from "../lib/sms.js";
import { DeskView } from "../lib/view.js";
import { AttachTray } from "./attach-tray.js";
import { CannedList } from "./canned-list.js";
import { SendLater } from "./send-later.js";

const MOST = 4000;
const NEARLY = 3500;
const HINT = "Enter sends, Shift+Enter begins a new line, / finds a canned reply";
/** A slash at the beginning or after a blank, and the word after it that ends at the caret. */
const SLASH = /(?:^|\s)\/([\p{L}\d-]*)$/u;

export class MessageComposer extends DeskView {
  #text = h("textarea", { id: "reply", rows: 1, dir: "auto", "aria-describedby": "reply-hint reply-count", "aria-controls": "canned-options", placeholder: "Write a reply", oninput: () => this.#typed() });
  #pick = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#picked() });
  #attach = h("button", { type: "button", class: "icon-button attach", "aria-label": "Attach files", title: `Attach files (up to ${MOST_FILES})`, onclick: () => this.#pick.click() }, icon("clip"));
  #send = h("button", { type: "submit", class: "button button-primary send", "aria-label": "Send" }, icon("send"), h("span", null, "Send"));
  #hint = h("p", { id: "reply-hint", class: "composer-hint" }, HINT);
  #count = h("p", { id: "reply-count", class: "composer-count", role: "status" });
  #stopped = h("p", { class: "composer-warning", role: "status" }, icon("alert"), h("span", null));
  #why = h("p", { class: "composer-why" });
  #form = h("form", { class: "composer-form" });
  #uploads = new Uploads();
  #tray = new AttachTray();
  #canned = new CannedList();
  #later = new SendLater();
  /** @type {string | null} */
  #id = null;

  build() {
    this.#tray.uploads = this.#uploads;
    this.#later.desk = this.desk;
    this.#form.append(this.#canned, this.#stopped, this.#tray, h("label", { for: "reply", class: "for-readers" }, "Reply"), this.#attach, this.#text, h("div", { class: "sending-buttons" }, this.#later, this.#send), this.#pick, this.#hint, this.#count);
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("blur", () => this.#close());
    this.#text.addEventListener("paste", (event) => this.#bring(event, event.clipboardData));
    this.addEventListener("dragover", (event) => this.#dragged(event));
    this.addEventListener("dragleave", () => this.classList.remove("is-over"));
    this.addEventListener("drop", (event) => this.#bring(event, event.dataTransfer));
    this.#canned.addEventListener("choose", (event) => this.#put(/** @type {CustomEvent} */ (event).detail));
    this.#later.addEventListener("later", (event) => this.#planned(/** @type {CustomEvent} */ (event).detail));
    this.#uploads.addEventListener("change", () => this.#measure());
    this.append(this.#why, this.#form);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
    this.desk.addEventListener("suggest", (event) => this.#suggest(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  #draw() {
    const { conversation, openId } = this.desk;
    if (openId !== this.#id) this.#take(openId);
    const may = conversation?.can.includes("reply") ?? false;
    const stopped = conversation?.writing?.stopped_at;
    if (may) this.desk.canned.load();
    this.hidden = !conversation;
    this.#form.hidden = !may;
    this.#why.hidden = may;
    this.#stopped.hidden = !stopped;
    setText(/** @type {HTMLElement} */ (this.#stopped.lastElementChild), stopped ? `This number opted out of texts on ${shortDate(stopped)}: a reply does not reach it.` : "");
    setText(this.#why, conversation ? whyNot(conversation) : "");
  }

  /** @param {string | null} id */
  #take(id) {
    this.#id = id;
    this.#text.value = id ? recall(this.#draft(id), "") : "";
    if (id) this.#uploads.turnTo(id, this.desk.agent?.id ?? "");
    this.#close();
    this.#measure();
  }

  #typed() {
    if (this.#id) {
      remember(this.#draft(this.#id), this.#text.value || null);
      if (this.#text.value) this.desk.signs.wrote(this.#id);
    }
    this.#find();
    this.#measure();
  }

  /** Words that something else on the page proposes. @param {string} text */
  #suggest(text) {
    this.#text.value = [this.#text.value.trimEnd(), text].filter(Boolean).join("\n\n");
    this.#typed();
    this.#text.focus();
  }

  async #find() {
    const typed = SLASH.exec(this.#before());
    if (!typed) return this.#close();
    await this.desk.canned.load();
    // Fetching may have taken a while: what counts is what stands there now.
    const now = SLASH.exec(this.#before());
    if (!now || document.activeElement !== this.#text) return this.#close();
    this.#canned.show(this.desk.canned.matching(now[1]), this.desk.conversation?.writing);
    return this.#mark();
  }

  #close() {
    this.#canned.hide();
    this.#mark();
  }

  #mark() {
    setAttribute(this.#text, "aria-activedescendant", this.#canned.active);
  }

  /** @returns {string} the text before the caret */
  #before() {
    return this.#text.value.slice(0, this.#text.selectionStart);
  }

  /** Puts a canned reply where the slash was; what could not be filled in is marked for it. @param {import("../lib/types.js").Canned} canned */
  #put(canned) {
    const typed = SLASH.exec(this.#before());
    const end = this.#text.selectionStart;
    const start = typed ? end - typed[1].length - 1 : end;
    const text = filled(canned, this.desk.conversation?.writing);
    this.#text.setRangeText(text, start, end, "end");
    const open = this.desk.canned.leftOpen(text)[0];
    const at = open ? this.#text.value.indexOf("{", start) : -1;
    if (at >= 0) this.#text.setSelectionRange(at, this.#text.value.indexOf("}", at) + 1);
    this.#typed();
    this.#close();
  }

  #measure() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
    const { length } = this.#text.value;
    const over = length > MOST;
    const open = this.desk.canned.leftOpen(this.#text.value);
    this.#count.classList.toggle("is-over", over || open.length > 0);
    setText(this.#count, open.length ? `Fill in {${open[0]}} first` : length > NEARLY ? `${length} of ${MOST} characters${over ? ": too long to send" : ""}` : this.#parts());
    const something = this.#text.value.trim() !== "" || this.#uploads.kept.length > 0;
    this.#send.disabled = over || open.length > 0 || this.#uploads.busy || !something;
    this.#later.allow(this.#send.disabled);
  }

  /** @returns {string} on SMS, how many texts the reply makes, and what they and those before cost as far as that is known */
  #parts() {
    if (this.desk.conversation?.channel !== "sms" || !this.#text.value) return "";
    const { count, left, unicode } = segments(asSent(this.#text.value));
    const price = this.desk.conversation.writing?.price;
    const spent = Number(price?.spent ?? 0);
    const before = spent ? ` (${spent.toFixed(3)} so far)` : "";
    const cost = price ? `, about ${(count * Number(price.segment)).toFixed(3)} ${price.currency}${before}` : "";
    return `${count} text${count === 1 ? "" : "s"}, ${left} left${unicode ? " (special characters)" : ""}${cost}`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (this.#canned.take(event)) {
      this.#mark();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #picked() {
    this.#uploads.add(this.#pick.files ?? []);
    this.#pick.value = "";
    this.#text.focus();
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    if (this.#form.hidden || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.add("is-over");
  }

  /** Files that were dropped or pasted. @param {Event} event @param {DataTransfer | null} data */
  #bring(event, data) {
    this.classList.remove("is-over");
    if (this.#form.hidden || !data?.files.length) return;
    event.preventDefault();
    this.#uploads.add(data.files);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (!this.#id || this.#send.disabled) return;
    reply(this.desk, this.#id, this.#text.value.trim(), this.#uploads.kept);
    this.#text.value = "";
    this.#uploads.clear();
    this.#typed();
    this.#text.focus();
  }

  /** It goes out later; without a time that is asked first. @param {{ at: string | null, park: boolean }} when */
  async #planned({ at, park }) {
    const [id, text, kept] = [this.#id, this.#text.value.trim(), this.#uploads.kept];
    if (!id || (!text && !kept.length)) return;
    const done = () => this.#gone(id, text, kept);
    if (!at) this.desk.dispatchEvent(new CustomEvent("later", { detail: { id, text, files: kept, park, done } }));
    else if (await plan(this.desk, id, { text, at, files: kept.map(({ file }) => file), park })) done();
  }

  /**
   * What was planned is no draft any more, unless something else was written meanwhile.
   * @param {string} id @param {string} text @param {import("../data/uploads.js").Kept[]} kept
   */
  #gone(id, text, kept) {
    if (id !== this.#id) {
      for (const draft of [this.#draft(id), `${this.#draft(id)}.files`]) remember(draft, null);
      return;
    }
    this.#uploads.gone(kept);
    if (this.#text.value.trim() === text) {
      this.#text.value = "";
      this.#typed();
    }
  }

  /** @param {string} id */
  #draft(id) {
    return `draft.${this.desk.agent?.id}.${id}`;
  }
}

/** @param {import("../lib/types.js").Conversation} conversation */
function whyNot({ state, can, holder }) {
  if (can.includes("accept")) return "Accept the offer to reply.";
  if (can.includes("claim")) return "Take the conversation to reply.";
  if (state === "held" || state === "parked") return `${nameOf(holder) || "Someone else"} is answering.`;
  if (state === "bot") return "The bot is answering.";
  return state === "closed" ? "The conversation is closed." : "";
}
