/** <due-time>: how much of a promised time is left, ticking: amber from the warning on, red once it is missed. */

import { onTick, serverNow } from "../data/clock.js";
import { h, setText } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { targetLabel } from "../lib/labels.js";
import { View } from "../lib/view.js";

/** @typedef {import("../lib/types.js").Target} Target */

export class DueTime extends View {
  /** @type {Target | null} */
  #target = null;
  #words = h("span", null);
  #mark = h("span", { class: "due-mark" }, icon("alert"));

  get target() {
    return this.#target;
  }

  /** @param {Target | null | undefined} target */
  set target(target) {
    this.#target = target ?? null;
    this.#draw();
  }

  build() {
    this.append(this.#mark, this.#words);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    onTick(() => this.#draw(), signal);
    this.#draw();
  }

  #draw() {
    const target = this.#target;
    const level = dueLevel(target, serverNow());
    this.hidden = level === "none";
    this.dataset.level = level;
    this.#mark.hidden = level === "calm";
    if (!target?.due_at) return setText(this.#words, target?.breached_at ? `${targetLabel(target.kind)} was late` : "");
    const left = (Date.parse(target.due_at) - serverNow()) / 1000;
    return setText(this.#words, left > 0 ? `${targetLabel(target.kind)} due in ${duration(left)}` : `${targetLabel(target.kind)} late by ${duration(-left)}`);
  }
}

/**
 * @param {Target | null | undefined} target
 * @param {number} now  milliseconds
 * @returns {"none" | "calm" | "soon" | "late"}
 */
export function dueLevel(target, now) {
  if (!target) return "none";
  if (target.breached_at || (target.due_at && Date.parse(target.due_at) <= now)) return "late";
  if (!target.due_at) return "none";
  return target.warn_at && Date.parse(target.warn_at) <= now ? "soon" : "calm";
}
