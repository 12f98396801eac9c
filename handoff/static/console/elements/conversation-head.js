/** <conversation-head>: whose conversation is open, how it stands, and the buttons of what may be done to it now. */

import { serverNow } from "../data/clock.js";
import { begin } from "../data/verbs.js";
import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { channelLabel, customerName, nameOf, VERBS, words } from "../lib/labels.js";
import { stands } from "../lib/standing.js";
import { DeskView } from "../lib/view.js";
import { CountDown } from "./count-down.js";
import { DueTime } from "./due-time.js";
import { WaitTime } from "./wait-time.js";

/** @typedef {Exclude<import("../lib/types.js").Verb, "reply">} Change */

/** @type {Change[]} in the order of the screen */
const BUTTONS = ["accept", "claim", "take-back", "unpark", "decline", "seen", "take-over", "transfer", "park", "hand-back", "close", "wrapped"];
const PRIMARY = new Set(["accept", "claim", "take-back", "unpark", "wrapped"]);

export class ConversationHead extends DeskView {
  #name = h("h2", { tabindex: -1, dir: "auto" });
  #tier = h("span", { class: "badge" });
  #about = h("span", { class: "head-about" });
  #wait = new WaitTime();
  #waiting = h("span", { class: "head-wait" });
  #due = new DueTime();
  #cover = h("span", { class: "badge badge-cover" });
  #countdown = new CountDown();
  #buttons = new Map(BUTTONS.map((verb) => [verb, this.#button(verb)]));

  build() {
    const back = h("button", { type: "button", class: "icon-button back", "aria-label": "Back to the lists", onclick: () => this.desk.open(null) }, icon("back"));
    const panel = h("button", { type: "button", class: "button to-panel", onclick: () => this.desk.dispatchEvent(new Event("panel")) }, icon("person"), "Customer");
    this.#waiting.append("waiting ", this.#wait);
    this.append(
      back,
      h("div", { class: "head-words" }, h("div", { class: "head-top" }, this.#name, this.#tier, this.#cover), h("p", null, this.#about, this.#waiting, this.#due)),
      h("div", { class: "head-buttons" }, this.#countdown, ...this.#buttons.values(), panel),
    );
    this.addEventListener("expired", () => this.desk.refresh());
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation", "lists"], () => this.#draw(), signal);
  }

  #draw() {
    const open = this.desk.conversation;
    const item = open ?? this.desk.item(this.desk.openId ?? "");
    setText(this.#name, item ? customerName(item) : "Conversation");
    const tier = open?.customer?.tier ?? (item && "tier" in item ? item.tier : null);
    setText(this.#tier, tier ? words(tier) : "");
    this.#tier.hidden = !tier;
    this.#tier.className = `badge tier-${tier ?? "none"}`;
    setText(this.#about, item ? [channelLabel(item.channel), this.desk.queueTitle(item.queue), item.topic && words(item.topic), stands(open, this.desk.agent?.id ?? "", serverNow())].filter(Boolean).join(" · ") : "");
    this.#due.target = item?.target;
    setText(this.#cover, item?.cover ? `Cover for ${nameOf(item.representative)}` : "");
    this.#cover.hidden = !item?.cover;
    this.#wait.since = open?.state === "waiting" || open?.state === "offered" ? open.waiting_since : null;
    this.#waiting.hidden = this.#wait.since === null;
    const offered = open?.can.includes("accept") ? open.offer_expires_at : (open?.wrap_until ?? null);
    this.#countdown.until = offered;
    this.#countdown.hidden = !offered;
    for (const [verb, button] of this.#buttons) {
      button.hidden = !open?.can.includes(verb);
      button.disabled = Boolean(open && this.desk.busy.has(open.id));
    }
  }

  /** @param {Change} verb */
  #button(verb) {
    const kind = PRIMARY.has(verb) ? "button button-primary" : "button";
    return h("button", { type: "button", class: kind, onclick: () => this.#do(verb) }, VERBS[verb]);
  }

  /** @param {Change} verb */
  #do(verb) {
    const id = this.desk.openId;
    if (id) begin(this.desk, id, verb);
  }
}
