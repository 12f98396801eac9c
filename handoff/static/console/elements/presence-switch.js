/** <presence-switch>: whether new conversations are offered to this agent. */

import { h } from "../lib/dom.js";
import { words } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

/** @type {["online" | "away", string][]} */
const CHOICES = [["online", "Online"], ["away", "Away"]];

export class PresenceSwitch extends DeskView {
  #radios = CHOICES.map(([value]) => h("input", { type: "radio", name: "presence", value, onchange: () => this.desk.setPresence(value) }));
  #other = h("span", { class: "presence-other" });

  build() {
    const labels = CHOICES.map(([value, label], i) => h("label", { class: `presence-${value}` }, this.#radios[i], h("span", null, label)));
    this.append(h("fieldset", null, h("legend", { class: "for-readers" }, "Presence"), ...labels), this.#other);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["session", "lists"], () => this.#draw(), signal);
  }

  #draw() {
    const { presence } = this.desk;
    for (const radio of this.#radios) radio.checked = radio.value === presence;
    this.#other.hidden = !presence || this.#radios.some((radio) => radio.checked);
    this.#other.textContent = presence ? words(presence) : "";
  }
}
