/** <queue-card>: one conversation in a list; an offer also carries its countdown, Accept and Decline. */

import { serverNow } from "../data/clock.js";
import { begin } from "../data/verbs.js";
import { h, setAttribute, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { channelLabel, customerName, nameOf, VERBS, words } from "../lib/labels.js";
import { place } from "../lib/standing.js";
import { DeskView } from "../lib/view.js";
import { CountDown } from "./count-down.js";
import { DueTime } from "./due-time.js";
import { WaitTime } from "./wait-time.js";

/** @typedef {import("../lib/types.js").QueueItem} QueueItem */

export class QueueCard extends DeskView {
  /** @type {QueueItem | null} */
  #item = null;
  #drawn = "";
  #name = h("span", { class: "card-name", dir: "auto" });
  #tier = h("span", { class: "badge" });
  #wait = new WaitTime();
  #waiting = h("span", { class: "card-wait" });
  #channel = h("span", { class: "card-channel" });
  #about = h("span", { class: "card-about" });
  #due = new DueTime();
  #cover = h("span", { class: "badge badge-cover" });
  #preview = h("span", { class: "card-preview", dir: "auto" });
  #unanswered = h("span", { class: "card-unanswered" }, h("span", { class: "for-readers" }, "Unanswered"));
  #link = h("a", { class: "card-link" });
  #countdown = new CountDown();
  #accept = h("button", { type: "button", class: "button button-primary", onclick: () => this.#do("accept") }, VERBS.accept);
  #decline = h("button", { type: "button", class: "button", onclick: () => this.#do("decline") }, VERBS.decline);
  #offer = h("div", { class: "card-offer" });

  /** @param {QueueItem} item */
  set item(item) {
    this.#item = item;
    this.#draw();
  }

  build() {
    this.#waiting.append(h("span", { class: "for-readers" }, "waiting "), this.#wait);
    this.#link.append(
      h("span", { class: "card-top" }, this.#name, this.#tier, this.#waiting),
      h("span", { class: "card-meta" }, this.#channel, this.#about, this.#cover),
      this.#due,
      h("span", { class: "card-last" }, this.#preview, this.#unanswered),
    );
    this.#offer.append(h("span", { class: "card-offered" }, "Offered to you", this.#countdown), h("span", { class: "card-buttons" }, this.#accept, this.#decline));
    this.append(this.#link, this.#offer);
    this.addEventListener("expired", () => this.desk.refresh());
  }

  #draw() {
    const item = this.#item;
    if (!item) return;
    const open = item.id === this.desk.openId;
    const busy = this.desk.busy.has(item.id);
    // Of hundreds of cards, few change at a time.
    const drawn = JSON.stringify([item, open, busy]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const offered = item.offer_expires_at !== null && item.offer_expires_at !== undefined;
    setAttribute(this.#link, "href", `#${encodeURIComponent(item.id)}`);
    setAttribute(this.#link, "aria-current", open ? "true" : null);
    setText(this.#name, customerName(item));
    setText(this.#tier, item.tier ? words(item.tier) : "");
    this.#tier.hidden = !item.tier;
    this.#tier.className = `badge tier-${item.tier ?? "none"}`;
    this.#wait.since = waitsSince(item);
    this.#waiting.hidden = this.#wait.since === null;
    if (this.#channel.title !== channelLabel(item.channel)) this.#drawChannel(item.channel);
    setText(this.#about, this.#said(item));
    this.#due.target = item.target;
    setText(this.#cover, item.cover ? `Cover for ${nameOf(item.representative)}` : "");
    this.#cover.hidden = !item.cover;
    setText(this.#preview, item.preview);
    this.#unanswered.hidden = !item.unanswered;
    this.#offer.hidden = !offered;
    this.#countdown.until = item.offer_expires_at;
    for (const button of [this.#accept, this.#decline]) button.disabled = busy;
    this.classList.toggle("is-offer", offered);
    this.classList.toggle("is-open", open);
    this.classList.toggle("is-unanswered", item.unanswered);
  }

  /** @param {QueueItem} item @returns {string} what it is about, and where it stands where the list does not say it */
  #said(item) {
    const where = place(item, this.desk.agent?.id ?? "", serverNow());
    return [where, item.topic && words(item.topic), this.desk.queueTitle(item.queue)].filter(Boolean).join(" · ");
  }

  /** @param {string} channel */
  #drawChannel(channel) {
    this.#channel.title = channelLabel(channel);
    this.#channel.replaceChildren(icon(channel), h("span", { class: "for-readers" }, `${channelLabel(channel)}, `));
  }

  /** @param {"accept" | "decline"} verb */
  #do(verb) {
    if (this.#item) begin(this.desk, this.#item.id, verb);
  }
}

/**
 * @param {QueueItem} item
 * @returns {string | null} since when the customer waits: for a person, or for the answer of the one they have
 */
export function waitsSince({ state, waiting_since, unanswered, last_at }) {
  if (state === "waiting" || state === "offered") return waiting_since;
  return unanswered ? last_at : null;
}
