/**
 * What this agent has on the desk: who they are, their lists, the open conversation. The only reader of the API;
 * elements show what it holds and redraw on its events: "session", "lists", "opened", "conversation", "connection", "notice".
 * Longer than its neighbours: session, selection and connection decide together what is fetched and when.
 */

import { ApiError, get, post } from "./api.js";
import { CannedReplies } from "./canned.js";
import { Colleagues } from "./colleagues.js";
import { serverNow, setServerNow } from "./clock.js";
import { LiveStream } from "./live.js";
import { Opened } from "./opened.js";
import { Outbox } from "./outbox.js";
import { forgetWords } from "./prefs.js";
import { Refetch } from "./refetch.js";
import { Signs } from "./signs.js";

/** With a stream that died unnoticed the screen is still never older than this. */
const FLOOR_MS = 20_000;
const AGAIN_MS = 3000;
/** Links to files hold ten minutes: threads are read whole again before they end. */
const LINKS_MS = 8 * 60_000;

/** @typedef {{ text: string, tone: "info" | "bad" }} Notice */

export class Desk extends EventTarget {
  /** @type {import("../lib/types.js").Agent | null} */
  agent = null;
  /** @type {string | null} */
  presence = null;
  /** @type {string | null} */
  awayReason = null;
  /** @type {import("../lib/types.js").Queue | null} */
  queue = null;
  /** Conversations with a verb of ours under way. @type {Set<string>} */
  busy = new Set();
  outbox = new Outbox();
  notes = new Outbox("notes", "no");
  colleagues = new Colleagues();
  canned = new CannedReplies();
  signs = new Signs();

  /** @type {LiveStream | null} */
  #live = null;
  #streaming = false;
  #reachable = true;
  #lists = new Refetch(() => this.#guarded(() => this.#fetchLists()));
  #opened = new Opened(this, (fetch) => this.#guarded(fetch));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #floor;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #links;

  constructor() {
    super();
    this.#opened.addEventListener("change", () => this.#tell("conversation"));
    window.addEventListener("hashchange", () => this.#readAddress());
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
  }

  get openId() {
    return this.#opened.id;
  }

  /** Why the open conversation cannot be shown. */
  get gone() {
    return this.#opened.gone;
  }

  get conversation() {
    return this.#opened.conversation;
  }

  get connected() {
    return this.#streaming && this.#reachable;
  }

  /** Whether this tab is the one that sounds. */
  get leads() {
    return this.#live?.leads ?? false;
  }

  /** Goes on with the session the browser has, if any. */
  async resume() {
    try {
      this.#begin(await get("/api/console/me"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) this.#tell("session");
      else {
        this.#tell("unreached");
        setTimeout(() => this.resume(), AGAIN_MS);
      }
    }
  }

  /**
   * @param {string} email
   * @param {string} password
   * @param {string} [code]  of the second factor
   * @throws {ApiError}
   */
  async signIn(email, password, code = "") {
    const { agent } = await post("/api/console/login", { email, password, ...(code && { code }) });
    this.#begin({ agent, presence: "online" });
  }

  async signOut() {
    await post("/api/console/logout").catch(() => {});
    forgetWords();
    this.#end();
  }

  /** Going away is asked about first. @param {import("../lib/types.js").Presence} status */
  choosePresence(status) {
    if (status === "away") this.dispatchEvent(new Event("leaving"));
    else this.setPresence(status);
  }

  /**
   * @param {import("../lib/types.js").Presence} status
   * @param {{ reason?: string, conversations?: "keep" | "replies" | "requeue" }} [more]
   */
  async setPresence(status, more = {}) {
    try {
      const { presence, away_reason } = await post("/api/console/presence", { status, ...more });
      Object.assign(this, { presence, awayReason: away_reason ?? null });
      this.#tell("lists");
      this.#lists.ask();
    } catch (error) {
      this.#tell("lists");
      this.explain(error, "Your presence was not changed.");
    }
  }

  /** @param {string | null} id */
  open(id) {
    location.hash = id ? encodeURIComponent(id) : "";
    this.#readAddress();
  }

  /** Fetches the lists and the open conversation. @returns {Promise<void>} */
  async refresh() {
    if (!this.agent) return;
    await Promise.all([this.#lists.ask(), this.#opened.ask()]);
  }

  /**
   * @param {string} id
   * @returns {import("../lib/types.js").QueueItem | undefined} its card in the lists
   */
  item(id) {
    return this.items().find((item) => item.id === id);
  }

  /** @returns {import("../lib/types.js").QueueItem[]} all cards, in the order of the screen */
  items() {
    return this.queue ? [...this.queue.mine, ...this.queue.dedicated, ...this.queue.general, ...(this.queue.covered ?? []), ...(this.queue.attention ?? [])] : [];
  }

  /** @param {string | null | undefined} name  of a team queue @returns {string} its title; empty where there is one queue alone */
  queueTitle(name) {
    const queues = this.queue?.queues ?? [];
    return queues.length > 1 ? (queues.find((queue) => queue.name === name)?.title ?? "") : "";
  }

  /** @returns {import("../lib/types.js").QueueItem[]} what is offered to this agent now, the most urgent first */
  offers() {
    const now = serverNow();
    const ends = (/** @type {import("../lib/types.js").QueueItem} */ item) => Date.parse(item.offer_expires_at ?? "");
    return this.items().filter((item) => ends(item) > now).sort((a, b) => ends(a) - ends(b));
  }

  /**
   * @param {string} text
   * @param {Notice["tone"]} [tone]
   */
  notify(text, tone = "info") {
    this.dispatchEvent(new CustomEvent("notice", { detail: { text, tone } }));
  }

  /**
   * Says what went wrong; an ended session leads back to the sign-in form.
   * @param {unknown} error
   * @param {string} what
   */
  explain(error, what) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) this.#end();
    else this.notify(`${what} ${error.message}`, "bad");
  }

  /** @param {string} id @param {boolean} busy */
  setBusy(id, busy) {
    if (busy) this.busy.add(id);
    else this.busy.delete(id);
    this.#tell("lists");
    this.#tell("conversation");
  }

  /** @param {{ agent: import("../lib/types.js").Agent, presence: string }} session */
  #begin({ agent, presence }) {
    // Whose role must have a second factor sets it up before anything else.
    if (agent.must_enrol) {
      location.assign("/console/office#account");
      return;
    }
    this.agent = agent;
    this.presence = presence;
    this.outbox.own(agent.id);
    this.notes.own(agent.id);
    this.signs.start(agent.id, () => this.openId);
    this.#tell("session");
    this.#readAddress();
    this.#live = new LiveStream();
    this.#live.addEventListener("open", () => this.#caughtUp());
    this.#live.addEventListener("changed", (event) => this.#changed(/** @type {CustomEvent} */ (event).detail));
    this.#live.addEventListener("sign", (event) => this.signs.hear(/** @type {CustomEvent} */ (event).detail));
    this.#live.addEventListener("lost", () => this.#setConnection({ streaming: false }));
    this.#live.start();
    this.#floor = setInterval(() => this.refresh(), FLOOR_MS);
    this.#links = setInterval(() => this.#opened.readAnew(), LINKS_MS);
    this.refresh();
  }

