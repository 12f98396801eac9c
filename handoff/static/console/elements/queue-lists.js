/** <queue-lists>: the agent's three lists, each with its count and its longest wait. */

import { serverNow } from "../data/clock.js";
import { h, reconcile, setText, skeleton } from "../lib/dom.js";
import { DeskView, view } from "../lib/view.js";
import { dueLevel } from "./due-time.js";
import { MyMentions } from "./my-mentions.js";
import { HeldBack } from "./held-back.js";
import { NotifyHint } from "./notify-hint.js";
import { QueueCard, waitsSince } from "./queue-card.js";
import { QuietBook } from "./quiet-book.js";
import { WaitTime } from "./wait-time.js";

/**
 * @typedef {import("../lib/types.js").QueueItem} QueueItem
 * @typedef {import("../lib/types.js").ListName} ListName
 */

/** Where a list has no words for being empty, it is shown only when it is not. @type {{ name: ListName, title: string, empty: (desk: import("../data/desk.js").Desk) => string }[]} */
const LISTS = [
  { name: "mine", title: "Mine", empty: () => "Nothing is with you. What you accept stays here until you close it or hand it back." },
  { name: "attention", title: "Late", empty: () => "" },
  { name: "covered", title: "Taken for you", empty: () => "" },
  { name: "dedicated", title: "My customers", empty: (desk) => desk.agent?.representative === false ? "Customers who have you as their representative will appear here." : "None of your customers is waiting for you." },
  { name: "general", title: "Queue", empty: (desk) => desk.presence === "online" ? "Nobody is waiting. The next conversation will be offered to you here." : "Nobody is waiting. While you are away, nothing is offered to you." },
];

export class QueueLists extends DeskView {
  #sections = LISTS.map((list) => new ListSection(list));
  #hint = new NotifyHint();

  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Conversations");
    this.#hint.desk = this.desk;
    this.append(this.#hint, view(HeldBack, this.desk), view(MyMentions, this.desk), ...this.#sections.map((section) => section.node), view(QuietBook, this.desk));
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["lists", "opened"], () => this.#sections.forEach((section) => section.draw(this.desk)), signal);
  }

  /** @returns {HTMLElement[]} the links of all cards, as they stand */
  links() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".card-link")]);
  }
}

/** Cards made in one frame: a long list fills up over several instead of holding the page. */
const STEP = 40;

class ListSection {
  #list;
  #room = STEP;
  #frame = 0;
  #count = h("span", { class: "list-count" });
  #longest = new WaitTime();
  #oldest = h("span", { class: "list-oldest" });
  #late = h("span", { class: "list-late" });
  #cards = h("ul", { class: "list-cards" });
  #empty = h("p", { class: "list-empty" });
  #placeholder = skeleton(2, "skeleton-card");

  /** @param {typeof LISTS[number]} list */
  constructor(list) {
    this.#list = list;
    const id = `list-${list.name}`;
    const head = h("div", { class: "list-head" }, h("h2", { id }, list.title), this.#count, this.#late, this.#oldest);
    this.#oldest.append("longest wait ", this.#longest);
    this.node = h("section", { class: `list list-${list.name}`, "aria-labelledby": id }, head, this.#placeholder, this.#empty, this.#cards);
  }

  /** @param {import("../data/desk.js").Desk} desk */
  draw(desk) {
    const items = desk.queue?.[this.#list.name];
    this.#placeholder.hidden = items !== undefined;
    this.#count.hidden = items === undefined;
    const empty = this.#list.empty(desk);
    this.node.hidden = !empty && !items?.length;
    this.#empty.hidden = items === undefined || items.length > 0;
    setText(this.#empty, empty);
    setText(this.#count, String(items?.length ?? ""));
    const late = (items ?? []).filter((item) => dueLevel(item.target, serverNow()) === "late").length;
    setText(this.#late, late ? `${late} late` : "");
    this.#late.hidden = late === 0;
    this.#longest.since = longestWait(items ?? []);
    this.#oldest.hidden = this.#longest.since === null;
    this.#cards.hidden = !items?.length;
    this.#fill(desk, offersFirst(items ?? []));
  }

  /** @param {import("../data/desk.js").Desk} desk @param {QueueItem[]} items */
  #fill(desk, items) {
    reconcile(this.#cards, items.slice(0, this.#room), {
      key: (item) => item.id,
      make: () => h("li", null, view(QueueCard, desk)),
      update: (row, item) => {
        /** @type {QueueCard} */ (row.firstElementChild).item = item;
      },
    });
    cancelAnimationFrame(this.#frame);
    if (items.length <= this.#room) return;
    this.#frame = requestAnimationFrame(() => {
      this.#room += STEP;
      this.#fill(desk, items);
    });
  }
}

/** @param {QueueItem[]} items @returns {string | null} */
function longestWait(items) {
  const since = items.flatMap((item) => waitsSince(item) ?? []);
  return since.length ? since.reduce((a, b) => (a < b ? a : b)) : null;
}

/** @param {QueueItem[]} items */
function offersFirst(items) {
  return [...items].sort((a, b) => Number(Boolean(b.offer_expires_at)) - Number(Boolean(a.offer_expires_at)));
}
