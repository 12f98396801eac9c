// @ts-check
/** What stands above the field while somebody waits: for whom, where in line, how long, and what they can do meanwhile. */

import { face, h, sheet } from "./dom.js";

/** @import {Ways} from "./message.js" */
/** @import {Thread} from "./thread.js" */
/** @import {Status} from "./types.d.ts" */

export const styles = await sheet("waiting.css");

export const words = {
  inLine: (/** @type {number} */ n) => (n === 1 ? "You are next in line" : `You are number ${n} in line`),
  waitedFor: (/** @type {string} */ time) => `waiting ${time}`,
  waiting: "Waiting",
  meanwhile: "What you can do meanwhile",
  usually: (/** @type {string} */ range) => `Usually ${range}`,
  under: (/** @type {string} */ time) => `under ${time}`,
  aMinute: "a minute",
  asked: "A colleague has been asked",
  wasAsked: (/** @type {string} */ name) => `${name} has been asked`,
  standsIn: "Stands in for your representative",
  isBusy: (/** @type {string} */ name) => `${name} is in another conversation`,
  keptFor: (/** @type {string} */ time) => `Your place is kept for ${time}`,
  nobodyHere: "Nobody is online right now",
  firstWhoComes: "The first who comes gets your message. You don’t have to stay.",
  answersBy: (/** @type {string} */ when) => `Someone answers by ${when}`,
  needNotStay: "You don’t have to stay",
  waitsBy: { text: "We’ll text you", message: "The answer comes here" },
  /** @type {Record<string, string>} */
  ways: {
    "anyone-now": "Whoever is free first",
    "text-me": "Text me when it’s my turn",
    "leave-message": "Leave a message",
    bot: "Go on with the assistant",
    "cancel-request": "Stop waiting",
  },
};

/** @typedef {typeof words} WaitingTexts */

/** Closer than this to the end counts as reading along. */
const NEAR_PX = 96;
const LEAVE = "cancel-request";

export class Waiting {
  #sign = "";
  #face = h("span", { class: "face", "aria-hidden": "true" });
  #head = h("strong", {});
  #more = h("span", { class: "more" });
  #chips;
  #leave;

  /** @param {Ways} ways @param {WaitingTexts} its @param {HTMLElement} host @param {(id: string, label: string) => void} choose */
  constructor(ways, its, host, choose) {
    this.ways = ways;
    this.words = its;
    this.host = host;
    this.choose = choose;
    this.#leave = h("button", { class: "link", type: "button", onclick: () => choose(LEAVE, its.ways[LEAVE]) }, its.ways[LEAVE]);
    this.#chips = h("div", { class: "chips", role: "group", "aria-label": its.meanwhile });
    const said = h("p", { role: "status" }, this.#head, " ", this.#more);
    this.element = h("section", { class: "waits", "aria-label": its.waiting }, h("div", { class: "standing" }, this.#face, said, this.#leave), this.#chips);
  }

  /** The thread above gets smaller; who read its end still does. @param {Thread} thread */
  draw(thread) {
    const log = /** @type {HTMLElement} */ (/** @type {ShadowRoot} */ (this.host.getRootNode()).querySelector(".log"));
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    this.host.hidden = false;
    if (!this.element.isConnected) this.host.replaceChildren(this.element);
    this.#draw(thread);
    if (follow) log.scrollTop = log.scrollHeight;
  }

  /** @param {Thread} thread */
  #draw({ status }) {
    const [head, more] = this.#standing(status);
    if (this.#head.textContent !== head) this.#head.textContent = head;
    if (this.#more.textContent !== more) this.#more.textContent = more;
    const open = (status.ways ?? []).filter((id) => id !== LEAVE);
    const sign = [status.agent?.name, status.agent?.picture, ...open].join(" ");
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.#face.replaceChildren(face(status.agent, "clock"));
    this.#chips.replaceChildren(...open.flatMap((id) => this.#chip(id) ?? []));
  }

  /** @param {string} id */
  #chip(id) {
    const label = this.words.ways[id];
    return label ? h("button", { class: "chip", type: "button", "data-way": id, onclick: () => this.choose(id, label) }, label) : null;
  }

  /** @param {Status} status @returns {[head: string, more: string]} */
  #standing(status) {
    const { t, format } = this.ways;
    const { words } = this;
    const kept = status.waits_by && words.waitsBy[status.waits_by];
    if (status.outcome === "closed") {
      const opens = status.opens_at ? t.backAt(format.when(status.opens_at)) : t.waitingForPerson;
      return [opens, list([status.promised_at && words.answersBy(format.when(status.promised_at)), kept || words.needNotStay])];
    }
    const lasts = status.range && words.usually(this.#range(status.range));
    const waited = status.waiting_since && since(status.waiting_since, format.locale);
    const soFar = waited && words.waitedFor(waited);
    if (status.agent) return this.#own(status, list([kept, lasts, soFar]));
    if (status.outcome === "asked") return [words.asked, list([kept, soFar])];
    if (status.outcome === "nobody") return [words.nobodyHere, kept || words.firstWhoComes];
    return [status.position ? words.inLine(status.position) : t.waitingForPerson, list([lasts, kept, soFar])];
  }

  /** One person is waited for. @param {Status} status @param {string} more @returns {[head: string, more: string]} */
  #own({ agent, kept_until: until, outcome, stage }, more) {
    const { words } = this;
    const name = agent?.name ?? "";
    if (outcome === "asked") return [words.wasAsked(name), list([stage === "deputy" && words.standsIn, more])];
    const minutes = until ? Math.ceil((Date.parse(until) - Date.now()) / 60_000) : 0;
    const time = minutes > 1 ? this.ways.format.amount(minutes, "minute") : words.aMinute;
    return [words.isBusy(name), list([minutes > 0 && words.keptFor(time), more])];
  }

  /** Seconds as people say them: "2–5 minutes", "under a minute". @param {{low_s: number, high_s: number}} range */
  #range({ low_s: low, high_s: high }) {
    const { words } = this;
    const { format } = this.ways;
    const [size, unit] = high < 60 ? [1, "second"] : high < 7200 ? [60, "minute"] : [3600, "hour"];
    if (!low) return words.under(high === 60 ? words.aMinute : format.amount(high / size, unit));
    if (low % size === 0) return new Intl.NumberFormat(format.locale, { style: "unit", unit, unitDisplay: "long" }).formatRange(low / size, high / size);
    const smaller = low < 60 ? format.amount(low, "second") : format.amount(low / 60, "minute");
    return `${smaller} – ${format.amount(high / size, unit)}`;
  }
}

/** @param {(string | null | undefined | false)[]} parts */
function list(parts) {
  return parts.filter(Boolean).join(" · ");
}

/** How long ago, in whole minutes or hours. @param {string} at @param {string} locale @returns {string} Empty within the first minute. */
function since(at, locale) {
  const minutes = Math.floor((Date.now() - Date.parse(at)) / 60_000);
  if (!(minutes >= 1)) return "";
  const [value, unit] = minutes < 60 ? [minutes, "minute"] : [Math.floor(minutes / 60), "hour"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
}
