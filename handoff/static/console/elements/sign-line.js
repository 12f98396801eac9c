/** <sign-line>: under the thread: who types, and which colleagues look at the same conversation. */

import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { customerName } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

export class SignLine extends DeskView {
  #typing = h("span", { class: "sign sign-typing" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i", null), h("i", null), h("i", null)), h("span", { dir: "auto" }));
  #looking = h("span", { class: "sign sign-looking" }, icon("eye"), h("span", { dir: "auto" }));

  build() {
    this.setAttribute("role", "status");
    this.append(this.#typing, this.#looking);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
    this.desk.signs.addEventListener("change", () => this.#draw(), { signal });
  }

  #draw() {
    const { conversation, signs, agent } = this.desk;
    const typing = conversation && signs.typing(conversation.id, agent?.name);
    const looking = conversation ? signs.looking(conversation.id) : [];
    const who = conversation && typing ? (typing.kind === "customer" ? customerName(conversation) : typing.name) : "";
    say(this.#typing, who && `${who} is typing`);
    say(this.#looking, looking.length ? `${looking.join(", ")} ${looking.length === 1 ? "is" : "are"} looking at this too` : "");
  }
}

/** @param {HTMLElement} node @param {string} text  empty hides it */
function say(node, text) {
  node.hidden = !text;
  setText(/** @type {HTMLElement} */ (node.lastElementChild), text);
}
