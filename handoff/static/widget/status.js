// @ts-check
/** What stands around the thread: who answers, how the connection is, how the waiting goes. */

import { h, icon, initials } from "./dom.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Thread} from "./thread.js" */
/** @import {Ways} from "./message.js" */
/** @import {Link} from "./types.d.ts" */

/** A short interruption mends itself; only a longer one is worth a banner. */
const PATIENCE_MS = 1_500;

export class Header {
  #sign = "";
  #avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  #name = h("h2", { id: "rapport-title" });
  #more = h("p", {});

  /** @param {Ways} ways @param {() => void} onClose */
  constructor(ways, onClose) {
    const close = h("button", { class: "plain", type: "button", "aria-label": ways.t.closeChat, onclick: onClose }, icon("close"));
    this.ways = ways;
    this.element = h("div", { class: "top" }, this.#avatar, h("div", { class: "answers" }, this.#name, this.#more), close);
  }

  /** @param {Thread} thread */
  draw(thread) {
    const [kind, name, more, face] = this.#answering(thread);
    this.#more.textContent = more;
    const sign = `${kind} ${name}`;
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.#name.textContent = name;
    this.#avatar.dataset.kind = kind;
    this.#avatar.replaceChildren(face);
  }

  /** @param {Thread} thread @returns {[kind: string, name: string, more: string, face: Node | string]} */
  #answering({ waits, state, status, messages }) {
    const { t } = this.ways;
    const { agent } = status;
    const role = agent?.dedicated ? t.dedicatedRole : t.agentRole;
    if (waits) {
      if (agent) return ["waiting", t.waitingFor(agent.name), role, initials(agent.name)];
      return ["waiting", t.waitingForPerson, t.nextFree, icon("clock")];
    }
    if (agent && state !== "closed") return ["agent", agent.name, role, initials(agent.name)];
    const bot = messages.find((one) => one.author.kind === "bot")?.author.name;
    return ["bot", bot || t.assistant, t.answersAtOnce, icon("spark")];
  }
}

/** Two quiet lines, shown only while there is something to say. */
export class Notices {
  #words = h("span", {});
  #retry;
  #wait = h("span", {});
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Ways} ways @param {{retry: () => void, choose: (id: string, label: string) => void}} on */
  constructor(ways, on) {
    const { t } = ways;
    this.ways = ways;
    this.#retry = h("button", { class: "link", type: "button", onclick: on.retry }, t.tryNow);
    this.banner = h("div", { class: "banner", role: "status" }, h("span", { class: "line", hidden: true }, icon("alert"), this.#words, this.#retry));
    const leave = h("button", { class: "chip", type: "button", onclick: () => on.choose("cancel-request", t.cancelRequest) }, t.cancelRequest);
    this.waiting = h("div", { class: "waiting", hidden: true }, icon("clock"), h("span", { role: "status" }, this.#wait), leave);
  }

  /** @param {Conversation} conversation */
  draw({ link, thread }) {
    this.#drawBanner(link);
    const { status } = thread;
    this.waiting.hidden = !thread.waits;
    if (this.waiting.hidden) return;
    const { t, format } = this.ways;
    const place = status.position ? t.inLine(status.position) : status.agent ? t.waitingFor(status.agent.name) : t.waitingForPerson;
    const waited = status.waiting_since ? format.since(status.waiting_since) : "";
    const words = waited ? `${place}, ${t.waitedFor(waited)}` : place;
    if (this.#wait.textContent !== words) this.#wait.textContent = words;
  }

  /** @param {Link} link */
  #drawBanner(link) {
    const words = this.#trouble(link);
    const line = /** @type {HTMLElement} */ (this.banner.firstElementChild);
    clearTimeout(this.#timer);
    const show = () => {
      line.hidden = words === "";
      this.#words.textContent = words;
      this.#retry.hidden = link === "lost";
      this.banner.dataset.link = link;
    };
    if (link === "reconnecting" && line.hidden) this.#timer = setTimeout(show, PATIENCE_MS);
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
