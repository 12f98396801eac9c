/** <draft-preview>: under the thread: what the customer is typing and has not sent, for who answers, where the customer is told so. */

import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView } from "../lib/view.js";

export class DraftPreview extends DeskView {
  #words = h("p", { class: "draft-words", dir: "auto", tabindex: 0 });

  build() {
    this.setAttribute("role", "note");
    this.append(h("p", { class: "draft-lead" }, icon("eye"), "Not sent yet. The customer knows that you can see it."), this.#words);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
    this.desk.signs.addEventListener("change", () => this.#draw(), { signal });
  }

  #draw() {
    const { conversation, signs, agent } = this.desk;
    const draft = conversation && conversation.holder?.id === agent?.id ? signs.draft(conversation.id) : "";
    this.hidden = !draft;
    setText(this.#words, draft);
    this.#words.scrollTop = this.#words.scrollHeight;
  }
}
