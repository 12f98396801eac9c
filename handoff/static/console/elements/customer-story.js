/** <customer-story>: what the customer is worth, what was said before, and their files; fetched when the conversation opens. */

import { ApiError, conversationPath, get } from "../data/api.js";
import { h, setText } from "../lib/dom.js";
import { shortDate, size } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { customerName, words } from "../lib/labels.js";
import { factRows } from "../lib/panel-view.js";
import { pastView } from "../lib/past-view.js";
import { DeskView } from "../lib/view.js";

/**
 * @typedef {import("../lib/types.js").Story} Story
 * @typedef {import("../lib/types.js").KeptFile} KeptFile
 */

export class CustomerStory extends DeskView {
  #body = h("div", { class: "panel-body" });
  #status = h("p", { class: "panel-note story-status", role: "status" });
  /** Whose story is shown, and how many messages there were then: files come with messages. */
  #shown = "";

  build() {
    this.append(this.#status, this.#body);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#look(), signal);
  }

  #look() {
    const { conversation } = this.desk;
    this.hidden = !conversation;
    if (!conversation) return;
    const files = conversation.messages.filter((message) => message.files?.length).length;
    const wanted = JSON.stringify([conversation.id, conversation.customer?.id, files]);
    if (wanted === this.#shown) return;
    const same = this.#shown.startsWith(`["${conversation.id}"`);
    this.#shown = wanted;
    if (!same) this.#body.replaceChildren();
    this.#fetch(conversation.id, wanted);
  }

  /** @param {string} id @param {string} wanted */
  async #fetch(id, wanted) {
    try {
      /** @type {Story} */
      const story = await get(conversationPath(id, "/story"));
      if (this.#shown !== wanted) return;
      setText(this.#status, "");
      this.#draw(id, story);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#shown === wanted) setText(this.#status, `The customer's story cannot be shown. ${error.message}`);
    }
  }

  /** @param {string} id @param {Story} story */
  #draw(id, { value, introduction, past, files }) {
    const open = this.desk.conversation;
    const name = open ? customerName(open) : "";
    this.#body.replaceChildren(
      ...[
        introduction && introduced(introduction),
        value && section("Lifetime value", 0, h("dl", { class: "facts" }, ...factRows([["In all", value.ever ?? "Nothing yet"], ["Last 12 months", value.lately], ["Orders", value.orders], ["Since", value.first_at && shortDate(value.first_at)]]))),
        past.length > 0 && section("Past conversations", past.length, h("ul", { class: "papers" }, ...past.map((each) => pastView(each, { id, customer: name, me: this.desk.agent?.id ?? "" })))),
        files.length > 0 && section("Files", files.length, h("ul", { class: "gallery" }, ...files.map(fileView))),
      ].flatMap((part) => part || []),
    );
  }
}

/** @param {string} title @param {number} count @param {HTMLElement} content */
function section(title, count, content) {
  return h("section", null, h("h3", null, title, count > 0 && h("span", { class: "list-count" }, String(count))), content);
}

/** What a visitor typed before the chat: anybody can type anything. @param {NonNullable<Story["introduction"]>} said */
function introduced({ name, email, topic }) {
  const rows = factRows([["Name", name], ["E-mail", email], ["Topic", topic && words(topic)]]);
  const note = h("p", { class: "panel-note" }, "Typed before the chat and not proved: no customer and no order is shown because of it.");
  return h("section", null, h("h3", null, "Said before the chat"), h("dl", { class: "facts" }, ...rows), note);
}

/** @param {KeptFile} file */
function fileView({ name, type, bytes, url, at }) {
  const picture = type.startsWith("image/");
  const face = picture ? h("img", { src: url, alt: "", loading: "lazy" }) : h("span", { class: "gallery-kind", "aria-hidden": "true" }, icon("receipt"));
  const about = `${size(bytes)}, ${shortDate(at)}`;
  return h("li", null, h("a", { href: url, target: "_blank", rel: "noopener", title: `${name}, ${about}` }, face, h("span", { class: "gallery-name", dir: "auto" }, name), h("span", { class: "gallery-about" }, about)));
}
