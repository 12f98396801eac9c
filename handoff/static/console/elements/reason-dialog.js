/** <reason-dialog>: asks why a conversation is closed, or what the bot's next reader should know, before the verb is carried out. */

import { perform } from "../data/verbs.js";
import { h, setText } from "../lib/dom.js";
import { DeskView } from "../lib/view.js";

/**
 * @typedef {{ title: string, lead: string, choices: string[], note: string, button: string }} Form
 * @type {Record<"close" | "hand-back", Form>}
 */
const FORMS = {
  close: {
    title: "Close the conversation",
    lead: "The customer can still write; that opens it again.",
    choices: ["Solved", "The customer stopped answering", "Nothing to do", "Another reason"],
    note: "Note (optional)",
    button: "Close conversation",
  },
  "hand-back": {
    title: "Hand back to the bot",
    lead: "From now on the bot answers again. It does not go back over what you two have said.",
    choices: [],
    note: "Why (optional)",
    button: "Hand back",
  },
};

export class ReasonDialog extends DeskView {
  #title = h("h2", { id: "reason-title" });
  #lead = h("p", { class: "dialog-lead" });
  #choices = h("fieldset", { class: "choices" });
  #note = h("textarea", { id: "reason-note", rows: 2, maxlength: 300 });
  #noteLabel = h("label", { for: "reason-note" });
  #submit = h("button", { type: "submit", class: "button button-primary" });
  #form = h("form", { method: "dialog" });
  #dialog = h("dialog", { "aria-labelledby": "reason-title" });
  /** @type {{ id: string, verb: "close" | "hand-back" } | null} */
  #asked = null;

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, "Cancel");
    this.#form.append(this.#title, this.#lead, this.#choices, this.#noteLabel, this.#note, h("div", { class: "dialog-buttons" }, cancel, this.#submit));
    this.#form.addEventListener("submit", () => this.#carryOut());
    this.#dialog.append(this.#form);
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("ask", (event) => this.#ask(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** @param {{ id: string, verb: "close" | "hand-back" }} asked */
  #ask(asked) {
    const form = FORMS[asked.verb];
    this.#asked = asked;
    setText(this.#title, form.title);
    setText(this.#lead, form.lead);
    setText(this.#noteLabel, form.note);
    setText(this.#submit, form.button);
    this.#note.value = "";
    this.#choices.hidden = form.choices.length === 0;
    this.#choices.replaceChildren(h("legend", null, "Reason"), ...form.choices.map(choice));
    if (!this.#dialog.open) this.#dialog.showModal();
    (this.#choices.querySelector("input") ?? this.#note).focus();
  }

  #carryOut() {
    if (!this.#asked) return;
    const chosen = this.#choices.querySelector("input:checked");
    const parts = [chosen instanceof HTMLInputElement ? chosen.value : "", this.#note.value.trim()];
    perform(this.desk, this.#asked.id, this.#asked.verb, parts.filter(Boolean).join(": "));
  }
}

/** @param {string} label @param {number} index */
function choice(label, index) {
  return h("label", { class: "choice" }, h("input", { type: "radio", name: "reason", value: label, checked: index === 0 }), label);
}
