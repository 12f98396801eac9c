// @ts-check
/** The thread on screen. Nodes are kept from one drawing to the next, so that a screen reader hears only what is new. */

import { h, hidden } from "./dom.js";
import { fullness, messageElement, pendingElement } from "./message.js";

/** @import {Outbox} from "./outbox.js" */
/** @import {Thread} from "./thread.js" */
/** @import {Ways} from "./message.js" */
/** @import {Option, Pending} from "./types.d.ts" */

/** Closer than this to the end counts as reading along. */
const NEAR_PX = 96;
const GROUP_MS = 5 * 60_000;
/** More choices than this are a list. */
const MANY = 8;

/** @typedef {{key: string, sign: string, make: () => HTMLElement, group?: string, at?: string}} Row */

export class Log {
  /** @type {Map<string, {sign: string, node: HTMLElement}>} */
  #drawn = new Map();
  #unseen = 0;
  #length = 0;
  #followed = true;

  /**
   * @param {Ways} ways
   * @param {{resend: (id: string) => void, discard: (id: string) => void, choose: (option: Option) => void, seen: () => void}} on
   * @param {() => HTMLElement} welcome What stands in an empty thread.
   */
  constructor(ways, on, welcome) {
    const { t } = ways;
    this.ways = ways;
    this.on = on;
    this.welcome = welcome;
    this.list = h("div", { class: "log", role: "log", "aria-label": t.conversation, "aria-live": "polite", tabindex: "0", onscroll: () => this.#scrolled() });
    // A picture that comes late must not push the end out of sight.
    this.list.addEventListener("load", () => this.#followed && this.toEnd(false), true);
    // Nor a form that opens below, or a keyboard.
    new ResizeObserver(() => this.#followed && this.list.clientHeight && this.toEnd(false)).observe(this.list);
    this.pill = h("button", { class: "pill", type: "button", hidden: true, onclick: () => this.toEnd(true) });
    this.element = h("div", { class: "thread" }, this.list, this.pill);
  }

  get atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_PX;
  }

  /** @param {Thread} thread @param {Outbox} outbox */
  draw(thread, outbox) {
    const follow = this.atEnd;
    const pending = outbox.items;
    const rows = [...this.#said(thread), ...this.#unsaid(pending), ...this.#live(thread, pending)];
    if (!thread.messages.length && !pending.length) rows.push({ key: "welcome", sign: "", make: this.welcome });
    this.#reconcile(rows);
    const length = thread.messages.length + pending.length;
    const grew = length - this.#length;
    this.#length = length;
    const mine = grew > 0 && pending.slice(-1).some((one) => !one.trouble);
    if (follow || mine) this.toEnd(false);
    else if (grew > 0) this.#unseen += grew;
    this.#drawPill();
  }

  /** @param {boolean} smooth */
  toEnd(smooth) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.#scrolled();
  }

  #scrolled() {
    this.#followed = this.atEnd;
    if (this.atEnd) {
      this.#unseen = 0;
      this.on.seen();
    }
    this.#drawPill();
  }

  #drawPill() {
    const { t } = this.ways;
    this.pill.hidden = this.atEnd;
    const words = this.#unseen ? t.newMessages(this.#unseen) : t.latest;
    if (this.pill.textContent !== words) this.pill.textContent = words;
    this.pill.classList.toggle("new", this.#unseen > 0);
  }

  /** @param {Thread} thread @returns {Row[]} */
  #said(thread) {
    const { ways } = this;
    /** @type {Row[]} */
    const rows = [];
    if (thread.restarted) rows.push({ key: "restarted", sign: "", make: () => h("p", { class: "notice" }, thread.asked ? ways.t.ownThread : ways.t.newThread) });
    let day = "";
    const spoke = thread.messages.findLast((one) => one.author.kind === "customer")?.seq ?? 0;
    for (const message of thread.messages) {
      const its = ways.format.day(message.at);
      if (its !== day) rows.push({ key: `day ${its}`, sign: "", make: () => h("div", { class: "day" }, h("span", {}, its)) });
      day = its;
      const key = message.client_id ?? `${thread.conversation} ${message.seq}`;
      const { kind, name } = message.author;
      const sign = `said ${kind === "agent" ? ways.dedicated : ""} ${fullness(message, spoke)} ${message.files?.length}`;
      rows.push({ key, sign, make: () => messageElement(message, ways, message.seq < spoke), group: kind === "customer" ? kind : `${kind} ${name}`, at: message.at });
    }
    return rows;
  }

  /** @param {Pending[]} pending @returns {Row[]} */
  #unsaid(pending) {
    const stuck = pending.some((one) => one.trouble === "waiting");
    return pending.map((one) => {
      const item = stuck && !one.seq && !one.trouble ? { ...one, trouble: /** @type {const} */ ("waiting") } : one;
      const sign = ["unsaid", item.trouble, item.reason, item.seq].join(" ");
      return { key: item.client_id, sign, make: () => pendingElement(item, this.ways, this.on), group: "customer", at: item.at };
    });
  }

