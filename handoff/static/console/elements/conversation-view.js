/** <conversation-view>: the middle of the page: the open conversation, or what to do when none is. */

import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { DeskView, view } from "../lib/view.js";
import { ConversationHead } from "./conversation-head.js";
import { ConversationNotes } from "./conversation-notes.js";
import { DraftPreview } from "./draft-preview.js";
import { ConversationWriting } from "./conversation-writing.js";
import { MessageThread } from "./message-thread.js";
import { SignLine } from "./sign-line.js";

export class ConversationView extends DeskView {
  #nothing = h("div", { class: "nothing" });
  #gone = h("div", { class: "nothing", role: "status" });
  #goneWords = h("p", { class: "nothing-lead" });
  #open = h("div", { class: "open" });

  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Conversation");
    this.#nothing.append(
      icon("web"),
      h("p", { class: "nothing-lead" }, "No conversation is open"),
      h("p", null, "Choose one from the lists. ", h("kbd", null, "j"), " and ", h("kbd", null, "k"), " walk through them, ", h("kbd", null, "Enter"), " opens, ", h("kbd", null, "?"), " shows all keys."),
    );
    const back = h("button", { type: "button", class: "button", onclick: () => this.desk.open(null) }, "Back to the lists");
    this.#gone.append(icon("leave"), this.#goneWords, h("p", null, "Someone else has it, or it was handed on."), back);
    this.#open.append(view(ConversationHead, this.desk), view(ConversationNotes, this.desk), view(MessageThread, this.desk), view(DraftPreview, this.desk), view(SignLine, this.desk), view(ConversationWriting, this.desk));
    this.append(this.#nothing, this.#gone, this.#open);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
  }

  #draw() {
    const { openId, gone } = this.desk;
    this.#nothing.hidden = openId !== null;
    this.#gone.hidden = !openId || !gone;
    this.#open.hidden = !openId || Boolean(gone);
    setText(this.#goneWords, gone ?? "");
  }
}
