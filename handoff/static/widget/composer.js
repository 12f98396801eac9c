// @ts-check
/** Where the customer writes: Enter sends, Shift+Enter breaks the line, and a draft survives a reload. */

import { h, icon } from "./dom.js";
import { recall, remember } from "./shared.js";

/** @import {Texts} from "./language.js" */

const LONGEST = 4_000;
const WARN_AT = 200;

export class Composer {
  #key = "";

  /** @param {Texts} t @param {(text: string) => void} onSend @param {() => void} onType */
  constructor(t, onSend, onType) {
    this.t = t;
    this.onSend = onSend;
    this.field = /** @type {HTMLTextAreaElement} */ (
      h("textarea", { rows: "1", maxlength: LONGEST, placeholder: t.writeMessage, "aria-label": t.writeMessage, dir: "auto", enterkeyhint: "send" })
    );
    this.button = h("button", { class: "send", type: "submit", "aria-label": t.send }, icon("send"));
    this.left = h("p", { class: "left", role: "status" });
    this.element = h("form", { class: "composer" }, h("div", { class: "field" }, this.field, this.button), this.left);
    this.field.addEventListener("input", () => {
      this.#changed();
      if (this.field.value) onType();
    });
    this.field.addEventListener("keydown", (event) => this.#typed(event));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** Whose draft it is. @param {string} key */
  belongTo(key) {
    this.#key = `${key}:draft`;
    this.field.value = recall(this.#key) ?? "";
    this.#changed();
  }

  #send() {
    const text = this.field.value.trim();
    if (!text) return this.field.focus();
    this.field.value = "";
    this.#changed();
    this.onSend(text);
  }

  /** @param {KeyboardEvent} event */
  #typed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #changed() {
    const { value } = this.field;
    remember(this.#key, value || null);
    this.button.toggleAttribute("data-ready", value.trim() !== "");
    const left = LONGEST - value.length;
    this.left.textContent = left <= WARN_AT ? this.t.left(left) : "";
    this.fit();
  }

  /** As high as its text, up to what the style sheet allows. */
  fit() {
    const { style } = this.field;
    style.height = "";
    // Nothing can be measured while the panel is closed.
    if (this.field.scrollHeight) style.height = `${this.field.scrollHeight}px`;
  }
}
