/** <reason-dialog>: asks why, or what the next reader should know, before a verb is carried out. */

import { perform } from "../data/verbs.js";
import { h, setText } from "../lib/dom.js";
import { nameOf } from "../lib/labels.js";
import { choices, picked } from "../lib/choices.js";
import { DeskView } from "../lib/view.js";

/**
 * @typedef {"decline" | "take-over" | "hand-back"} Asked
 * @typedef {{ title: string, lead: string, choices: string[], note: string, button: string }} Form
 * @type {Record<Asked, Form>}
 */
const FORMS = {
  decline: {
    title: "Decline the offer",
    lead: "The next colleague is asked at once; you are not asked again for this one.",
    choices: ["Busy with somebody else", "Not my field", "Another reason"],
    note: "Note (optional)",
    button: "Decline",
  },
  "take-over": {
    title: "Take over the conversation",
    lead: "{holder} is answering. The customer is told that you have taken over.",
    choices: [],
    note: "Why (optional)",
    button: "Take over",
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
  /** @type {{ id: string, verb: Asked } | null} */
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

  /** @param {{ id: string, verb: Asked }} asked */
  #ask(asked) {
    const form = FORMS[asked.verb];
    if (!form) return;
    this.#asked = asked;
    setText(this.#title, form.title);
    setText(this.#lead, form.lead.replace("{holder}", nameOf(this.desk.conversation?.holder) || "A colleague"));
    setText(this.#noteLabel, form.note);
    setText(this.#submit, form.button);
    this.#note.value = "";
    this.#choices.hidden = form.choices.length === 0;
    this.#choices.replaceChildren(...choices("reason", "Reason", form.choices.map((label) => ({ value: label, label }))));
    if (!this.#dialog.open) this.#dialog.showModal();
    (this.#choices.querySelector("input") ?? this.#note).focus();
  }

  #carryOut() {
    if (!this.#asked) return;
    const reason = [picked(this.#choices) ?? "", this.#note.value.trim()].filter(Boolean).join(": ");
    perform(this.desk, this.#asked.id, this.#asked.verb, reason ? { reason } : {});
  }
}
