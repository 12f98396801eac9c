/** <key-help>: the cheat sheet of the keyboard, and the switch for its single keys. */

import { KEYS } from "../data/keys.js";
import { recall, remember } from "../data/prefs.js";
import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";

export class KeyHelp extends DeskView {
  #dialog = h("dialog", { "aria-labelledby": "keys-title", class: "key-help" });
  #single = h("input", { type: "checkbox", onchange: () => remember("keys", this.#single.checked) });

  build() {
    const rows = KEYS.map(({ keys, does }) =>
      h("div", { class: "key-row" }, h("dt", null, ...keys.map((key) => h("kbd", null, key))), h("dd", null, does)),
    );
    this.#dialog.append(
      h("div", { class: "dialog-head" }, h("h2", { id: "keys-title" }, "Keyboard"), h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => this.#dialog.close() }, icon("cross"))),
      h("dl", { class: "key-list" }, ...rows),
      h("label", { class: "choice" }, this.#single, "Single-key shortcuts"),
    );
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("help", () => this.#show(), { signal });
  }

  #show() {
    this.#single.checked = recall("keys", true);
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}
