// @ts-check
/** What stands before the chat: the office's notice, and the questions for who is not known. Answering is up to them. */

import { ApiError } from "./api.js";
import { h, icon, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Notices} from "./status.js" */
/** @import {Asks, Status} from "./types.d.ts" */

export const styles = [await sheet("forms.css"), await sheet("front.css")];

export const words = {
  title: "Before you write",
  more: "Optional: it helps us find the right person.",
  name: "Your name",
  email: "E-mail",
  topic: "What is it about?",
  choose: "Choose",
  start: "Go on",
  skip: "Skip",
  thanks: "Thank you. What can we do for you?",
  wrong: "Please check this.",
  noAddress: "This does not look like an e-mail address.",
  failed: "That did not get through. Please try again.",
};

/** @typedef {typeof words} FrontTexts */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */
/** @typedef {{name: string, email: string, topic: string}} Answers */

/** What was typed outlives another language of the page. @type {WeakMap<Conversation, Answers>} */
const typed = new WeakMap();

/** @param {Notices} notices */
export async function draw(notices) {
  const { locale } = notices.ways.format;
  const its = await wordsFor(locale, "front", words);
  notices.front ??= new Front(notices, its, locale.toLowerCase().startsWith("es"));
  notices.front.draw();
}

export class Front {
  #line = h("span", { dir: "auto" });
  #notice = h("p", { class: "notice-line", hidden: true }, icon("clock"), this.#line);
  #said = h("p", { class: "fine", role: "status" });
  /** @type {Conversation | null} */
  #of = null;
  /** @type {Form | null} */
  #form = null;
  /** The conversation in which they have answered, or skipped it. @type {string | null} */
  #done = "";

  /** @param {Notices} notices @param {FrontTexts} its @param {boolean} spanish */
  constructor(notices, its, spanish) {
    this.ways = notices.ways;
    this.its = its;
    this.spanish = spanish;
    this.place = h("div", { class: "asks" }, this.#said);
    notices.banner.after(h("div", { role: "status" }, this.#notice));
    notices.ratings.before(this.place);
  }

  draw() {
    const conversation = this.ways.conversation();
    const { thread } = conversation;
    this.#drawNotice(thread.status.notice);
    if (conversation !== this.#of) this.#close();
    this.#of = conversation;
    const asks = this.#done === thread.conversation ? null : thread.status.asks;
    // Who writes before they have sent what they typed here has it sent along.
    if (asks && !this.#form) this.#open(conversation, asks);
    else if (!asks && (this.#done === thread.conversation || !this.#form?.filled)) this.#close();
    if (thread.messages.length) this.#said.textContent = "";
  }

  /** @param {Status["notice"]} notice */
  #drawNotice(notice) {
    const text = (this.spanish && notice?.spanish) || notice?.text || "";
    this.#notice.hidden = !text;
    if (this.#line.textContent !== text) this.#line.textContent = text;
  }

  /** @param {Conversation} conversation @param {Asks} asks */
  #open(conversation, asks) {
    const form = new Form(this.its, asks, this.spanish, typed.get(conversation));
    const done = (/** @type {string} */ said) => {
      this.#done = conversation.thread.conversation;
      conversation.first = null;
      typed.delete(conversation);
      const had = form.element.contains(/** @type {ShadowRoot} */ (this.place.getRootNode()).activeElement);
      this.#close();
      this.#said.textContent = said;
      if (had) this.#goOn();
    };
    /** Without words for it afterwards nobody is at the form. @param {string} said */
    const send = async (said) => {
      try {
        await conversation.call("introduction", form.answers);
        done(said);
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) done("");
        else form.refused(error instanceof ApiError ? error.code : "", !!said);
      }
    };
    form.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!form.filled) form.skip.click();
      else if (form.check(true)) send(this.its.thanks);
    });
    form.element.addEventListener("input", () => typed.set(conversation, form.answers));
    form.skip.addEventListener("click", () => {
      conversation.call("introduction", {}).catch(() => {});
      done("");
    });
    conversation.first = async () => {
      if (form.filled && form.check(false)) await send("");
    };
    this.#form = form;
    this.place.prepend(form.element);
  }

  #close() {
    if (this.#of) this.#of.first = null;
    this.#form?.element.remove();
    this.#form = null;
  }

  /** On to the field; on a phone that would open the keyboard, so to the thread. */
  #goOn() {
    const root = /** @type {ShadowRoot} */ (this.place.getRootNode());
    const next = root.querySelector(matchMedia("(pointer: coarse)").matches ? ".log" : ".composer textarea");
    /** @type {HTMLElement} */ (next).focus({ preventScroll: true });
  }
}

class Form {
  /** @type {[keyof Answers, Control, HTMLElement][]} */
  #fields = [];
  #trouble = h("p", { class: "wrong", role: "alert" });

