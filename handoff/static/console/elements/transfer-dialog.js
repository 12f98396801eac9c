/** <transfer-dialog>: to whom a conversation is passed on, and what they should know. */

import { ApiError, get } from "../data/api.js";
import { perform } from "../data/verbs.js";
import { choices, picked } from "../lib/choices.js";
import { h, setText } from "../lib/dom.js";
import { presenceLabel } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

/** @typedef {import("../lib/types.js").Colleagues} Colleagues */

/** From this many on a list is searched rather than read. */
const MANY = 8;

export class TransferDialog extends DeskView {
  #find = h("input", { type: "text", id: "transfer-find", placeholder: "Find a name", autocomplete: "off", oninput: () => this.#filter() });
  #findLabel = h("label", { for: "transfer-find", class: "for-readers" }, "Find a name");
  #to = h("fieldset", { class: "choices choices-long" });
  #note = h("textarea", { id: "transfer-note", rows: 3, maxlength: 500, dir: "auto" });
  #status = h("p", { class: "dialog-lead", role: "status" });
  #submit = h("button", { type: "submit", class: "button button-primary" }, "Pass on");
  #dialog = h("dialog", { "aria-labelledby": "transfer-title" });
  /** @type {string | null} */
  #id = null;

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, "Cancel");
    const form = h(
      "form",
      { method: "dialog", onsubmit: () => this.#carryOut() },
      h("h2", { id: "transfer-title" }, "Pass the conversation on"),
      h("p", { class: "dialog-lead" }, "They must accept it; otherwise it comes back to you. The customer is told."),
      this.#status,
      this.#findLabel,
      this.#find,
      this.#to,
      h("label", { for: "transfer-note" }, "Note for whoever takes it (the customer does not see it)"),
      this.#note,
      h("div", { class: "dialog-buttons" }, cancel, this.#submit),
    );
    this.#dialog.append(form);
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("ask", (event) => this.#ask(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** @param {{ id: string, verb: string }} asked */
  async #ask({ id, verb }) {
    if (verb !== "transfer") return;
    this.#id = id;
    this.#note.value = this.#find.value = "";
    this.#to.replaceChildren();
    this.#find.hidden = true;
    this.#submit.disabled = true;
    setText(this.#status, "Looking who is here…");
    if (!this.#dialog.open) this.#dialog.showModal();
    try {
      this.#list(await get("/api/console/colleagues"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#status, `Who is here cannot be told now. ${error.message}`);
    }
  }

  /** @param {Colleagues} colleagues */
  #list({ agents, queues }) {
    setText(this.#status, agents.some((agent) => agent.can_be_asked) ? "" : "No colleague can be asked just now.");
    this.#to.replaceChildren(
      ...choices("transfer-to", "To", [
        ...agents.filter((agent) => agent.can_be_asked).map(person),
        ...queues.map(({ name, title, open, here }) => ({ value: `queue:${name}`, label: title, detail: queueDetail(open, here) })),
        ...agents.filter((agent) => !agent.can_be_asked).map(person),
      ]),
    );
    this.#find.hidden = agents.length + queues.length < MANY;
    this.#submit.disabled = picked(this.#to) === null;
    const first = this.#find.hidden ? this.#to.querySelector("input:checked") : this.#find;
    if (first instanceof HTMLElement) first.focus();
  }

  #filter() {
    const typed = this.#find.value.trim().toLocaleLowerCase();
    for (const label of this.#to.querySelectorAll("label")) label.hidden = !label.textContent?.toLocaleLowerCase().includes(typed);
    const seen = this.#to.querySelector("label:not([hidden]) input:not(:disabled)");
    if (seen instanceof HTMLInputElement) seen.checked = true;
  }

  #carryOut() {
    const [kind, to] = split(picked(this.#to) ?? "");
    if (this.#id && to) perform(this.desk, this.#id, "transfer", { [kind]: to, note: this.#note.value.trim() });
  }
}

/** @param {Colleagues["agents"][number]} agent */
function person({ id, name, presence, away_reason, can_be_asked }) {
  const detail = [presenceLabel(presence), presence === "away" && away_reason].filter(Boolean).join(": ");
  return { value: `agent:${id}`, label: name, detail, disabled: !can_be_asked, mark: presence };
}

/** @param {boolean} open @param {number} here */
function queueDetail(open, here) {
  const people = here === 0 ? "nobody here" : `${here} here`;
  return `Queue: ${open ? people : "closed now"}`;
}

/** @param {string} value @returns {[string, string]} */
function split(value) {
  const at = value.indexOf(":");
  return [value.slice(0, at), value.slice(at + 1)];
}