  /** What stands under the last message: choices, or dots. @param {Thread} thread @param {Pending[]} pending @returns {Row[]} */
  #live(thread, pending) {
    const { t } = this.ways;
    const { seq, options: open } = thread.liveOptions(pending);
    // Choices are the bot's; the way out of the line has a button of its own for as long as the customer waits.
    const options = thread.state === "bot" ? open.filter((one) => one.id !== "cancel-request") : [];
    const { writing, fate } = thread;
    if (writing) {
      const words = t.writes(writing.name);
      const line = () => h("div", { class: "typing named" }, h("span", {}, words), h("i"), h("i"), h("i"));
      return [{ key: `writes ${writing.name}`, sign: "", make: line }];
    }
    if (fate && !pending.length) return [{ key: "fate", sign: fate, make: () => h("p", { class: "fate" }, t[fate]) }];
    if (thread.owesFor(pending)) {
      const dots = () => h("div", { class: "typing" }, hidden(t.typing), h("i"), h("i"), h("i"));
      return [{ key: `dots ${thread.last + pending.length}`, sign: "", make: dots }];
    }
    if (!options.length) return [];
    if (options.length > MANY) return [{ key: `list ${seq}`, sign: "", make: () => this.#list(options) }];
    const chips = () =>
      h(
        "div",
        { class: "chips", role: "group", "aria-label": t.options },
        ...options.map((option) => h("button", { class: "chip", type: "button", onclick: () => this.on.choose(option) }, option.label)),
      );
    return [{ key: `chips ${seq}`, sign: options.map((one) => one.id).join(" "), make: chips }];
  }

  /** @param {Option[]} options */
  #list(options) {
    const { t } = this.ways;
    const choose = () => list.selectedIndex && this.on.choose(options[list.selectedIndex - 1]);
    const list = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": t.options }, h("option", {}, t.choose), ...options.map((one) => h("option", {}, one.label))));
    return h("div", { class: "chips", role: "group", "aria-label": t.options }, list, h("button", { class: "chip", type: "button", onclick: choose }, t.send));
  }

  /** @param {Row[]} rows */
  #reconcile(rows) {
    const kept = new Map();
    rows.forEach((row, index) => {
      const before = this.#drawn.get(row.key);
      const node = before?.sign === row.sign ? before.node : row.make();
      if (before && before.node !== node) before.node.replaceWith(node);
      kept.set(row.key, { sign: row.sign, node });
      const close = (/** @type {Row | undefined} */ other) =>
        !!row.group && other?.group === row.group && Math.abs(Date.parse(other.at ?? "") - Date.parse(row.at ?? "")) < GROUP_MS;
      node.toggleAttribute("data-follows", close(rows[index - 1]));
      node.toggleAttribute("data-goes-on", close(rows[index + 1]));
    });
    for (const [key, { node }] of this.#drawn) if (!kept.has(key)) node.remove();
    let place = this.list.firstChild;
    for (const { node } of kept.values()) {
      if (node === place) place = node.nextSibling;
      else this.list.insertBefore(node, place);
    }
    this.#drawn = kept;
  }
}
