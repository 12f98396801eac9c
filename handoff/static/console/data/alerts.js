/** Tells an agent who is looking elsewhere: sound, desktop notification, the tab's title and icon. */

import { customerName, words } from "../lib/labels.js";
import { recall } from "./prefs.js";
import { Beep } from "./beep.js";

/** An offer nobody has looked at sounds again after this long. */
const AGAIN_MS = 8000;

/** @typedef {import("../lib/types.js").QueueItem} QueueItem */

export class Alerts {
  #desk;
  #beep = new Beep();
  /** What has been told: conversation id -> when its offer ends or its last message came. @type {Map<string, string>} */
  #told = new Map();
  #first = true;
  #again = 0;
  /** @type {Map<string, Notification>} */
  #shown = new Map();

  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.#desk.addEventListener("lists", () => this.#look(), { signal });
    this.#desk.addEventListener("session", () => this.#start(), { signal });
    const timer = setInterval(() => this.#remind(), 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  #start() {
    this.#told.clear();
    this.#first = true;
    this.#badge();
  }

  #look() {
    if (!this.#desk.queue) return;
    const offers = this.#desk.offers();
    const replies = this.#desk.queue.mine.filter((item) => item.unanswered);
    const newOffers = offers.filter((item) => this.#isNews(`offer ${item.id}`, item.offer_expires_at));
    const newReplies = replies.filter((item) => this.#isNews(`reply ${item.id}`, item.last_at) && !this.#isRead(item));
    const newMentions = (this.#desk.queue.mentions ?? []).filter((item) => item.unread && this.#isNews(`mention ${item.id}`, String(item.no)) && !this.#isRead(item));
    this.#badge();
    for (const [id, note] of this.#shown) if (!offers.some((item) => item.id === id)) note.close();
    // Those of before the page was opened stand in their list.
    if (newMentions.length && !this.#first) this.#tellMentions(newMentions);
    if (newOffers.length) this.#tell("offer", newOffers);
    else if (newReplies.length && !this.#first) this.#tell("reply", newReplies);
    this.#first = false;
  }

  /** @param {string} key @param {string | null} mark */
  #isNews(key, mark) {
    const news = this.#told.get(key) !== (mark ?? "");
    this.#told.set(key, mark ?? "");
    return news;
  }

  /** @param {{ id: string }} item */
  #isRead(item) {
    return item.id === this.#desk.openId && document.hasFocus();
  }

  /** @param {"offer" | "reply"} kind @param {QueueItem[]} items */
  #tell(kind, items) {
    this.#again = Date.now() + AGAIN_MS;
    if (kind === "offer") this.#desk.dispatchEvent(new CustomEvent("announce", { detail: `Offered to you: ${items.map(spoken).join("; ")}` }));
    // Of several tabs one speaks; a notification's tag would let only one stand, but the sound would come from each.
    if (!this.#desk.leads) return;
    this.#sound(kind);
    if (document.hasFocus()) return;
    for (const item of items) this.#notify(kind, item);
  }

  /** @param {"offer" | "reply"} kind */
  #sound(kind) {
    if (recall("sound", true)) this.#beep.play(kind);
  }

  /** @param {import("../lib/types.js").MentionItem[]} items */
  #tellMentions(items) {
    for (const item of items) this.#desk.notify(`${item.by.name} mentioned you: ${customerName(item)}`);
    if (!this.#desk.leads) return;
    this.#sound("reply");
    if (document.hasFocus()) return;
    for (const item of items) this.#show(item.id, `${item.by.name} mentioned you`, `${customerName(item)}: ${item.text}`);
  }

  /** @param {"offer" | "reply"} kind @param {QueueItem} item */
  #notify(kind, item) {
    const who = customerName(item);
    const title = kind === "offer" ? `Offer: ${who}` : `${who} wrote`;
    const about = [item.tier, item.topic].flatMap((code) => (code ? words(code) : [])).join(" · ");
    const note = this.#show(item.id, title, [about, item.preview].filter(Boolean).join("\n"));
    if (note && kind === "offer") this.#shown.set(item.id, note);
  }

  /** @param {string} id @param {string} title @param {string} body @returns {Notification | null} */
  #show(id, title, body) {
    if (!("Notification" in window) || Notification.permission !== "granted" || !recall("notify", true)) return null;
    try {
      const note = new Notification(title, { body, tag: id, icon: "/static/console/icon.svg" });
      note.onclick = () => {
        window.focus();
        this.#desk.open(id);
        note.close();
      };
      return note;
    } catch {
      // Some phones know the name only and refuse the constructor; sound and title remain.
      return null;
    }
  }

  /** Sounds an unseen offer again. */
  #remind() {
    if (document.hasFocus() || !this.#desk.leads || Date.now() < this.#again || this.#desk.offers().length === 0) return;
    this.#again = Date.now() + AGAIN_MS;
    this.#sound("offer");
  }

  #badge() {
    const offers = this.#desk.agent ? this.#desk.offers() : [];
    const waiting = this.#desk.agent ? (this.#desk.queue?.mine.filter((item) => item.unanswered).length ?? 0) : 0;
    const mentions = this.#desk.agent ? (this.#desk.queue?.mentions?.filter((item) => item.unread).length ?? 0) : 0;
    const count = offers.length + waiting + mentions;
    const title = offers[0] ? `Offer: ${customerName(offers[0])} · Rapport` : "Rapport";
    document.title = count ? `(${count}) ${title}` : title;
    const icon = document.querySelector('link[rel="icon"]');
    const href = `/static/console/${count ? "icon-alert" : "icon"}.svg`;
    if (icon?.getAttribute("href") !== href) icon?.setAttribute("href", href);
  }
}

/** @param {QueueItem} item */
const spoken = (item) => [customerName(item), item.tier && words(item.tier), item.topic && words(item.topic)].filter(Boolean).join(", ");
