// @ts-check
/** What stands around the thread: who answers, how the connection is, how the waiting goes. */

import { face, h, icon } from "./dom.js";
import { bring, wordsFor } from "./later.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Thread} from "./thread.js" */
/** @import {Ways} from "./message.js" */
/** @import {Link, Status} from "./types.d.ts" */

/** A short interruption mends itself; only a longer one is worth a banner. */
const PATIENCE_MS = 1_500;
const FAILED_MS = 5_000;

export class Header {
  #sign = "";
  #avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  #name = h("h2", { id: "rapport-title" });
  #more = h("p", {});

  /** @param {Ways} ways @param {() => void} onClose @param {(button: HTMLElement) => void} onMore */
  constructor(ways, onClose, onMore) {
    const close = h("button", { class: "plain", type: "button", "aria-label": ways.t.closeChat, onclick: onClose }, icon("close"));
    const more = h(
      "button",
      { class: "plain", type: "button", "aria-label": ways.t.more, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => onMore(more) },
      icon("more"),
    );
    this.ways = ways;
    this.element = h("div", { class: "top" }, this.#avatar, h("div", { class: "answers" }, this.#name, this.#more), more, close);
  }

  /** @param {Thread} thread */
  draw(thread) {
    const [kind, name, more, person, nobody] = this.#answering(thread);
    this.#more.textContent = more;
    const sign = `${kind} ${name} ${person?.picture}`;
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.#name.textContent = name;
    this.#avatar.dataset.kind = kind;
    this.#avatar.replaceChildren(face(person, nobody));
  }

  /** @param {Thread} thread @returns {[kind: string, name: string, more: string, person: Status["agent"], nobody?: string]} */
  #answering({ waits, state, status, messages }) {
    const { t } = this.ways;
    const { agent } = status;
    const role = agent?.dedicated ? t.dedicatedRole : t.agentRole;
    if (waits) {
      if (agent) return ["waiting", t.waitingFor(agent.name), role, agent];
      return ["waiting", t.waitingForPerson, t.nextFree, null, "clock"];
    }
    if (agent && state !== "closed") return ["agent", agent.name, role, agent];
    const bot = messages.find((one) => one.author.kind === "bot")?.author.name;
    return ["bot", bot || t.assistant, t.answersAtOnce, null];
  }
}

/** Quiet lines, shown only while there is something to say. */
export class Notices {
  #words = h("span", {});
  #retry;
  /** @type {import("./waiting.js").Waiting | null} */
  #waits = null;
  /** @type {import("./peek.js").Peek | null} */
  #peek = null;
  /** Its module makes it. @type {import("./front.js").Front | null} */
  front = null;
  /** @type {import("./stars.js").Stars | null} */
  #stars = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Ways} ways @param {{retry: () => void, choose: (id: string, label: string) => void}} on */
  constructor(ways, on) {
    const { t } = ways;
    this.ways = ways;
    this.on = on;
    this.#retry = h("button", { class: "link", type: "button", onclick: on.retry }, t.tryNow);
    this.line = h("span", { class: "line", hidden: true }, icon("alert"), this.#words, this.#retry);
    this.banner = h("div", { class: "banner", role: "status" }, this.line);
    this.waiting = h("div", { class: "waiting", hidden: true });
    this.ratings = h("div", { hidden: true });
    this.peeks = h("p", { class: "peeks", id: "rapport-peeks", role: "status", hidden: true });
    this.team = h("span", { class: "team" });
  }

  /** @param {Conversation} conversation @param {HTMLTextAreaElement} field */
  draw({ link, thread }, field) {
    this.#drawBanner(link);
    this.#drawPeek(thread.status, field).catch(() => {});
    if (!thread.waits) this.waiting.hidden = true;
    // If its module cannot be fetched now, the next change tries again.
    if (thread.waits) this.#drawWaiting(thread).catch(() => {});
    this.team.textContent = this.#team(thread.status);
    this.#drawRatings(thread.status.ratings ?? []).catch(() => {});
    if (this.front || thread.status.notice || thread.status.asks) bring("front.js").then((module) => module.draw(this)).catch(() => {});
  }

  /** Its module comes with the first wait. @param {Thread} thread */
  async #drawWaiting(thread) {
    if (!this.#waits) {
      const { Waiting, words } = await bring("waiting.js");
      const its = await wordsFor(this.ways.format.locale, "waiting", words);
      this.#waits ??= new Waiting(this.ways, its, this.waiting, this.on.choose);
    }
    if (thread.waits) this.#waits.draw(thread);
  }

  /** Who is not told that they are watched is not. @param {Status} status @param {HTMLTextAreaElement} field */
  async #drawPeek({ peeks }, field) {
    if (peeks && !this.#peek) {
      const made = await (await bring("peek.js")).peek(this.ways, this.peeks, field);
      this.#peek ??= made;
    }
    this.#peek?.draw();
  }

  /** @param {import("./types.d.ts").Rating[]} ratings */
  async #drawRatings(ratings) {
    this.ratings.hidden = !ratings.length;
    if (!ratings.length) return;
    if (!this.#stars) {
      const made = await (await bring("stars.js")).stars(this.ways.format.locale, this.ways.conversation);
      this.#stars ??= made;
      this.ratings.replaceChildren(this.#stars.element);
    }
    this.#stars.draw(ratings);
  }

  /** Something that could not be done: said for a moment, unless there is something worse. */
  failed() {
    if (this.banner.dataset.link && this.banner.dataset.link !== "online") return;
    clearTimeout(this.#timer);
    this.#words.textContent = this.ways.t.notNow;
    this.line.hidden = false;
    this.#retry.hidden = true;
    this.#timer = setTimeout(() => (this.line.hidden = true), FAILED_MS);
  }

  /** Before anybody is asked for: are they there, and how fast? @param {Status} status */
  #team({ team }) {
    const { t, format } = this.ways;
    if (!team) return "";
    if (!team.open) return team.opens_at ? t.backAt(format.when(team.opens_at)) : "";
    return team.here && team.usual_s ? t.answersWithin(format.amount(...amount(team.usual_s))) : "";
  }

  /** @param {Link} link */
  #drawBanner(link) {
    const words = this.#trouble(link);
    clearTimeout(this.#timer);
    const show = () => {
      this.line.hidden = !words;
      this.#words.textContent = words;
      this.#retry.hidden = link === "lost";
      this.banner.dataset.link = link;
    };
    if (link === "reconnecting" && this.line.hidden) this.#timer = setTimeout(show, PATIENCE_MS);
    else show();
  }

  /** @param {Link} link */
  #trouble(link) {
    const { t } = this.ways;
    if (link === "lost") return t.lost;
    if (link !== "down" && link !== "reconnecting") return "";
    if (!navigator.onLine) return t.offline;
    return link === "down" ? t.down : t.reconnecting;
  }
}

/** @param {number} seconds @returns {[number, string]} */
function amount(seconds) {
  return seconds < 60 ? [seconds, "second"] : seconds < 7200 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
}
