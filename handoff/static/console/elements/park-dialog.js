/** <park-dialog>: until when, or for what, a conversation is set aside. */

import { perform } from "../data/verbs.js";
import { choices, picked } from "../lib/choices.js";
import { h, setText } from "../lib/dom.js";
import { local } from "../lib/later-times.js";
import { words } from "../lib/labels.js";
import { moment } from "../lib/format.js";
import { serverNow } from "../data/clock.js";
import { DeskView } from "../lib/view.js";

const HOUR_MS = 3_600_000;
const MORNING = 9;
const OWN_TIME = "own";

export class ParkDialog extends DeskView {
  #what = h("fieldset", { class: "choices", onchange: () => this.#chosen() });
  #time = h("input", { type: "datetime-local", id: "park-time", oninput: () => this.#chosen() });
  #timeLabel = h("label", { for: "park-time" }, "Until");
  #note = h("textarea", { id: "park-note", rows: 2, maxlength: 300, dir: "auto" });
  #error = h("p", { class: "form-error", role: "alert" });
  #dialog = h("dialog", { "aria-labelledby": "park-title" });
  /** @type {string | null} */
  #id = null;

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, "Cancel");
    const form = h(
      "form",
      { method: "dialog", onsubmit: (/** @type {Event} */ event) => this.#carryOut(event) },
      h("h2", { id: "park-title" }, "Park the conversation"),
      h("p", { class: "dialog-lead" }, "It takes none of your places and comes back to you. Whatever you choose, the customer's next message brings it back."),
      this.#what,
      this.#timeLabel,
      this.#time,
      h("label", { for: "park-note" }, "Note to yourself (optional)"),
      this.#note,
      this.#error,
      h("div", { class: "dialog-buttons" }, cancel, h("button", { type: "submit", class: "button button-primary" }, "Park")),
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
    if (verb !== "park") return;
    this.#id = id;
    this.#note.value = "";
    const now = new Date(serverNow());
    this.#time.value = local(tomorrow(now));
    this.#what.replaceChildren(...choices("park-for", "Until", [...times(now), { value: "customer", label: "The customer writes" }, ...this.#orders(), { value: OWN_TIME, label: "A time of my own" }]));
    this.#chosen();
    if (!this.#dialog.open) this.#dialog.showModal();
    const first = this.#what.querySelector("input:checked");
    if (first instanceof HTMLElement) first.focus();
  }

  #orders() {
    const orders = this.desk.conversation?.orders ?? [];
    return orders.slice(0, 5).map(({ id, status, state }) => ({ value: `order ${id}`, label: `Order ${id} changes`, detail: words(state ?? status) }));
  }

  #chosen() {
    const own = picked(this.#what) === OWN_TIME;
    this.#time.hidden = this.#timeLabel.hidden = !own;
    setText(this.#error, "");
  }

  /** @param {Event} event */
  #carryOut(event) {
    const value = picked(this.#what) ?? "";
    const until = value === OWN_TIME ? new Date(this.#time.value) : value.startsWith("time ") ? new Date(value.slice(5)) : null;
    if (until && !(until.getTime() > serverNow())) {
      event.preventDefault();
      setText(this.#error, "Choose a time that is still to come.");
      this.#time.focus();
      return;
    }
    if (!this.#id) return;
    const order = value.startsWith("order ") ? value.slice(6) : null;
    perform(this.desk, this.#id, "park", { for: until ? "time" : order ? "order" : "customer", ...(until ? { until: until.toISOString() } : {}), ...(order ? { order } : {}), note: this.#note.value.trim() });
  }
}

/** @param {Date} now */
function times(now) {
  const at = [new Date(now.getTime() + HOUR_MS), new Date(now.getTime() + 4 * HOUR_MS), tomorrow(now)];
  const labels = ["In an hour", "In four hours", "Tomorrow morning"];
  return at.map((time, i) => ({ value: `time ${time.toISOString()}`, label: labels[i], detail: moment(time.toISOString(), now.getTime()) }));
}

/** @param {Date} now */
const tomorrow = (now) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING);
