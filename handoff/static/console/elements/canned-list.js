/** <canned-list>: the canned replies that fit what was typed after "/"; the composer's keys walk through it. Fires "choose". */

import { filled } from "../data/canned.js";
import { h } from "../lib/dom.js";
import { OptionList } from "./option-list.js";

/**
 * @typedef {import("../lib/types.js").Canned} Canned
 * @typedef {import("../lib/types.js").Writing} Writing
 */

/** @extends {OptionList<Canned>} */
export class CannedList extends OptionList {
  /** @type {Writing | undefined} */
  #writing;

  constructor() {
    super("canned", "Canned replies", "No canned reply has these words.");
  }

  /** @param {Canned[]} found @param {Writing | undefined} writing */
  show(found, writing) {
    this.#writing = writing;
    this.offer(found);
  }

  /** @param {Canned} canned */
  row(canned) {
    return [
      h("span", { class: "canned-head" }, h("span", { class: "canned-shortcut" }, `/${canned.shortcut}`), h("span", { dir: "auto" }, canned.title)),
      h("span", { class: "canned-text", dir: "auto" }, filled(canned, this.#writing)),
    ];
  }
}
