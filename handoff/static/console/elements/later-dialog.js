/** <later-dialog>: a reply that goes out at a time of the agent's own: its words and its time, new or changed. */

import { serverNow } from "../data/clock.js";
import { change, plan } from "../data/later.js";
import { h, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { local, whenFor } from "../lib/later-times.js";
import { DeskView } from "../lib/view.js";

/** @typedef {{ id: string, text: string, files?: import("../data/uploads.js").Kept[], park: boolean, reply?: import("../lib/types.js").LaterReply, done?: () => void }} Asked */

const MOST = 4000;

export class LaterDialog extends DeskView {
  #title = h("h2", { id: "later-title" });
  #text = h("textarea", { id: "later-text", rows: 4, maxlength: MOST, required: true, dir: "auto" });
  #files = h("p", { class: "panel-note later-files" }, icon("clip"), h("span", { dir: "auto" }));
  #time = h("input", { type: "datetime-local", id: "later-time", required: true, "aria-describedby": "later-theirs", oninput: () => this.#measure() });
  #theirs = h("p", { id: "later-theirs", class: "panel-note" });
  #error = h("p", { class: "form-error", role: "alert" });
  #submit = h("button", { type: "submit", class: "button button-primary" });
  #dialog = h("dialog", { "aria-labelledby": "later-title" });
  /** @type {Asked | null} */
  #asked = null;

  build() {
    const cancel = h("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, "Cancel");
    const form = h(
      "form",
      { method: "dialog", onsubmit: (/** @type {Event} */ event) => this.#carryOut(event) },
      this.#title,
      h("p", { class: "dialog-lead" }, "It goes out by itself if the conversation is still yours then and the customer has written nothing since. Else it is held back, and you are told."),
      h("label", { for: "later-text" }, "What goes out"),
      this.#text,
      this.#files,
      h("label", { for: "later-time" }, "When"),
      this.#time,
      this.#theirs,
      this.#error,
      h("div", { class: "dialog-buttons" }, cancel, this.#submit),
    );
    this.#dialog.append(form);
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("later", (event) => this.#ask(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** @param {Asked} asked */
  #ask(asked) {
    this.#asked = asked;
    const { reply, text } = asked;
    const ahead = reply && Date.parse(reply.at) > serverNow() ? reply.at : (this.desk.conversation?.writing?.later?.morning ?? new Date(serverNow()).toISOString());
    setText(this.#title, reply ? "Change the reply" : "Send later");
    setText(this.#submit, reply ? "Keep" : "Send later");
    this.#text.value = text;
    const names = (reply?.files ?? asked.files ?? []).map(({ name }) => name);
    this.#text.required = names.length === 0;
    this.#files.hidden = names.length === 0;
    setText(/** @type {HTMLElement} */ (this.#files.lastElementChild), names.join(", "));
    this.#time.value = local(new Date(ahead));
    this.#measure();
    if (!this.#dialog.open) this.#dialog.showModal();
    (reply ? this.#text : this.#time).focus();
  }

  #measure() {
    const at = new Date(this.#time.value);
    const words = Number.isNaN(at.getTime()) ? "" : whenFor(at.toISOString(), this.desk.conversation?.writing?.later, serverNow());
    setText(this.#theirs, words && `Goes out ${words}.`);
    setText(this.#error, "");
  }

  /** @param {Event} event */
  async #carryOut(event) {
    const [asked, at, text] = [this.#asked, new Date(this.#time.value), this.#text.value.trim()];
    if (!asked) return;
    const words = text !== "" || !this.#text.required;
    if (!words || !(at.getTime() > serverNow())) {
      event.preventDefault();
      setText(this.#error, words ? "Choose a time that is still to come." : "Write what should go out.");
      (words ? this.#time : this.#text).focus();
      return;
    }
    const wish = { text, at: at.toISOString() };
    const done = asked.reply ? await change(this.desk, asked.id, asked.reply, wish) : await plan(this.desk, asked.id, { ...wish, files: (asked.files ?? []).map(({ file }) => file), park: asked.park });
    if (done) asked.done?.();
  }
}