  #end() {
    if (!this.agent) return;
    this.#live?.stop();
    clearInterval(this.#floor);
    clearInterval(this.#links);
    this.signs.stop();
    Object.assign(this, { agent: null, presence: null, queue: null });
    this.#opened.gone = null;
    this.#opened.forgetAll();
    this.#tell("session");
  }

  /** The stream is (again) open: whatever it said meanwhile was missed, so everything is fetched whole. */
  async #caughtUp() {
    this.#opened.readAnew();
    this.#opened.forgetOthers();
    this.#setConnection({ streaming: true });
    await this.#guarded(async () => {
      const { agent } = await get("/api/console/me");
      // Another tab of this browser signed somebody else in.
      if (this.agent && agent.id !== this.agent.id) location.reload();
    });
    await this.refresh();
  }

  /** What was said before the agent's eyes comes first: the lists and all that stands around it take longer. @param {{ id: string }} detail */
  async #changed({ id }) {
    if (id === this.openId) await this.#opened.askSaid();
    this.#lists.ask();
    if (id === this.openId) this.#opened.ask();
  }

  #readAddress() {
    const id = decodeURIComponent(location.hash.slice(1)) || null;
    if (!this.agent) return;
    const moved = id !== this.openId;
    this.#opened.id = id;
    if (moved || this.gone) this.#opened.gone = null;
    if (moved) this.#tell("opened");
    if (moved) this.signs.look();
    this.#opened.ask();
  }

  async #fetchLists() {
    /** @type {import("../lib/types.js").Queue} */
    const queue = await get("/api/console/queue");
    if (!this.agent) return;
    setServerNow(queue.now);
    this.queue = queue;
    this.presence = queue.presence;
    this.awayReason = queue.away_reason ?? null;
    this.#tell("lists");
  }

  /** Runs a fetch and draws from its failure what it says about session and connection. @param {() => Promise<void>} fetch */
  async #guarded(fetch) {
    if (!this.agent) return;
    try {
      await fetch();
      this.#setConnection({ reachable: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) this.#end();
      else this.#setConnection({ reachable: false });
    }
  }

  /** @param {{ streaming?: boolean, reachable?: boolean }} news */
  #setConnection({ streaming = this.#streaming, reachable = this.#reachable }) {
    if (streaming === this.#streaming && reachable === this.#reachable) return;
    const unreached = !this.#reachable && reachable;
    this.#streaming = streaming;
    this.#reachable = reachable;
    this.#tell("connection");
    // A failed fetch of the other half was not repeated: now it can be.
    if (unreached || !streaming) this.refresh();
  }

  /** @param {"session" | "lists" | "opened" | "conversation" | "connection" | "unreached"} what */
  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
