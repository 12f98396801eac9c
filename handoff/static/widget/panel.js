// @ts-check
/** The open chat: a dialog that stands beside the page on wide screens and fills a phone's. */

import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { bring, prepare } from "./later.js";
import { Log } from "./log.js";
import { Header, Notices } from "./status.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Ways} from "./message.js" */

const PHONE = matchMedia("(max-width: 480px)");
const TOUCH = matchMedia("(pointer: coarse)");

export class Panel {
  /** @type {Conversation | null} */
  #conversation = null;

  /** @param {Ways} ways @param {{close: () => void, seen: () => void, conversation: () => Conversation, sound: import("./menu.js").Sound}} on */
  constructor(ways, on) {
    const { t } = ways;
    this.on = on;
    const say = (/** @type {{text?: string, files?: import("./types.d.ts").FileTaken[], option?: string, label?: string}} */ said) => {
      on.conversation().say(said);
      prepare("cards.js", "waiting.js"); // what the answer may bring
      this.#focus();
    };
    const choose = (/** @type {string} */ option, /** @type {string} */ label) => say({ option, label });
    const starters = t.starters.map((text) => h("button", { class: "chip", type: "button", onclick: () => say({ text }) }, text));
    const welcome = () =>
      h("div", { class: "welcome" }, icon("chat"), h("h3", {}, t.welcome), h("p", {}, t.welcomeMore), h("div", { class: "chips" }, ...starters));
    this.ways = ways;
    this.header = new Header(ways, on.close, (button) => this.#menu(button));
    this.notices = new Notices(ways, { retry: () => on.conversation().hurry(), choose });
    this.log = new Log(
      ways,
      {
        resend: (id) => on.conversation().outbox.resend(id),
        discard: (id) => on.conversation().outbox.discard(id),
        choose: ({ id, label }) => choose(id, label),
        seen: on.seen,
      },
      welcome,
    );
    this.composer = new Composer(
      ways,
      (text, files) => say({ text, files }),
      () => on.conversation().types(),
    );
    this.person = h("button", { class: "person", type: "button", onclick: () => choose("person", t.person) }, icon("person"), t.person);
    this.drawer = h("div", { class: "drawer", hidden: true });
    this.element = /** @type {HTMLDialogElement} */ (
      h(
        "dialog",
        { class: "panel", id: "rapport-panel", "aria-labelledby": "rapport-title" },
        this.header.element,
        this.notices.banner,
        this.log.element,
        h("div", { class: "foot" }, this.drawer, this.notices.ratings, this.notices.waiting, h("div", { class: "ask" }, this.person, this.notices.team), this.notices.peeks, this.composer.element),
      )
    );
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      on.close();
    });
    for (const type of ["dragover", "drop"]) {
      this.element.addEventListener(type, (event) => {
        const { files, types } = /** @type {DataTransfer} */ (/** @type {DragEvent} */ (event).dataTransfer);
        if (!types.includes("Files")) return;
        event.preventDefault();
        if (type === "drop") this.composer.take(files);
      });
    }
    this.element.addEventListener("keydown", (event) => {
      // Keys pressed here are not the page's shortcuts.
      event.stopPropagation();
      if (event.key === "Escape" && !event.isComposing) on.close();
    });
  }

  get isOpen() {
    return this.element.open;
  }

  open() {
    if (this.isOpen) return;
    if (PHONE.matches) this.element.showModal();
    else this.element.show();
    this.composer.fit();
    this.log.toEnd(false);
    this.#focus();
  }

  close() {
    this.element.close();
  }

  /** Fill the screen or stand beside the page, as the window has become. @param {AbortSignal} signal */
  watch(signal) {
    const again = () => {
      if (!this.isOpen) return;
      this.close();
      this.open();
    };
    PHONE.addEventListener("change", again, { signal });
    // On phones the keyboard covers the page without resizing it; the panel keeps to what can be seen.
    const seen = globalThis.visualViewport;
    const fit = () => {
      if (!seen || !PHONE.matches) return;
      this.element.style.setProperty("--seen", `${seen.height}px`);
      this.element.style.setProperty("--above", `${seen.offsetTop}px`);
    };
    seen?.addEventListener("resize", fit, { signal });
    seen?.addEventListener("scroll", fit, { signal });
  }

  /** @param {Conversation} conversation */
  draw(conversation) {
    // Nobody has opened it yet: the page that loads keeps its time.
    if (!this.#conversation && conversation.link === "idle") return;
    if (conversation !== this.#conversation) {
      this.#conversation = conversation;
      this.composer.belongTo(conversation.session.key);
    }
    const { thread, outbox } = conversation;
    this.header.draw(thread);
    // A transcript that is being replayed is not read out.
    this.log.list.ariaBusy = String(conversation.link === "connecting");
    this.notices.draw(conversation, this.composer.field);
    this.person.hidden = thread.state !== "bot" && thread.state !== "closed";
    this.log.draw(thread, outbox);
  }

  /** Put a form over the field, or take it away. @param {HTMLElement | null} element */
  show(element) {
    const follow = this.log.atEnd;
    const had = this.drawer.contains(/** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement);
    this.drawer.replaceChildren(...(element ? [element] : []));
    this.drawer.hidden = !element;
    if (follow) this.log.toEnd(false);
    if (had && !element) this.#focus();
  }

  /** Open the menu, or close it. @param {HTMLElement} button */
  #menu(button) {
    const failed = () => this.notices.failed();
    const around = { ...this.on, ways: this.ways, show: (/** @type {HTMLElement | null} */ form) => this.show(form), failed };
    bring("menu.js").then(({ toggle }) => toggle(button, this.header.element, around)).catch(failed);
  }

  /** On a phone the keyboard would cover the conversation at once. */
  #focus() {
    if (TOUCH.matches) this.log.list.focus({ preventScroll: true });
    else this.composer.field.focus({ preventScroll: true });
  }
}
