/** <order-errands>: what can be done to one order, as buttons; for what can't be, the rule in words. */

import { ApiError, conversationPath, get } from "../data/api.js";
import { h, setText } from "../lib/dom.js";
import { DeskView } from "../lib/view.js";

/** @typedef {import("../lib/types.js").Errands} Errands */

/** @type {Record<string, string>} */
export const OPERATIONS = {
  cancel: "Cancel the order",
  address: "Change the address",
  payment: "Change the payment",
  items: "Change items",
  return: "Return items",
  exchange: "Exchange items",
};

export class OrderErrands extends DeskView {
  order = "";
  #buttons = h("div", { class: "errand-buttons" });
  #rules = h("ul", { class: "errand-rules" });
  #status = h("p", { class: "panel-note", role: "status" });

  build() {
    this.append(this.#status, this.#buttons, this.#rules);
  }

  /** Fetches what can be done now. */
  async look() {
    const id = this.desk.openId;
    if (!id) return;
    if (!this.#buttons.childElementCount) setText(this.#status, "Looking…");
    try {
      this.#draw(id, await get(conversationPath(id, `/orders/${encodeURIComponent(this.order.replace(/^#/, ""))}`)));
      setText(this.#status, "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#status, error.message);
    }
  }

  /** @param {string} id @param {Errands} errands */
  #draw(id, errands) {
    const mine = this.desk.conversation?.can.includes("close") ?? false;
    const ask = (/** @type {string} */ operation) => this.desk.dispatchEvent(new CustomEvent("errand", { detail: { id, operation, errands } }));
    this.#buttons.replaceChildren(...(mine ? errands.allowed : []).map((name) => h("button", { type: "button", class: "button button-small", onclick: () => ask(name) }, OPERATIONS[name] ?? name)));
    const rules = new Set(Object.values(errands.refused));
    const said = mine || !errands.allowed.length ? [...rules] : ["Who answers the conversation can change this order."];
    this.#rules.replaceChildren(...(errands.allowed.length && mine ? [] : said).map((text) => h("li", { dir: "auto" }, text)));
  }
}
