/** What the office's pages share: a heading, fetching with its three states, and words for what went wrong. */

import { ApiError } from "../../data/api.js";
import { h, skeleton } from "../../lib/dom.js";

export class OfficePage extends HTMLElement {
  /** @type {{ id: string, name: string, role: string, must_enrol: boolean }} */
  agent = /** @type {any} */ (null);
  /** What is said after a change. */
  status = h("p", { class: "page-status", role: "status" });
  content = h("div", { class: "page-content" });

  get mayWrite() {
    return this.agent.role === "admin";
  }

  /** @param {string} title @param {string} lead @param {...(Node | null | false)} tools */
  head(title, lead, ...tools) {
    const buttons = h("div", { class: "page-tools" }, ...tools);
    const words = h("div", null, h("h2", { tabindex: -1 }, title), h("p", { class: "page-lead" }, lead));
    this.append(h("div", { class: "page-head" }, words, buttons), this.status, this.content);
  }

  /**
   * Fetches and draws; offers to try again where that fails.
   * @template T
   * @param {() => Promise<T>} fetch
   * @param {(found: T) => (Node | string | null | false)[]} draw
   */
  async load(fetch, draw) {
    if (!this.content.childElementCount) this.content.replaceChildren(skeleton(3, "skeleton-row"));
    try {
      this.content.replaceChildren(...draw(await fetch()).filter((node) => node !== null && node !== false).map((node) => /** @type {Node | string} */ (node)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) location.replace("/console");
      const again = h("button", { type: "button", class: "button", onclick: () => this.load(fetch, draw) }, "Try again");
      this.content.replaceChildren(h("div", { class: "page-empty", role: "alert" }, h("p", null, error.message), again));
    }
  }

  /** @param {string} words */
  say(words) {
    this.status.textContent = words;
  }
}

/**
 * A table that becomes a list of cards where there is no room.
 * @param {string} label
 * @param {string[]} heads  the last may be empty: its cells hold buttons
 * @param {(Node | string | null)[][]} rows
 * @param {string} empty
 */
export function table(label, heads, rows, empty) {
  if (!rows.length) return h("p", { class: "page-empty" }, empty);
  const cell = (/** @type {Node | string | null} */ what, /** @type {number} */ i) => h(i ? "td" : "th", i ? { "data-head": heads[i] } : { scope: "row" }, what ?? "");
  return h(
    "div",
    { class: "table-frame", tabindex: 0, role: "region", "aria-label": label },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, ...heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td", null, ""))))),
      h("tbody", null, ...rows.map((row) => h("tr", null, ...row.map(cell)))),
    ),
  );
}

/** @param {string} text @param {string} [tone]  good | warn | bad */
export const badge = (text, tone) => h("span", { class: tone ? `badge badge-${tone}` : "badge" }, text);
