/** <close-dialog>: how a conversation ended: the reason that its queue asks for, tags, a note. */

import { perform } from "../data/verbs.js";
import { choices, picked } from "../lib/choices.js";
import { h, setText } from "../lib/dom.js";
import { words } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

const NONE = "none";

export class CloseDialog extends DeskView {
  #lead = h("p", { class: "dialog-lead" });
  #codes = h("fieldset", { class: "choices" });
  #tags = h("fieldset", { class: "choices tags" });
  #note = h("textarea", { id: "close-note", rows: 2, maxlength: 300, dir: "auto" });
  #dialog = h("dialog", { "aria-labelledby": "close-title" });
  /** @type {string | null} */
  #id = null;

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, "Cancel");
    const form = h(
      "form",
      { method: "dialog", onsubmit: () => this.#carryOut() },
      h("h2", { id: "close-title" }, "Close the conversation"),
      this.#lead,
      this.#codes,
      this.#tags,
      h("label", { for: "close-note" }, "Note (optional)"),
      this.#note,
      h("div", { class: "dialog-buttons" }, cancel, h("button", { type: "submit", class: "button button-primary" }, "Close conversation")),
    );
    this.#dialog.append(form);
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("ask", (event) => this.#ask(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** @param {{ id: string, verb: string }} asked */
  #ask({ id, verb }) {
    if (verb !== "close") return;
    this.#id = id;
    const { closing, later = [] } = this.desk.conversation ?? {};
    const { codes = [], tags = [], required = false } = closing ?? {};
    const reasons = codes.map(({ name, title }) => ({ value: name, label: title }));
    if (!required) reasons.push({ value: NONE, label: "No reason" });
    setText(this.#lead, `The customer can still write; that opens it again.${required ? " This queue asks for a reason." : ""}${later.length ? " What was to go out later will not be sent." : ""}`);
    this.#codes.hidden = codes.length === 0;
    this.#codes.replaceChildren(...choices("close-code", "Reason", reasons));
    this.#tags.hidden = tags.length === 0;
    this.#tags.replaceChildren(h("legend", null, "Tags"), ...tags.map(tagBox));
    this.#note.value = "";
    if (!this.#dialog.open) this.#dialog.showModal();
    (this.#codes.querySelector("input") ?? this.#note).focus();
  }

  #carryOut() {
    if (!this.#id) return;
    const code = this.#codes.hidden ? NONE : (picked(this.#codes) ?? NONE);
    const tags = [...this.#tags.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.value);
    const reason = this.#note.value.trim();
    perform(this.desk, this.#id, "close", { ...(code === NONE ? {} : { code }), ...(tags.length ? { tags } : {}), ...(reason ? { reason } : {}) });
  }
}

/** @param {string} tag */
function tagBox(tag) {
  return h("label", { class: "tag" }, h("input", { type: "checkbox", value: tag }), h("span", null, words(tag)));
}
