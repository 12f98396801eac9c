/** The base of the lists that open over a text while it is written: a listbox whose rows the text's own keys walk through. Fires "choose". */

import { h, setAttribute } from "../lib/dom.js";
import { View } from "../lib/view.js";

const MOST = 8;

/** @template T */
export class OptionList extends View {
  #name;
  #list;
  #none;
  /** @type {T[]} */
  #found = [];
  #at = 0;

  /**
   * @param {string} name  begins the ids of list and rows
   * @param {string} label
   * @param {string} none  said when nothing fits; empty hides the list then
   */
  constructor(name, label, none = "") {
    super();
    this.#name = name;
    this.#list = h("ul", { id: `${name}-options`, role: "listbox", "aria-label": label });
    this.#none = none && h("p", { class: "list-empty", role: "status" }, none);
  }

  build() {
    this.hidden = true;
    this.classList.add("option-list");
    this.append(this.#list, this.#none);
    // The focus stays in the text: what is tapped must not take it.
    this.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** @param {T} _item @returns {import("../lib/dom.js").Child[]} what its row holds */
  row(_item) {
    return [];
  }

  /** @returns {string | null} the id of the row the keys are at */
  get active() {
    return this.hidden || !this.#found.length ? null : `${this.#name}-${this.#at}`;
  }

  /** @param {readonly T[]} found */
  offer(found) {
    this.#found = found.slice(0, MOST);
    this.#at = 0;
    this.hidden = !this.#none && !this.#found.length;
    this.#list.hidden = this.#found.length === 0;
    if (this.#none) this.#none.hidden = this.#found.length > 0;
    this.#list.replaceChildren(...this.#found.map((item, i) => h("li", { id: `${this.#name}-${i}`, role: "option", onclick: () => this.choose(i) }, ...this.row(item))));
    this.#mark();
  }

  hide() {
    this.hidden = true;
  }

  /** A key of the text: arrows walk, Enter and Tab choose, Escape closes. @param {KeyboardEvent} event @returns {boolean} whether the list took it */
  take(event) {
    if (this.hidden) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.#move(by);
    else if (event.key === "Escape") this.hide();
    else if ((event.key !== "Enter" && event.key !== "Tab") || !this.choose()) return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {number} [at] @returns {boolean} whether there was one to choose */
  choose(at = this.#at) {
    const detail = this.#found[at];
    if (this.hidden || !detail) return false;
    this.hide();
    return this.dispatchEvent(new CustomEvent("choose", { detail }));
  }

  /** @param {number} by */
  #move(by) {
    if (!this.#found.length) return;
    this.#at = (this.#at + by + this.#found.length) % this.#found.length;
    this.#mark();
  }

  #mark() {
    [...this.#list.children].forEach((row, i) => setAttribute(row, "aria-selected", String(i === this.#at)));
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
  }
}
