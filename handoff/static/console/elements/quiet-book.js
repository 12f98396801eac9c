/** <quiet-book>: the rest of an agent's book: their customers who want nothing now, each with when they last wrote. */

import { ApiError, get } from "../data/api.js";
import { serverNow } from "../data/clock.js";
import { h, setText } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { words } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

/** @typedef {import("../lib/types.js").BookEntry} BookEntry */

export class QuietBook extends DeskView {
  #title = h("summary", null, "My customers who are quiet");
  #list = h("ul", { class: "book" });
  #status = h("p", { class: "list-empty", role: "status" });
  #box = h("details", { class: "quiet" });

  build() {
    this.#box.append(this.#title, this.#status, this.#list);
    this.#box.addEventListener("toggle", () => this.#box.open && this.#fetch());
    this.append(this.#box);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["session"], () => (this.hidden = !this.desk.agent?.representative), signal);
    this.desk.addEventListener("opened", () => this.#mark(), { signal });
  }

  async #fetch() {
    if (!this.#list.childElementCount) setText(this.#status, "Looking…");
    try {
      const { customers } = await get("/api/console/book");
      this.#draw(customers);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#status, error.message);
    }
  }

  /** @param {BookEntry[]} customers */
  #draw(customers) {
    setText(this.#status, customers.length ? "" : "Nobody in your book is quiet just now.");
    setText(this.#title, customers.length ? `My customers who are quiet (${customers.length})` : "My customers who are quiet");
    this.#list.replaceChildren(...customers.map(row));
    this.#mark();
  }

  #mark() {
    for (const link of this.#list.querySelectorAll("a")) link.toggleAttribute("aria-current", link.hash === `#${encodeURIComponent(this.desk.openId ?? "")}`);
  }
}

/** @param {BookEntry} entry */
function row({ customer, tier, conversation, last_at }) {
  const name = h("span", { class: "card-name", dir: "auto" }, customer.name);
  const badge = h("span", { class: `badge tier-${tier}` }, words(tier));
  const last = h("span", { class: "book-last" }, last_at ? moment(last_at, serverNow()) : "never wrote");
  return h("li", null, conversation ? h("a", { class: "book-row", href: `#${encodeURIComponent(conversation)}` }, name, badge, last) : h("span", { class: "book-row" }, name, badge, last));
}
