/**
 * <errand-dialog>: one order operation: what exactly, then the shop's plan, then the customer's yes, then the receipt.
 * The plan and the receipt are the bot's own; nothing happens before the yes is noted.
 */

import { ApiError, conversationPath, post } from "../data/api.js";
import { h, setText } from "../lib/dom.js";
import { errandDetails, errandFields } from "../lib/errand-form.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";
import { OPERATIONS } from "./order-errands.js";

/**
 * @typedef {import("../lib/types.js").Errands} Errands
 * @typedef {{ id: string, operation: string, errands: Errands }} Asked
 */

export class ErrandDialog extends DeskView {
  #title = h("h2", { id: "errand-title" });
  #fields = h("div", { class: "errand-fields" });
  #plan = h("div", { class: "errand-plan" });
  #lines = h("ul", { class: "errand-lines" });
  #yes = h("textarea", { id: "errand-yes", rows: 2, maxlength: 500, dir: "auto" });
  #error = h("p", { class: "form-error", role: "alert" });
  #submit = h("button", { type: "submit", class: "button button-primary" });
  #question = h("button", { type: "button", class: "button", onclick: () => this.#putToCustomer() }, "Put it to the customer");
  #form = h("form", { method: "dialog" });
  #dialog = h("dialog", { "aria-labelledby": "errand-title" });
  /** @type {Asked | null} */
  #asked = null;
  /** @type {{ id: string, lines: string[] } | null} */
  #planned = null;
  #key = "";

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#leave() }, "Cancel");
    this.#plan.append(h("h3", null, icon("plan"), "What will happen"), this.#lines, h("label", { for: "errand-yes" }, "The customer's yes, in their words"), this.#yes);
    this.#form.append(this.#title, this.#fields, this.#plan, this.#error, h("div", { class: "dialog-buttons" }, cancel, this.#question, this.#submit));
    this.#form.addEventListener("submit", (event) => this.#next(event));
    this.#dialog.append(this.#form);
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("errand", (event) => this.#begin(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** @param {Asked} asked */
  #begin(asked) {
    this.#asked = asked;
    setText(this.#title, `${OPERATIONS[asked.operation] ?? asked.operation}, ${asked.errands.order}`);
    this.#fields.replaceChildren(...errandFields(asked.operation, asked.errands));
    this.#turn(null);
    this.#dialog.showModal();
    const first = this.#fields.querySelector("input, select");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {{ id: string, lines: string[] } | null} planned */
  #turn(planned) {
    this.#planned = planned;
    this.#key = crypto.randomUUID();
    setText(this.#error, "");
    this.#fields.hidden = planned !== null;
    this.#plan.hidden = this.#question.hidden = planned === null;
    setText(this.#submit, planned ? "They agreed: do it" : "Show the plan");
    this.#lines.replaceChildren(...(planned?.lines ?? []).map((line) => h("li", { dir: "auto" }, line)));
    this.#yes.value = planned ? this.#lastWords() : "";
    if (planned) this.#yes.focus();
  }

  /** What the customer said last, to be put right by the agent. */
  #lastWords() {
    const messages = this.desk.conversation?.messages ?? [];
    return messages.findLast((message) => message.author.kind === "customer")?.text.slice(0, 500) ?? "";
  }

  /** @param {Event} event */
  async #next(event) {
    event.preventDefault();
    if (!this.#asked || this.#submit.disabled) return;
    this.#submit.disabled = true;
    try {
      if (this.#planned) await this.#carryOut(this.#asked.id, this.#planned.id);
      else await this.#makePlan(this.#asked);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#error, error.message);
    } finally {
      this.#submit.disabled = false;
    }
  }

  /** @param {Asked} asked */
  async #makePlan({ id, operation, errands }) {
    const details = errandDetails(operation, this.#form);
    this.#turn(await post(conversationPath(id, "/plan"), { client_id: this.#key, operation, order: errands.order, ...details }));
  }

  /** @param {string} id @param {string} plan */
  async #carryOut(id, plan) {
    const yes = this.#yes.value.trim();
    if (!yes) {
      setText(this.#error, "Note down how the customer agreed.");
      this.#yes.focus();
      return;
    }
    const { number } = await post(conversationPath(id, "/carry-out"), { plan, yes });
    this.#planned = null;
    this.#dialog.close();
    this.desk.notify(`Done. Receipt ${number} is in the thread and goes out by mail.`);
    await this.desk.refresh();
  }

  /** Nothing was agreed: the plan is dropped. */
  #leave() {
    this.#dialog.close();
    if (this.#asked && this.#planned) post(conversationPath(this.#asked.id, "/drop"), { plan: this.#planned.id }).catch(() => {});
  }

  /** The plan as words for the reply; it is kept for when the answer comes. */
  #putToCustomer() {
    const lines = this.#planned?.lines ?? [];
    this.#dialog.close();
    this.desk.dispatchEvent(new CustomEvent("suggest", { detail: [...lines, "Shall I do this?"].join("\n") }));
  }
}
