/** <notice-stack>: short words about what was done, and, until dismissed, about what was not. */

import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";

const INFO_MS = 6000;
const MOST = 4;

export class NoticeStack extends DeskView {
  #info = h("div", { role: "status", class: "notices" });
  #bad = h("div", { role: "alert", class: "notices" });

  #said = h("div", { role: "alert", class: "for-readers" });

  build() {
    this.append(this.#bad, this.#info, this.#said);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("notice", (event) => this.#show(/** @type {CustomEvent} */ (event).detail), { signal });
    this.desk.addEventListener("announce", (event) => setText(this.#said, /** @type {CustomEvent} */ (event).detail), { signal });
    this.desk.addEventListener("session", () => [this.#info, this.#bad].forEach((box) => box.replaceChildren()), { signal });
  }

  /** @param {import("../data/desk.js").Notice} notice */
  #show({ text, tone }) {
    const dismiss = h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => notice.remove() }, icon("cross"));
    const notice = h("div", { class: `notice notice-${tone}` }, icon(tone === "bad" ? "alert" : "check"), h("p", null, text), dismiss);
    const box = tone === "bad" ? this.#bad : this.#info;
    box.append(notice);
    while (box.childElementCount > MOST) box.firstElementChild?.remove();
    if (tone === "info") setTimeout(() => notice.remove(), INFO_MS);
  }
}
