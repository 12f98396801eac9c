/** <presence-switch>: what this agent can be asked for now: new conversations, transfers alone, or nothing. */

import { h, setText } from "../lib/dom.js";
import { presenceLabel } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

/** @typedef {import("../lib/types.js").Presence} Presence */

/** @type {Presence[]} */
const CHOICES = ["online", "transfers", "away"];

export class PresenceSwitch extends DeskView {
  #radios = CHOICES.map((value) => h("input", { type: "radio", name: "presence", value, onchange: () => this.desk.choosePresence(value) }));
  #other = h("span", { class: "presence-other" });

  build() {
    const labels = CHOICES.map((value, i) => h("label", { class: `presence-${value}` }, this.#radios[i], h("span", null, presenceLabel(value))));
    this.append(h("fieldset", null, h("legend", { class: "for-readers" }, "Presence"), ...labels), this.#other);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["session", "lists"], () => this.#draw(), signal);
  }

  #draw() {
    const { presence, awayReason } = this.desk;
    for (const radio of this.#radios) radio.checked = radio.value === presence;
    const known = this.#radios.some((radio) => radio.checked);
    const said = presence && !known ? presenceLabel(presence) : presence === "away" ? (awayReason ?? "") : "";
    this.#other.hidden = !said;
    setText(this.#other, said);
  }
}
