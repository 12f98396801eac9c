/** <canned-list>: the canned replies that fit what was typed after "/"; the composer's keys walk through it. Fires "choose". */

import { filled } from "../data/canned.js";
import { h, setAttribute } from "../lib/dom.js";
import { View } from "../lib/view.js";

const MOST = 8;

/**
 * @typedef {import("../lib/types.js").Canned} Canned
 * @typedef {import("../lib/types.js").Writing} Writing
 */

export class CannedList extends View {
  #list = h("ul", { id: "canned-options", role: "listbox", "aria-label": "Canned replies" });
  #none = h("p", { class: "list-empty", role: "status" }, "No canned reply has these words.");
  /** @type {Canned[]} */
  #found = [];
  #at = 0;

  build() {
    this.hidden = true;
    this.append(this.#list, this.#none);
    // The focus stays in the text: what is tapped must not take it.
    this.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** @returns {string | null} the id of the row the keys are at */
  get active() {
    return this.hidden || !this.#found.length ? null : `canned-${this.#at}`;
  }

  /** @param {Canned[]} found @param {Writing | undefined} writing */
  show(found, writing) {
    this.#found = found.slice(0, MOST);
    this.#at = 0;
    this.hidden = false;
    this.#list.hidden = this.#found.length === 0;
    this.#none.hidden = this.#found.length > 0;
    this.#list.replaceChildren(...this.#found.map((canned, i) => this.#row(canned, writing, i)));
    this.#mark();
  }

  hide() {
    this.hidden = true;
  }

  /** @param {number} by */
  move(by) {
    if (!this.#found.length) return;
    this.#at = (this.#at + by + this.#found.length) % this.#found.length;
    this.#mark();
  }

  /** @param {number} [at] @returns {boolean} whether there was one to choose */
  choose(at = this.#at) {
    const detail = this.#found[at];
    if (this.hidden || !detail) return false;
    this.hide();
    return this.dispatchEvent(new CustomEvent("choose", { detail }));
  }

  /** @param {Canned} canned @param {Writing | undefined} writing @param {number} i */
  #row(canned, writing, i) {
    return h(
      "li",
      { id: `canned-${i}`, role: "option", onclick: () => this.choose(i) },
      h("span", { class: "canned-head" }, h("span", { class: "canned-shortcut" }, `/${canned.shortcut}`), h("span", { dir: "auto" }, canned.title)),
      h("span", { class: "canned-text", dir: "auto" }, filled(canned, writing)),
    );
  }

  #mark() {
    [...this.#list.children].forEach((row, i) => setAttribute(row, "aria-selected", String(i === this.#at)));
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
  }
}
