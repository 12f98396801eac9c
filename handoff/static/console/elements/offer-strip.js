/** <offer-strip>: the most urgent offer, above whatever is open; shown where the lists are out of sight. */

import { begin } from "../data/verbs.js";
import { h, setText } from "../lib/dom.js";
import { customerName, VERBS, words } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";
import { CountDown } from "./count-down.js";

export class OfferStrip extends DeskView {
  #who = h("strong", { dir: "auto" });
  #what = h("span", { class: "strip-what" });
  #countdown = new CountDown();
  #accept = h("button", { type: "button", class: "button button-primary", onclick: () => this.#do("accept") }, VERBS.accept);
  #decline = h("button", { type: "button", class: "button", onclick: () => this.#do("decline") }, VERBS.decline);

  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Offer");
    this.append(h("div", { class: "strip-text" }, this.#who, this.#what), this.#countdown, this.#accept, this.#decline);
    this.addEventListener("expired", () => this.desk.refresh());
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["lists", "opened"], () => this.#draw(), signal);
  }

  /** The open conversation has its own buttons. */
  #offer() {
    return this.desk.offers().find((offer) => offer.id !== this.desk.openId);
  }

  #draw() {
    const offer = this.#offer();
    this.hidden = !offer;
    this.#countdown.until = offer?.offer_expires_at ?? null;
    if (!offer) return;
    setText(this.#who, customerName(offer));
    setText(this.#what, [offer.tier, offer.topic].flatMap((code) => (code ? words(code) : [])).join(" · "));
    for (const button of [this.#accept, this.#decline]) button.disabled = this.desk.busy.has(offer.id);
  }

  /** @param {"accept" | "decline"} verb */
  #do(verb) {
    const offer = this.#offer();
    if (offer) begin(this.desk, offer.id, verb);
  }
}
