/** <conversation-people>: in the panel: which colleagues take part in the conversation: who answers, who was mentioned, who looks. */

import { serverNow } from "../data/clock.js";
import { h } from "../lib/dom.js";
import { fullTime, moment } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";

/** @typedef {import("../lib/types.js").Conversation} Conversation */

export class ConversationPeople extends DeskView {
  /** What is shown, as text: it is drawn anew only when that changes. */
  #drawn = "";

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
    this.desk.signs.addEventListener("change", () => this.#draw(), { signal });
  }

  #draw() {
    const { conversation, agent, signs } = this.desk;
    const people = conversation ? taking(conversation, agent?.id ?? "", signs.watchers(conversation.id)) : [];
    const drawn = JSON.stringify(people);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.hidden = people.length === 0;
    this.replaceChildren(h("section", { class: "panel-body" }, h("h3", null, "Colleagues", h("span", { class: "list-count" }, String(people.length))), h("ul", { class: "people" }, ...people.map(row))));
  }
}

/**
 * @param {Conversation} conversation
 * @param {string} me
 * @param {import("../lib/types.js").Named[]} looking  colleagues
 */
function taking({ holder, participants = [] }, me, looking) {
  /** @type {Map<string, { name: string, me: boolean, does: string[], at: string | null, looks: boolean }>} */
  const people = new Map();
  const add = (/** @type {import("../lib/types.js").Named} */ { id, name }, does = "", /** @type {string | null} */ at = null) => {
    const one = people.get(id) ?? { name, me: id === me, does: [], at, looks: looking.some((each) => each.id === id) };
    people.set(id, { ...one, at: one.at ?? at, does: does ? [...one.does, does] : one.does });
  };
  if (holder) add(holder, "answers the customer");
  for (const one of participants) add(one, `mentioned by ${one.by}${one.read ? "" : ", has not read it yet"}`, one.at);
  for (const one of looking) add(one);
  return [...people.values()];
}

/** @param {ReturnType<typeof taking>[number]} person */
function row({ name, me, does, at, looks }) {
  const when = at && h("time", { datetime: at, title: fullTime(at) }, moment(at, serverNow()));
  return h(
    "li",
    null,
    h("p", { class: "person-name", dir: "auto" }, name, me && " (you)", looks && h("span", { class: "person-looks" }, icon("eye"), "looking now")),
    does.length > 0 && h("p", { class: "panel-note", dir: "auto" }, does.join("; "), when && ", ", when),
  );
}
