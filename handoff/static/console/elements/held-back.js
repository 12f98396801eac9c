/** <held-back>: above the lists, the replies that did not go out at their time and wait for this agent's decision. */

import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { whyWords } from "../lib/later-view.js";
import { DeskView } from "../lib/view.js";

export class HeldBack extends DeskView {
  #title = h("h2", { id: "held-back" });
  #list = h("ul");
  #drawn = "";

  build() {
    this.hidden = true;
    this.append(h("section", { "aria-labelledby": "held-back" }, h("div", { class: "list-head" }, icon("alert"), this.#title), this.#list));
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["lists"], () => this.#draw(), signal);
  }

  #draw() {
    if (!this.desk.queue) return;
    const replies = this.desk.queue.held_back ?? [];
    const drawn = JSON.stringify(replies);
    if (drawn === this.#drawn) return;
    const fresh = replies.filter(({ id }) => this.#drawn && !this.#drawn.includes(id));
    this.#drawn = drawn;
    this.hidden = replies.length === 0;
    setText(this.#title, `Not sent (${replies.length})`);
    this.#list.replaceChildren(...replies.map(row));
    if (fresh.length) this.desk.notify(`A reply to ${fresh[0].customer ?? "a visitor"} was held back: ${whyWords(fresh[0].why)}.`, "bad");
  }
}

/** @param {import("../lib/types.js").HeldBackReply} reply */
function row({ conversation, customer, why }) {
  return h("li", null, h("a", { href: `#${encodeURIComponent(conversation)}` }, h("span", { class: "card-name", dir: "auto" }, customer ?? "Visitor"), h("span", { class: "held-why" }, whyWords(why))));
}
