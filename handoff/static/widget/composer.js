// @ts-check
/** Where the customer writes: Enter sends, Shift+Enter breaks the line, and a draft survives a reload. */

import { h, icon } from "./dom.js";
import { bring } from "./later.js";
import { recall, remember } from "./shared.js";

/** @import {Tray} from "./tray.js" */
/** @import {Ways} from "./message.js" */
/** @import {FileTaken} from "./types.d.ts" */

const LONGEST = 4_000;
const WARN_AT = 200;
/** Phones turn their own kinds of photos into one of these. */
const TAKEN = "image/jpeg,image/png,image/gif,image/webp,application/pdf";

export class Composer {
  #key = "";
  /** @type {Tray | null} */
  #tray = null;
  /** @type {Promise<boolean> | null} What was chosen and is not in the tray yet. */
  #taking = null;

  /** @param {Ways} ways @param {(text: string, files: FileTaken[]) => void} onSend @param {() => void} onType */
  constructor(ways, onSend, onType) {
    const { t } = ways;
    this.ways = ways;
    this.t = t;
    this.onSend = onSend;
    this.field = /** @type {HTMLTextAreaElement} */ (
      h("textarea", { rows: "1", maxlength: LONGEST, placeholder: t.writeMessage, "aria-label": t.writeMessage, dir: "auto", enterkeyhint: "send" })
    );
    const picker = /** @type {HTMLInputElement} */ (h("input", { type: "file", multiple: true, hidden: true, accept: TAKEN, onchange: () => this.take(picker.files) }));
    this.picker = picker;
    const clip = h("button", { class: "send clip", type: "button", "aria-label": t.attach, onclick: () => picker.click() }, icon("clip"));
    this.tray = h("div", { class: "tray" });
    this.button = h("button", { class: "send", type: "submit", "aria-label": t.send }, icon("send"));
    this.left = h("p", { class: "left", role: "status" });
    this.element = h("form", { class: "composer" }, this.tray, h("div", { class: "field" }, clip, picker, this.field, this.button), this.left);
    this.field.addEventListener("input", () => {
      this.#changed();
      if (this.field.value) onType();
    });
    this.field.addEventListener("keydown", (event) => this.#typed(event));
    this.field.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      this.take(files);
    });
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** Whose draft and whose files it is about. @param {string} key */
  belongTo(key) {
    this.#key = key;
    this.#tray?.leave();
    this.#tray = null;
    this.tray.replaceChildren();
    this.field.value = recall(`${key}:draft`) ?? "";
    this.#changed();
    if (recall(`${key}:files`)) this.take(null);
  }

  /** @param {FileList | null} list */
  async take(list) {
    const files = [...(list ?? [])];
    this.picker.value = "";
    const taking = (this.#taking = this.#add(files, this.#taking));
    await taking;
    if (this.#taking === taking) this.#taking = null;
  }

  /** One choice after the other: there is one tray. @param {File[]} files @param {Promise<boolean> | null} before */
  async #add(files, before) {
    const all = await before;
    try {
      const make = await (await bring("tray.js")).trays(this.ways);
      this.#tray ??= make(this.tray, `${this.#key}:files`, () => this.#changed());
      this.#tray.add(files);
      return all !== false;
    } catch {
      this.left.textContent = this.t.notAttached;
      return false;
    }
  }

  #send() {
    if (this.#taking) {
      this.#taking.then((all) => all && this.#send());
      return;
    }
    const tray = this.#tray;
    if (tray?.busy) return tray.sendThen(() => this.#send());
    const text = this.field.value.trim();
    const files = tray?.ready ?? [];
    if (!text && !files.length) return this.field.focus();
    this.field.value = "";
    tray?.clear();
    this.#changed();
    this.onSend(text, files);
  }

  /** @param {KeyboardEvent} event */
  #typed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #changed() {
    const { value } = this.field;
    remember(`${this.#key}:draft`, value || null);
    this.button.toggleAttribute("data-ready", value.trim() !== "" || !!this.#tray?.ready.length);
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
