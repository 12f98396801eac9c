/** <my-mentions>: above the lists: where colleagues mentioned this agent; what is unread first and counted, what was read until it is closed. */

import { serverNow } from "../data/clock.js";
import { h, reconcile, setAttribute, setText } from "../lib/dom.js";
import { fullTime, moment } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { customerName } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

/** @typedef {import("../lib/types.js").MentionItem} MentionItem */

export class MyMentions extends DeskView {
  #count = h("span", { class: "mention-count" });
  #rows = h("ul", { class: "list-cards" });
  #section = h("section", { class: "list list-mentions", "aria-labelledby": "list-mentions" }, h("div", { class: "list-head" }, h("h2", { id: "list-mentions" }, "Mentions"), this.#count), this.#rows);

  build() {
    this.append(this.#section);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["lists", "opened"], () => this.#draw(), signal);
  }

  #draw() {
    const items = this.desk.queue?.mentions ?? [];
    const unread = items.filter((item) => item.unread).length;
    this.hidden = items.length === 0;
    setText(this.#count, unread ? `${unread} unread` : "all read");
    this.#count.classList.toggle("is-unread", unread > 0);
    reconcile(this.#rows, items, {
      key: ({ id, no, unread }) => `${id} ${no} ${unread}`,
      make: (item) => h("li", null, row(item)),
      update: (node, item) => setAttribute(/** @type {Element} */ (node.firstElementChild), "aria-current", item.id === this.desk.openId ? "true" : null),
    });
  }
}

/** @param {MentionItem} item */
function row(item) {
  const { id, by, text, at, unread } = item;
  return h(
    "a",
    { class: unread ? "card-link mention-card is-unread" : "card-link mention-card", href: `#${encodeURIComponent(id)}` },
    h("span", { class: "card-top" }, unread && h("span", { class: "for-readers" }, "Unread: "), h("span", { class: "card-name", dir: "auto" }, customerName(item)), h("time", { datetime: at, title: fullTime(at) }, moment(at, serverNow()))),
    h("span", { class: "card-last" }, icon("lock"), h("span", { class: "card-preview", dir: "auto" }, `${by.name}: ${text}`)),
  );
}
