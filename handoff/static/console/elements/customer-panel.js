/** <customer-panel>: who the customer is and how that is known, why the conversation is here, orders and receipts. */

import { ApiError, conversationPath, get } from "../data/api.js";
import { serverNow } from "../data/clock.js";
import { h, skeleton } from "../lib/dom.js";
import { fullTime, moment } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { customerName, nameOf, proofLabel, words } from "../lib/labels.js";
import { factRows, orderView, receiptView } from "../lib/panel-view.js";
import { requestView } from "../lib/understood.js";
import { DeskView, view } from "../lib/view.js";
import { ConversationPeople } from "./conversation-people.js";
import { CustomerStory } from "./customer-story.js";
import { OrderErrands } from "./order-errands.js";

/** @typedef {import("../lib/types.js").Conversation} Conversation */

export class CustomerPanel extends DeskView {
  #body = h("div", { class: "panel-body" });
  #placeholder = skeleton(3, "skeleton-panel");
  /** What the body shows, as text: it is drawn anew only when that changes, so that an opened order stays open. */
  #drawn = "";

  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Customer");
    const back = h("button", { type: "button", class: "button panel-back", onclick: () => this.desk.dispatchEvent(new Event("panel")) }, icon("back"), "Conversation");
    this.append(back, this.#placeholder, this.#body, view(ConversationPeople, this.desk), view(CustomerStory, this.desk));
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["opened", "conversation"], () => this.#draw(), signal);
  }

  /** What can be done to an order; looked up when the order is unfolded. @param {string} order */
  #errands(order) {
    const made = view(OrderErrands, this.desk);
    made.order = order;
    return made;
  }

  #draw() {
    const { conversation, openId, gone } = this.desk;
    this.classList.toggle("is-empty", !openId || Boolean(gone));
    this.#placeholder.hidden = Boolean(conversation) || !openId || Boolean(gone);
    this.#body.hidden = !conversation;
    if (!conversation) return;
    const { id, customer, proof, topic, reason, facts, orders, receipts, channel, deputy, bot } = conversation;
    const drawn = JSON.stringify([id, customer, proof, topic, reason, facts, orders, receipts, channel, deputy, bot]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#body.replaceChildren(...[who(conversation), proved(conversation), why(conversation), explained(conversation), listOf("Orders", orders ?? [], (order) => orderView(order, this.#errands(order.id)), customer ? "No orders yet." : ""), listOf("Receipts", receipts ?? [], receiptView, "")].filter((part) => part !== null));
  }
}

/** @param {Conversation} conversation */
function who(conversation) {
  const { customer } = conversation;
  const name = customerName(conversation);
  const head = h("div", { class: "who" }, h("span", { class: "avatar", "aria-hidden": "true" }, initials(name)), h("div", null, h("h2", { tabindex: -1, dir: "auto" }, name), customer?.tier && h("span", { class: `badge tier-${customer.tier}` }, words(customer.tier)), customer?.tier_why && h("p", { class: "tier-why" }, customer.tier_why)));
  if (!customer) return h("section", null, head, h("p", { class: "panel-note" }, "Nobody we know yet: no customer has been proved or found."));
  const rows = [["E-mail", customer.email], ["Phone", customer.phone], ["Representative", nameOf(customer.representative) || "None"], ["Deputy", nameOf(conversation.deputy)]];
  return h("section", null, head, h("dl", { class: "facts" }, ...factRows(rows)));
}

/** @param {Conversation} conversation */
function proved({ proof }) {
  const level = proof?.level ?? "none";
  return h(
    "section",
    null,
    h("h3", null, "Proof of identity"),
    h("p", { class: `proof proof-${level}` }, icon(level === "none" ? "question" : "shield"), h("span", null, proofLabel(level))),
    proof?.how && h("p", { class: "panel-note", dir: "auto" }, proof.how),
    proof?.at && h("p", { class: "panel-note" }, "Proved ", h("time", { datetime: proof.at, title: fullTime(proof.at) }, moment(proof.at, serverNow()))),
  );
}

/** @param {Conversation} conversation */
function why({ topic, reason, facts, bot }) {
  const last = bot?.turns.findLast(({ understood, tapped }) => understood && !tapped);
  const rows = [["Topic", topic && words(topic)], ["Reason", reason && words(reason)], ["Last understood as", last && `${last.understood}, ${last.percent} %`], ...factList(facts)];
  const shown = factRows(rows);
  const request = bot?.request ? requestView(bot.request) : null;
  return shown.length || request ? h("section", null, h("h3", null, "The request"), request, shown.length > 0 && h("dl", { class: "facts" }, ...shown)) : null;
}

/** Fetched when it is opened: few ask. @param {Conversation} conversation */
function explained({ id, version }) {
  if (version < 2) return null;
  const list = h("ol", { class: "why" });
  const status = h("p", { class: "panel-note", role: "status" });
  const box = h("details", { class: "explained" }, h("summary", null, "Why is this here?"), status, list);
  box.addEventListener("toggle", async () => {
    if (!box.open) return;
    status.textContent = list.childElementCount ? "" : "Looking…";
    try {
      /** @type {{ decisions: { at: string, text: string }[] }} */
      const { decisions } = await get(conversationPath(id, "/why"));
      list.replaceChildren(...decisions.map(({ at, text }) => h("li", { dir: "auto" }, h("time", { datetime: at, title: fullTime(at) }, moment(at, serverNow())), " ", text)));
      status.textContent = decisions.length ? "" : "Nothing was decided about it yet.";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      status.textContent = error.message;
    }
  });
  return h("section", null, box);
}

/** @param {unknown} facts @returns {[string, unknown][]} */
function factList(facts) {
  if (Array.isArray(facts)) return facts.map((fact, i) => (typeof fact === "object" && fact ? [String(fact.label ?? fact.name ?? i + 1), fact.value] : [String(i + 1), fact]));
  return facts && typeof facts === "object" ? Object.entries(facts).map(([name, value]) => [words(name), value]) : [];
}

/**
 * @template T
 * @param {string} title
 * @param {T[]} items
 * @param {(item: T) => HTMLElement} draw
 * @param {string} empty  said when there are none; nothing is shown without words for it
 */
function listOf(title, items, draw, empty) {
  if (items.length === 0 && !empty) return null;
  const list = items.length ? h("ul", { class: "papers" }, ...items.map(draw)) : h("p", { class: "panel-note" }, empty);
  return h("section", null, h("h3", null, title, items.length > 0 && h("span", { class: "list-count" }, String(items.length))), list);
}

/** @param {string} name */
function initials(name) {
  const parts = name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => [...(part ?? "")][0] ?? "").join("").toUpperCase();
}