  /** @param {FrontTexts} its @param {Asks} asks @param {boolean} spanish @param {Answers} [before] */
  constructor(its, asks, spanish, before) {
    this.its = its;
    this.skip = h("button", { class: "link", type: "button" }, its.skip);
    const topics = asks.topics.map((one) => h("option", { value: one.topic }, (spanish && one.spanish) || one.label));
    const line = (/** @type {object} */ more) => /** @type {Control} */ (h("input", { dir: "auto", ...more }));
    const parts = [
      asks.name && this.#field("name", line({ autocomplete: "name", maxlength: 80 })),
      asks.email && this.#field("email", line({ type: "email", autocomplete: "email", maxlength: 254 })),
      topics.length > 0 && this.#field("topic", /** @type {Control} */ (h("select", {}, h("option", { value: "" }, its.choose), ...topics))),
    ];
    for (const [name, control] of this.#fields) control.value = before?.[name] ?? "";
    this.element = h(
      "form",
      { class: "sheet", novalidate: true, "aria-label": its.title },
      h("div", { class: "sheet-head" }, h("strong", {}, its.title), this.skip),
      h("p", { class: "fine" }, its.more),
      h("div", { class: "ask-fields" }, ...parts, h("button", { class: "primary", type: "submit" }, its.start)),
      this.#trouble,
    );
  }

  /** @returns {Answers} */
  get answers() {
    return Object.assign({ name: "", email: "", topic: "" }, Object.fromEntries(this.#fields.map(([name, control]) => [name, control.value.trim()])));
  }

  get filled() {
    return Object.values(this.answers).some(Boolean);
  }

  /** Says at each field what is wrong with it. @param {boolean} going Is the first wrong one to have the focus? */
  check(going) {
    this.#trouble.textContent = "";
    for (const [, control] of this.#fields) this.#mark(control, control.validity.valid ? "" : this.its.noAddress);
    const wrong = this.#fields.find(([, control]) => !control.validity.valid);
    if (wrong && going) wrong[1].focus();
    return !wrong;
  }

  /** What the server would not take. @param {string} code Names the field, if it is one. @param {boolean} going Is it to have the focus? */
  refused(code, going) {
    const [, control] = this.#fields.find(([name]) => name === code) ?? [];
    if (control) this.#mark(control, code === "email" ? this.its.noAddress : this.its.wrong);
    else this.#trouble.textContent = this.its.failed;
    if (going) control?.focus();
  }

  /** @param {Control} control @param {string} words */
  #mark(control, words) {
    control.setAttribute("aria-invalid", String(!!words));
    const [, , note] = /** @type {[string, Control, HTMLElement]} */ (this.#fields.find((one) => one[1] === control));
    note.textContent = words;
  }

  /** @param {keyof Answers} name @param {Control} control */
  #field(name, control) {
    const id = `rapport-${name}`;
    const note = h("p", { class: "wrong", id: `${id}-wrong`, role: "alert" });
    control.id = id;
    control.setAttribute("aria-describedby", note.id);
    this.#fields.push([name, control, note]);
    return h("div", {}, h("label", { for: id }, this.its[name]), control, note);
  }
}
