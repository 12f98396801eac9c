/** <away-dialog>: why an agent goes away, and what becomes of the conversations they have. */

import { choices, picked } from "../lib/choices.js";
import { h, setText } from "../lib/dom.js";
import { DeskView } from "../lib/view.js";

const REASONS = ["Break", "Lunch", "Meeting", "Training", "Paperwork"];
const OWN = "own";

/** @type {import("../lib/choices.js").Choice[]} */
const KEPT = [
  { value: "keep", label: "Keep", detail: "What you hold stays with you, and waits." },
  { value: "replies", label: "Hand over when a customer writes", detail: "Who writes while you are away gets a colleague." },
  { value: "requeue", label: "Give back now", detail: "Colleagues take over at once; the customers are told." },
];

export class AwayDialog extends DeskView {
  #reasons = h("fieldset", { class: "choices choices-row", onchange: () => this.#chosen() });
  #own = h("input", { type: "text", id: "away-own", maxlength: 60, dir: "auto" });
  #ownLabel = h("label", { for: "away-own" }, "Reason");
  #kept = h("fieldset", { class: "choices" });
  #lead = h("p", { class: "dialog-lead" });
  #dialog = h("dialog", { "aria-labelledby": "away-title" });

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, "Stay online");
    const form = h(
      "form",
      { method: "dialog", onsubmit: () => this.#carryOut() },
      h("h2", { id: "away-title" }, "Go away"),
      this.#lead,
      this.#reasons,
      this.#ownLabel,
      this.#own,
      this.#kept,
      h("div", { class: "dialog-buttons" }, cancel, h("button", { type: "submit", class: "button button-primary" }, "Go away")),
    );
    this.#dialog.append(form);
    // However it is left, the switch shows what is true.
    this.#dialog.addEventListener("close", () => this.desk.dispatchEvent(new Event("lists")));
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("leaving", () => this.#show(), { signal });
  }

  #show() {
    const held = this.desk.queue?.mine.filter((item) => item.state === "held").length ?? 0;
    setText(this.#lead, "Nothing is offered to you until you are back; what is offered to you now goes to the next colleague.");
    this.#reasons.replaceChildren(...choices("away-reason", "Reason", [...REASONS.map((value) => ({ value, label: value })), { value: OWN, label: "Another" }]));
    this.#own.value = "";
    this.#kept.hidden = held === 0;
    this.#kept.replaceChildren(...choices("away-kept", held === 1 ? "Your conversation" : `Your ${held} conversations`, KEPT));
    this.#chosen();
    if (!this.#dialog.open) this.#dialog.showModal();
    const first = this.#reasons.querySelector("input");
    if (first) first.focus();
  }

  #chosen() {
    this.#own.hidden = this.#ownLabel.hidden = picked(this.#reasons) !== OWN;
  }

  #carryOut() {
    const chosen = picked(this.#reasons) ?? "";
    const conversations = /** @type {"keep" | "replies" | "requeue"} */ (this.#kept.hidden ? "keep" : (picked(this.#kept) ?? "keep"));
    this.desk.setPresence("away", { reason: chosen === OWN ? this.#own.value.trim() : chosen, conversations });
  }
}
