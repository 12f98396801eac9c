/** <attach-tray>: the files that go with the reply: on their way, there, or refused with the reason. */

import { h, reconcile, setText } from "../lib/dom.js";
import { size } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { View } from "../lib/view.js";

/** @typedef {import("../data/uploads.js").Upload} Upload */

export class AttachTray extends View {
  /** @type {import("../data/uploads.js").Uploads} */
  uploads = /** @type {any} */ (null);
  #list = h("ul", { class: "tray", "aria-label": "Attached files" });

  build() {
    this.append(this.#list);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.uploads.addEventListener("change", () => this.#draw(), { signal });
    this.#draw();
  }

  #draw() {
    this.hidden = this.uploads.list.length === 0;
    reconcile(this.#list, this.uploads.list, { key: (upload) => String(upload.key), make: (upload) => this.#row(upload), update: place });
  }

  /** @param {Upload} upload */
  #row({ key, name, bytes }) {
    const away = h("button", { type: "button", class: "icon-button tray-away", "aria-label": `Remove ${name}`, onclick: () => this.uploads.remove(key) }, icon("cross"));
    return h("li", { class: "tray-row" }, icon("clip"), h("span", { class: "tray-name", dir: "auto" }, name), h("span", { class: "tray-size" }, size(bytes)), h("span", { class: "tray-state", role: "status" }), away);
  }
}

/** @param {HTMLElement} node @param {Upload} upload */
function place(node, { kept, why }) {
  node.classList.toggle("is-failed", why !== null);
  setText(/** @type {HTMLElement} */ (node.querySelector(".tray-state")), why ?? (kept ? "" : "Uploading…"));
}
