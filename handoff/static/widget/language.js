// @ts-check
/** Every word the widget itself says, and times and money in the reader's language. What happens in the conversation is said by the server. */

import { wordsFor } from "./later.js";

/** @import {Money} from "./types.d.ts" */

const en = {
  chat: "Chat",
  openChat: "Open chat",
  closeChat: "Close chat",
  unread: (/** @type {number} */ n) => (n === 1 ? "1 unread message" : `${n} unread messages`),
  assistant: "Assistant",
  botRole: "Automated",
  agentRole: "Customer care",
  dedicatedRole: "Your representative",
  you: "You",
  notice: "Notice",
  answersAtOnce: "Automated, answers at once",
  waitingFor: (/** @type {string} */ name) => `Waiting for ${name}`,
  waitingForPerson: "Waiting for a person",
  nextFree: "The next free colleague",
  backAt: (/** @type {string} */ when) => `Back ${when}`,
  answersWithin: (/** @type {string} */ time) => `Usually answers within ${time}`,
  welcome: "How can we help?",
  welcomeMore: "Ask about an order, a delivery or a return. You can talk to a person at any time.",
  starters: ["Where is my order?", "Cancel an order", "What can you do?"],
  conversation: "Conversation",
  options: "Answers to choose from",
  person: "Talk to a person",
  writeMessage: "Write a message",
  send: "Send",
  left: (/** @type {number} */ n) => `${n} characters left`,
  delivered: "Delivered",
  seen: "Seen",
  writes: (/** @type {string} */ name) => `${name} is writing`,
  typing: "The assistant is writing",
  newMessages: (/** @type {number} */ n) => (n === 1 ? "1 new message" : `${n} new messages`),
  latest: "To the latest message",
  today: "Today",
  yesterday: "Yesterday",
  sending: "Sending",
  sent: "Sent",
  waitingToSend: "Not sent yet. Kept here and sent as soon as we are connected.",
  sendNow: "Send now",
  notSent: "Not sent.",
  sendAgain: "Send again",
  remove: "Remove",
  attach: "Add pictures or PDF",
  notAttached: "Files cannot be added right now. Please try again.",
  optionGone: "This choice is no longer open.",
  newThread: "Your earlier conversation has ended. This is a new one.",
  ownThread: "You already have a conversation with us. It goes on here.",
  more: "More",
  notNow: "That can’t be opened right now.",
  choose: "Choose",
  reconnecting: "Connection lost. Reconnecting…",
  down: "We can’t be reached right now. What you write is kept here and sent as soon as we are back.",
  offline: "You are offline. What you write is kept here and sent when you are back.",
  lost: "We could not confirm who you are. Please reload the page or sign in again.",
  tryNow: "Try now",
  order: "Order",
  plan: "What will happen",
  receipt: "Receipt",
  placed: "Placed",
  items: "Items",
  total: "Total",
  quantity: (/** @type {number} */ n) => `Quantity ${n}`,
  tracking: "Tracking",
  validUntil: (/** @type {string} */ time) => `Valid until ${time}`,
  progress: ["Placed", "Packed", "Delivered"],
};

/** @typedef {typeof en} Texts */

/** @param {string} locale A BCP 47 tag. @returns {Promise<Texts>} */
export function textsFor(locale) {
  return wordsFor(locale, "texts", en);
}

export class Format {
  /** @param {string} locale @param {Texts} texts */
  constructor(locale, texts) {
    this.locale = locale;
    this.texts = texts;
  }

  /** @type {Record<string, Intl.DateTimeFormat>} */
  #made = {};

  /** Made when it is first needed: a page that only loads need not wait for it. @param {Date} then @param {Intl.DateTimeFormatOptions} shape */
  #in(then, shape) {
    const { locale } = this;
    return (this.#made[Object.keys(shape).join()] ??= new Intl.DateTimeFormat(locale, shape)).format(then);
  }

  /** @param {string} at */
  time(at) {
    return valid(at) ? this.#in(new Date(at), { hour: "numeric", minute: "2-digit" }) : "";
  }

  /** @param {string} at */
  date(at) {
    return valid(at) ? this.#in(new Date(at), { day: "numeric", month: "short", year: "numeric" }) : at;
  }

  /** Today, yesterday, or the day's name. @param {string} at */
  day(at) {
    const then = new Date(at);
    const today = new Date();
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    if (then.toDateString() === today.toDateString()) return this.texts.today;
    if (then.toDateString() === yesterday.toDateString()) return this.texts.yesterday;
    return then.getFullYear() === today.getFullYear() ? this.#in(then, { weekday: "long", day: "numeric", month: "long" }) : this.date(at);
  }

  /** Today's time, else with its day. @param {string} at */
  when(at) {
    const then = new Date(at);
    if (then.toDateString() === new Date().toDateString()) return this.time(at);
    const near = then.getTime() - Date.now() < 6 * 86_400_000;
    const day = near ? { weekday: /** @type {const} */ ("long") } : { weekday: /** @type {const} */ ("short"), day: /** @type {const} */ ("numeric"), month: /** @type {const} */ ("short") };
    return this.#in(then, { ...day, hour: "numeric", minute: "2-digit" });
  }

  /** "5 minutes". @param {number} value @param {string} unit */
  amount(value, unit) {
    return new Intl.NumberFormat(this.locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
  }

  /** @param {Money} money */
  money(money) {
    if (typeof money === "string") return money;
    const format = new Intl.NumberFormat(this.locale, { style: "currency", currency: money.currency });
    return format.format(money.amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  }
}

/** @param {string | undefined} at */
function valid(at) {
  return !Number.isNaN(Date.parse(at ?? ""));
}
