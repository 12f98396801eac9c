/** Draws an earlier conversation of the same customer, to read: what was said, the agents' notes, what the bot understood. */

import { ApiError, conversationPath, get } from "../data/api.js";
import { serverNow } from "../data/clock.js";
import { chosen, interleave } from "../data/transcript.js";
import { h, setText } from "./dom.js";
import { fullTime, moment } from "./format.js";
import { channelLabel, words } from "./labels.js";
import { messageView, placeMessage } from "./message-view.js";
import { noteView } from "./note-view.js";
import { placeUnderstood } from "./understood.js";

/**
 * @typedef {import("./types.js").Past} Past
 * @typedef {import("./types.js").PastThread} PastThread
 * @typedef {{ id: string, customer: string, me: string }} Reader  beside which conversation, the customer's name, this agent's id
 */

/** Its messages are fetched when it is opened. @param {Past} past @param {Reader} reader */
export function pastView(past, reader) {
  const about = [channelLabel(past.channel), past.topic && words(past.topic), past.closed_as, ...past.tags.map(words)].filter(Boolean).join(" · ");
  const thread = h("ol", { class: "past-thread" });
  const status = h("p", { class: "panel-note", role: "status" });
  const box = h(
    "details",
    null,
    h("summary", null, h("time", { datetime: past.opened_at, title: fullTime(past.opened_at) }, moment(past.opened_at, serverNow())), h("span", { class: "paper-line" }, about), h("span", { class: "past-preview", dir: "auto" }, past.preview)),
    status,
    thread,
  );
  box.addEventListener("toggle", async () => {
    if (!box.open || thread.childElementCount) return;
    setText(status, "Looking…");
    try {
      thread.replaceChildren(...lines(await get(conversationPath(reader.id, `/past/${encodeURIComponent(past.id)}`)), reader));
      setText(status, "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(status, error.message);
    }
  });
  return h("li", { class: "paper-row" }, box);
}

/** @param {PastThread} thread @param {Reader} reader @returns {HTMLElement[]} */
function lines({ messages, notes, turns }, { customer, me }) {
  const understood = new Map(turns.map((turn) => [turn.seq, turn]));
  const said = messages.map((message, i) => {
    const node = messageView(message, customer);
    placeMessage(node, message, { continues: false, chosen: chosen(messages, i), seen: false });
    placeUnderstood(node, understood.get(message.seq));
    return { seq: message.seq, node };
  });
  const noted = notes.map((note) => ({ after: note.after, node: noteView(note, me) }));
  return interleave(said, noted).map(({ node }) => h("li", null, node));
}
