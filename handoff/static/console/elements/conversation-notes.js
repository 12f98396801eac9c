/** <conversation-notes>: above the thread: what was noted when it was passed on or parked, and the facts of the part with the bot. */

import { serverNow } from "../data/clock.js";
import { h } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";

/** Where the thread has little room the summary begins folded. */
const NARROW = "(max-width: 760px)";

/** @typedef {import("../lib/types.js").Conversation} Conversation */

export class ConversationNotes extends DeskView {
  /** What is shown, as text: drawn anew only when that changes, so that a folded summary stays folded. */
  #drawn = "";

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
  }

  #draw() {
    const open = this.desk.conversation;
    const drawn = open ? JSON.stringify([open.id, open.passed, open.asleep, open.summary]) : "";
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const parts = open ? [passed(open), asleep(open), summary(open)].filter((part) => part !== null) : [];
    this.hidden = parts.length === 0;
    this.replaceChildren(...parts);
  }
}

/** @param {Conversation} open */
function passed({ passed }) {
  if (!passed) return null;
  const who = h("p", { class: "note-who" }, icon("transfer"), h("span", null, h("strong", { dir: "auto" }, passed.by), " passed this on to ", h("strong", { dir: "auto" }, passed.to), ", ", h("time", { datetime: passed.at }, moment(passed.at, serverNow()))));
  return h("section", { class: "note", "aria-label": "Passed on" }, who, passed.note && h("p", { class: "note-text", dir: "auto" }, passed.note));
}

/** What was noted when it was parked. @param {Conversation} open */
function asleep({ asleep, state }) {
  if (!asleep) return null;
  const how = state === "parked" ? " parked this, " : " had parked this, ";
  const who = h("p", { class: "note-who" }, icon("clock"), h("span", null, h("strong", { dir: "auto" }, asleep.by), how, h("time", { datetime: asleep.at }, moment(asleep.at, serverNow()))));
  return h("section", { class: "note", "aria-label": "Parked" }, who, h("p", { class: "note-text", dir: "auto" }, asleep.note));
}

/** @param {Conversation} open */
function summary({ summary: lines }) {
  if (!lines?.length) return null;
  const rows = lines.map(({ label, text }) => h("div", null, h("dt", null, label), h("dd", { dir: "auto" }, text)));
  return h("details", { class: "summary", open: !matchMedia(NARROW).matches }, h("summary", null, icon("bot"), "With the bot so far"), h("dl", { class: "facts" }, ...rows));
}
