/** <mention-list>: the colleagues whose name fits what was typed after "@". Fires "choose". */

import { h } from "../lib/dom.js";
import { presenceLabel } from "../lib/labels.js";
import { OptionList } from "./option-list.js";

/** @typedef {import("../lib/types.js").Colleagues["agents"][number]} Colleague */

/** @extends {OptionList<Colleague>} */
export class MentionList extends OptionList {
  constructor() {
    super("mention", "Colleagues");
  }

  /** @param {Colleague} colleague */
  row({ name, presence, away_reason }) {
    const there = [presenceLabel(presence), presence === "away" && away_reason].filter(Boolean).join(": ");
    return [h("span", { class: "mention-row" }, h("span", { class: `presence-dot presence-dot-${presence}`, "aria-hidden": "true" }), h("span", { class: "mention-name", dir: "auto" }, name), h("span", { class: "mention-there", dir: "auto" }, there))];
  }
}
