/** <send-later>: beside the send button, when the reply goes out instead: in an hour, this evening, tomorrow, or at a time of one's own. */

import { serverNow } from "../data/clock.js";
import { h, setAttribute } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { presets } from "../lib/later-times.js";
import { DeskView } from "../lib/view.js";

/** Dispatches "later" with { at, park }; without a time it is to be asked for. */
export class SendLater extends DeskView {
  #button = h("button", { type: "button", class: "icon-button later-open", "aria-label": "Send later", title: "Send later", "aria-expanded": "false", "aria-controls": "later-menu", onclick: () => this.#turn(this.#menu.hidden) }, icon("clock"));
  #list = h("ul");
  #park = h("input", { type: "checkbox", checked: true });
  #parking = h("label", { class: "later-park" }, this.#park, h("span", null, "Park it until the customer writes"));
  #menu = h("div", { id: "later-menu", class: "later-menu", role: "group", "aria-label": "Send later", hidden: true }, this.#list, this.#parking);

  build() {
    this.append(this.#button, this.#menu);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusout", (event) => this.contains(/** @type {Node | null} */ (event.relatedTarget)) || this.#turn(false));
    // A tap on the menu's own ground takes the focus nowhere.
    this.#menu.addEventListener("mousedown", (event) => event.target === this.#menu && event.preventDefault());
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened"], () => this.#turn(false), signal);
  }

  /** @param {boolean} disabled  there is nothing that could wait */
  allow(disabled) {
    this.#button.disabled = disabled;
    if (disabled) this.#turn(false);
  }

  /** @param {boolean} open */
  #turn(open) {
    if (open) this.#draw();
    this.#menu.hidden = !open;
    setAttribute(this.#button, "aria-expanded", String(open));
    if (open) /** @type {HTMLElement | null} */ (this.#list.querySelector("button"))?.focus();
  }

  #draw() {
    const { conversation } = this.desk;
    this.#parking.hidden = conversation?.state !== "held";
    this.#park.checked = true;
    const rows = presets(conversation?.writing?.later, serverNow()).map(({ label, at, detail }) => this.#row(label, detail, at));
    this.#list.replaceChildren(...rows, this.#row("At another time…", "", null));
  }

  /** @param {string} label @param {string} detail @param {string | null} at */
  #row(label, detail, at) {
    return h("li", null, h("button", { type: "button", onclick: () => this.#choose(at) }, h("span", null, label), detail && h("span", { class: "choice-detail" }, detail)));
  }

  /** @param {string | null} at */
  #choose(at) {
    this.#turn(false);
    this.#button.focus();
    this.dispatchEvent(new CustomEvent("later", { detail: { at, park: !this.#parking.hidden && this.#park.checked } }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.#menu.hidden || (event.key !== "Escape" && !by)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!by) {
      this.#turn(false);
      this.#button.focus();
      return;
    }
    const rows = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll("button")]);
    const at = rows.findIndex((row) => row === document.activeElement);
    rows[(at + by + rows.length) % rows.length].focus();
  }
}
