// @ts-check
/** One bubble: who said it, what was said, and, for the customer's own, what became of it. */

import { face, h, hidden, icon } from "./dom.js";
import { bring } from "./later.js";
import { markdown, plain } from "./markdown.js";

/** @import {Format, Texts} from "./language.js" */
/** @import {Author, Message, Pending} from "./types.d.ts" */

/** @import {Conversation} from "./conversation.js" */

/** @typedef {{t: Texts, format: Format, dedicated: string | null, conversation: () => Conversation}} Ways `dedicated`: the name of the customer's own representative, once known. */

const CARDS_WAIT_MS = 3_000;
/** Cards that come with fields or pictures of their own are drawn by another module than those of an order. */
const RICH = ["image", "carousel", "form"];
/** @type {typeof import("./cards.js") | null} */
let cards = null;
/** @type {Awaited<ReturnType<typeof import("./rich.js").rich>> | null} */
let rich = null;
/** @type {Promise<unknown> | null} */
let enriching = null;

/** What draws cards is on its way: fetched when there is one to show. @param {Message[]} messages @param {string} locale @returns {Promise<unknown> | null} Null when it is there or not needed. */
function cardsFor(messages, locale) {
  const kinds = messages.flatMap((one) => one.card?.kind ?? []);
  if (!cards && kinds.some((kind) => !RICH.includes(kind))) {
    const coming = bring("cards.js");
    coming.then((module) => (cards = module)).catch(() => {});
    return coming;
  }
  if (rich || !kinds.some((kind) => RICH.includes(kind))) return null;
  enriching ??= bring("rich.js").then(async (module) => (rich = await module.rich(locale)));
  enriching.catch(() => (enriching = null));
  return enriching;
}

/** Cards on their way are waited for, so that nothing jumps, but not for long: the text is complete without them. */
export class CardsWait {
  /** @type {Promise<unknown> | null} */
  #coming = null;
  #without = 0;

  /** @param {Message[]} messages @param {string} locale @param {() => void} then */
  waits(messages, locale, then) {
    const coming = messages.length === this.#without ? null : cardsFor(messages, locale);
    if (!coming) return false;
    if (coming === this.#coming) return true;
    this.#coming = coming;
    const go = () => {
      if (this.#coming !== coming) return;
      this.#coming = null;
      this.#without = messages.length;
      then();
    };
    const limit = setTimeout(go, CARDS_WAIT_MS);
    coming.then(go, go).then(() => clearTimeout(limit));
    return true;
  }
}

/** How a message with a card can be shown now: the text is complete without it. @param {Message} message @param {number} spoke The customer's newest message: what stands before it is answered. */
export function fullness({ card, seq }, spoke) {
  if (!card) return "";
  if (RICH.includes(card.kind)) return rich ? `rich ${card.kind === "form" && seq < spoke}` : "";
  return cards ? "with card" : "";
}

/** @param {Author} author @param {Ways} ways @returns {[name: string, role: string]} */
export function nameAndRole({ kind, name }, { t, dedicated }) {
  if (kind === "customer") return [t.you, ""];
  if (kind === "system") return [name || t.notice, ""];
  if (kind === "bot") return [name || t.assistant, t.botRole];
  return [name, name === dedicated ? t.dedicatedRole : t.agentRole];
}

/** @param {Author} author */
export function avatar(author) {
  return h("span", { class: "avatar", "data-kind": author.kind, "aria-hidden": "true" }, face(author.kind === "agent" && author));
}

/** @param {Message} message @param {Ways} ways @param {boolean} [answered] The customer has spoken since. */
export function messageElement(message, ways, answered = false) {
  const { author, text, card, at } = message;
  const mine = author.kind === "customer";
  const [name, role] = nameAndRole(author, ways);
  const full = card && rich && RICH.includes(card.kind) ? rich(card, ways, answered) : null;
  const drawn = full ?? (card && cards ? cards.cardElement(card, ways.t, ways.format) : null);
  const [before, after] = card && drawn && cards && !full ? cards.around(text, card) : [message.wordless ? "" : text, ""];
  const bubble = (/** @type {string} */ words) => words && h("div", { class: "bubble", dir: "auto" }, mine ? plain(words) : markdown(words));
  return h(
    "div",
    { class: "message", "data-kind": author.kind, "data-seq": message.seq },
    mine || author.kind === "system" ? hidden(`${name}: `) : who(author, name, role),
    bubble(before),
    drawn,
    bubble(after),
    message.files && attached(message, ways),
    h("div", { class: "meta" }, h("time", { datetime: at }, ways.format.time(at))),
  );
}

/** Their names, until what shows them is here. @param {Message} message @param {Ways} ways */
function attached(message, ways) {
  const host = h("div", { class: "files" }, ...named(message.files));
  bring("files.js").then((module) => module.show(host, message, ways)).catch(() => {});
  return host;
}

/** @param {{name: string}[] | undefined} files */
function named(files = []) {
  return files.map(({ name }) => h("span", { class: "bubble" }, icon("clip"), plain(name)));
}

/** @param {Author} author @param {string} name @param {string} role */
function who(author, name, role) {
  return h("div", { class: "who" }, avatar(author), h("span", { class: "name" }, name), role && h("span", { class: "role" }, ` ${role}`), hidden(": "));
}

/**
 * @param {Pending} item
 * @param {Ways} ways
 * @param {{resend: (id: string) => void, discard: (id: string) => void}} on
 */
export function pendingElement(item, ways, on) {
  const { t, format } = ways;
  return h(
    "div",
    { class: "message", "data-kind": "customer", "data-trouble": item.trouble },
    hidden(`${t.you}: `),
    (item.text || item.label) && h("div", { class: "bubble", dir: "auto" }, plain(item.text || item.label || "")),
    ...named(item.files),
    item.trouble
      ? trouble(item, t, on)
      : h("div", { class: "meta" }, h("span", {}, item.seq ? t.sent : t.sending), h("time", { datetime: item.at }, ` · ${format.time(item.at)}`)),
  );
}

/** @param {Pending} item @param {Texts} t @param {{resend: (id: string) => void, discard: (id: string) => void}} on */
function trouble(item, t, on) {
  const refused = item.trouble === "refused";
  const reason = item.final ? t.optionGone : [refused ? t.notSent : t.waitingToSend, item.reason].filter(Boolean).join(" ");
  const again = h("button", { class: "link", type: "button", onclick: () => on.resend(item.client_id) }, refused ? t.sendAgain : t.sendNow);
  const remove = h("button", { class: "link", type: "button", onclick: () => on.discard(item.client_id) }, t.remove);
  return h("div", { class: "meta trouble" }, icon(refused ? "alert" : "clock"), h("span", {}, reason, " ", !item.final && again, refused && " ", refused && remove));
}
