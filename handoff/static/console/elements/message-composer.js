/** <message-composer>: the reply being written. Unsent text is kept for each conversation and survives a reload. */

import { recall, remember } from "../data/prefs.js";
import { reply } from "../data/verbs.js";
import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { nameOf } from "../lib/labels.js";
import { segments } from "../lib/sms.js";
import { DeskView } from "../lib/view.js";

const MOST = 4000;
const NEARLY = 3500;

export class MessageComposer extends DeskView {
  #text = h("textarea", { id: "reply", rows: 1, dir: "auto", "aria-describedby": "reply-hint reply-count", placeholder: "Write a reply", oninput: () => this.#typed() });
  #send = h("button", { type: "submit", class: "button button-primary send", "aria-label": "Send" }, icon("send"), h("span", null, "Send"));
  #hint = h("p", { id: "reply-hint", class: "composer-hint" }, "Enter sends, Shift+Enter begins a new line");
  #count = h("p", { id: "reply-count", class: "composer-count", role: "status" });
  #why = h("p", { class: "composer-why" });
  #form = h("form", { class: "composer-form" });
  /** @type {string | null} */
  #id = null;

  build() {
    this.#form.append(h("label", { for: "reply", class: "for-readers" }, "Reply"), this.#text, this.#send, this.#hint, this.#count);
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.append(this.#why, this.#form);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
  }

  #draw() {
    const { conversation, openId } = this.desk;
    if (openId !== this.#id) this.#take(openId);
    const may = conversation?.can.includes("reply") ?? false;
    this.hidden = !conversation;
    this.#form.hidden = !may;
    this.#why.hidden = may;
    setText(this.#why, conversation ? whyNot(conversation) : "");
  }

  /** @param {string | null} id */
  #take(id) {
    this.#id = id;
    this.#text.value = id ? recall(this.#draft(id), "") : "";
    this.#measure();
  }

  #typed() {
    if (this.#id) remember(this.#draft(this.#id), this.#text.value || null);
    this.#measure();
  }

  #measure() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
    const { length } = this.#text.value;
    const over = length > MOST;
    this.#count.classList.toggle("is-over", over);
    setText(this.#count, length > NEARLY ? `${length} of ${MOST} characters${over ? ": too long to send" : ""}` : this.#parts());
    this.#send.disabled = over || !this.#text.value.trim();
  }

  /** @returns {string} on SMS, how many texts the reply makes */
  #parts() {
    if (this.desk.conversation?.channel !== "sms" || !this.#text.value) return "";
    const { count, left, unicode } = segments(this.#text.value);
    return `${count} text${count === 1 ? "" : "s"}, ${left} left${unicode ? " (special characters)" : ""}`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (!this.#id || !text || text.length > MOST) return;
    reply(this.desk, this.#id, text);
    this.#text.value = "";
    this.#typed();
    this.#text.focus();
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
