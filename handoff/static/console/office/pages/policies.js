/** <policies-page>: the routing policies that were in force, and what differs between two. */

import { get } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { moment } from "../../lib/format.js";
import { badge, OfficePage, table } from "../lib/page.js";

export class PoliciesPage extends OfficePage {
  #lines = h("div", { class: "diff-frame" });
  #old = "";
  #new = "";

  connectedCallback() {
    this.head("Policies", "Every routing policy that a decision was made by. They are read here alone: a policy is made in its file.");
    this.load(
      () => get("/api/console/office/policies"),
      (/** @type {any} */ { versions }) => this.#draw(versions),
    );
  }

  /** @param {any[]} versions */
  #draw(versions) {
    if (!versions.length) return [h("p", { class: "page-empty" }, "No decision has been made yet.")];
    this.#new = String(versions[0].id);
    this.#old = String((versions[1] ?? versions[0]).id);
    const rows = versions.map(({ id, at, digest, current }) => [
      h("span", null, `Version ${id} `, current ? badge("in force", "good") : null),
      moment(at, Date.now()),
      h("code", null, digest),
      this.#pick("old", id),
      this.#pick("new", id),
    ]);
    this.#compare();
    return [table("Versions", ["Version", "Since", "Mark", "Before", "After"], rows, ""), this.#lines];
  }

  /** @param {"old" | "new"} side @param {number} id */
  #pick(side, id) {
    const chosen = String(id) === (side === "old" ? this.#old : this.#new);
    const label = `Version ${id} as the ${side === "old" ? "earlier" : "later"} one`;
    const choose = () => {
      if (side === "old") this.#old = String(id);
      else this.#new = String(id);
      this.#compare();
    };
    return h("input", { type: "radio", name: `policy-${side}`, value: id, checked: chosen, "aria-label": label, onchange: choose });
  }

  async #compare() {
    /** @type {{ lines: { kind: string, text: string }[] }} */
    const { lines } = await get(`/api/console/office/policies/${this.#old}/${this.#new}`);
    const title = h("h3", null, this.#old === this.#new ? `Version ${this.#new}` : `From version ${this.#old} to ${this.#new}`);
    const none = h("p", { class: "page-empty" }, "Nothing differs.");
    this.#lines.replaceChildren(title, lines.length ? h("ol", { class: "diff", tabindex: 0, "aria-label": "Differences" }, ...lines.map(line)) : none);
  }
}

/** @param {{ kind: string, text: string }} line */
function line({ kind, text }) {
  if (kind === "gap") return h("li", { class: "diff-gap", "aria-hidden": "true" }, "⋯");
  const spoken = { gone: "Gone: ", come: "New: " }[kind];
  return h("li", { class: `diff-${kind}` }, spoken ? h("span", { class: "for-readers" }, spoken) : null, text || "\u00a0");
}
