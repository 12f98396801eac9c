// @ts-check
/** <rapport-chat>: takes over the launcher that the loader has painted, and answers the page's calls. */

import { Api } from "./api.js";
import { Conversation } from "./conversation.js";
import { Format, textsFor } from "./language.js";
import { bring } from "./later.js";
import { Launcher } from "./launcher.js";
import { CardsWait } from "./message.js";
import { Panel } from "./panel.js";
import { seenOf, Session, subject } from "./session.js";
import { onChangedElsewhere, recall, remember } from "./shared.js";
import { SignIn } from "./signin.js";

/** @import {Texts} from "./language.js" */
/** @import {Kept} from "./session.js" */
/** @import {Attribute, Identity, Invitation, Message, RapportEvents} from "./types.d.ts" */

const NEW_MS = 30_000;

export class RapportChat extends HTMLElement {
  /** @type {CSSStyleSheet[]} */
  static sheets = [];
  /** Set before the element is defined, as the sheets are. @type {{locale: string, t: Texts}} */
  static language;
  /** What modules that come later find here: `handoff/tools/bundle.py`. @type {Record<string, unknown>} */
  static parts;

  /** @type {Conversation | null} */
  #conversation = null;
  /** @type {AbortController | null} */
  #attached = null;
  /** @type {AbortController} */
  #user = new AbortController();
  /** @type {[source: Identity | null, identity: string | null]} */
  #who = [null, null];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #redraw;
  #drawing = false;
  #cards = new CardsWait();
  #inviting = new AbortController();
  /** @type {Record<string, Attribute>} */
  #attributes = {};
  /** @type {import("./message.js").Ways} */
  #ways;
  #panel;
  #launcher;
  #signIn = new SignIn({
    conversation: () => this.#conversation,
    isOpen: () => this.isOpen,
    locale: () => this.#ways.format.locale,
    key: (who) => this.#key(who),
    show: (form) => this.#panel.show(form),
    become: (...who) => this.#become(...who),
  });

  constructor() {
    super();
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const { locale, t } = RapportChat.language;
    this.#ways = { t, format: new Format(locale, t), dedicated: null, conversation: () => /** @type {Conversation} */ (this.#conversation) };
    this.#panel = this.#built();
    this.#launcher = new Launcher(root);
    root.adoptedStyleSheets = [...RapportChat.sheets, ...root.adoptedStyleSheets];
    this.#launcher.button.before(this.#panel.element);
  }

  #built() {
    const key = () => `${this.#key(null)}:sound`;
    return new Panel(this.#ways, {
      close: () => this.close(),
      seen: () => this.#seen(),
      conversation: () => /** @type {Conversation} */ (this.#conversation),
      sound: { is: () => recall(key()) === true, turn: (on) => remember(key(), on || null) },
    });
  }

  connectedCallback() {
    this.#attached = new AbortController();
    this.#panel.watch(this.#attached.signal);
    // The element stands beside <body>, where pages rarely set their font.
    this.style.setProperty("--page-font", getComputedStyle(document.body).fontFamily);
    this.#become(...this.#who);
  }

  disconnectedCallback() {
    this.#inviting.abort();
    this.#attached?.abort();
    this.#user.abort();
    this.#conversation?.stop();
  }

  /** Where the gateway lives, with a slash at the end. */
  get gateway() {
    return this.getAttribute("gateway") ?? "/";
  }

  get isOpen() {
    return this.#panel.isOpen;
  }

  open() {
    if (this.isOpen) return;
    this.#inviting.abort();
    this.#conversation?.start();
    this.#drawNow();
    this.#panel.open();
    this.#drawLauncher();
    this.#emit("open", {});
  }

  close() {
    if (!this.isOpen) return;
    this.#panel.close();
    this.#drawLauncher();
    this.#launcher.button.focus();
    this.#emit("close", {});
  }

  /** @param {Identity} identity */
  setUser(identity) {
    return this.#signIn.of(identity);
  }

  signOut() {
    this.#signIn.out();
  }

  /** From now on the chat speaks this language. @param {string} locale A BCP 47 tag. */
  async setLocale(locale) {
    const t = await textsFor(locale);
    RapportChat.language = { locale, t };
    this.lang = locale;
    this.#ways = { ...this.#ways, t, format: new Format(locale, t) };
    const before = this.#panel;
    const wasOpen = before.isOpen;
    this.#panel = this.#built();
    before.element.replaceWith(this.#panel.element);
    if (this.#attached) this.#panel.watch(this.#attached.signal);
    if (this.#conversation) this.#conversation.session.api.locale = locale;
    this.#drawNow();
    if (wasOpen) this.#panel.open();
  }

  /** @param {Record<string, Attribute>} attributes Added to what is known; null forgets one. */
  setAttributes(attributes) {
    Object.assign(this.#attributes, attributes);
  }

  /** @param {Invitation[]} rules */
  async setInvitations(rules) {
    this.#inviting.abort();
    this.#inviting = new AbortController();
    const { signal } = this.#inviting;
    const { invite } = await bring("invite.js");
    await invite({
      key: `${this.#key(null)}:invited`,
      locale: this.#ways.format.locale,
      rules,
      attributes: () => this.#attributes,
      isOpen: () => this.isOpen,
      session: () => this.#conversation?.session,
      open: () => this.open(),
      put: (element) => this.#launcher.button.before(element),
      signal,
    });
  }

  /** @param {string | null} who */
  #key(who) {
    return `rapport:${new URL(this.gateway, location.href).href}:${who === null ? "visitor" : `customer:${who}`}`;
  }

  /** @param {Identity | null} source @param {string | null} identity @param {Kept | null} [kept] */
  #become(source, identity, kept = null) {
    this.#user.abort();
    this.#conversation?.stop();
    this.#user = new AbortController();
    this.#who = [source, identity];
    const key = this.#key(identity === null ? null : subject(identity));
    for (const what of kept ? ["outbox", "draft"] : []) remember(`${key}:${what}`, recall(`${kept?.key}:${what}`));
    const session = new Session(new Api(this.gateway, RapportChat.language.locale), key, source, identity, kept);
    this.#ways.dedicated = null;
    this.#conversation = new Conversation(session, seenOf(key, session.conversation), (news) => this.#draw(news, session));
    onChangedElsewhere(`${key}:read`, () => this.#drawLauncher(), this.#user.signal);
    if (this.isOpen || session.stored || kept) this.#conversation.start();
    this.#draw({});
  }

  /** The number of the last message that was on screen, in any tab. */
  get #read() {
    return this.#conversation ? seenOf(this.#conversation.session.key, this.#conversation.thread.conversation) : 0;
  }

  #seen() {
    const conversation = this.#conversation;
    if (!conversation || !this.isOpen || document.hidden) return;
    const { conversation: id, last } = conversation.thread;
    conversation.sees();
    if (last > this.#read) remember(`${conversation.session.key}:read`, { conversation: id, seq: last });
    this.#drawLauncher();
  }

  /** Many changes in one go, as when a transcript is replayed, are drawn once. @param {{message?: Message}} news @param {Session} [session] */
  #draw({ message }, session) {
    if (session && session !== this.#conversation?.session) return;
    if (message) {
      const { seq, author, text } = message;
      this.#emit("message", { seq, author, text });
      this.#ring(message);
    }
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  /** Heard in one tab only, and only what is new and not before the reader's eyes. @param {Message} message */
  #ring({ author, at }) {
    if (author.kind === "customer" || (this.isOpen && !document.hidden) || !this.#panel.on.sound.is()) return;
    if (this.#conversation?.stream.leads && Date.now() - Date.parse(at) < NEW_MS) bring("sound.js").then(({ tone }) => tone(), () => {});
  }

  #drawNow() {
    const conversation = this.#conversation;
    if (!conversation) return;
    const { thread, outbox } = conversation;
    if (this.#cards.waits(thread.messages, this.#ways.format.locale, () => this.#draw({}))) return;
    if (thread.status.agent?.dedicated) this.#ways.dedicated = thread.status.agent.name;
    this.#panel.draw(conversation);
    if (this.isOpen && this.#panel.log.atEnd) this.#seen();
    this.#drawLauncher();
    this.#announce(conversation);
    clearTimeout(this.#redraw);
    const owes = thread.owesFor(outbox.items);
    const again = thread.writing?.left || owes || (thread.status.waiting_since ? 30_000 : 0);
    if (again) this.#redraw = setTimeout(() => this.#draw({}), again + 50);
  }

  #told = { conversation: "", link: "" };

  /** @param {Conversation} conversation */
  #announce({ thread, session, link }) {
    if (thread.conversation && thread.conversation !== this.#told.conversation) {
      this.#emit("session", { conversation: thread.conversation, known: session.known });
    }
    if (link === "lost" && this.#told.link !== "lost") this.#emit("identity-refused", {});
    this.#told = { conversation: thread.conversation ?? "", link };
  }

  #drawLauncher() {
    const { messages } = this.#conversation?.thread ?? { messages: [] };
    const read = this.#read;
    const count = this.isOpen ? 0 : messages.filter((one) => one.seq > read && one.author.kind !== "customer").length;
    if (this.#launcher.draw(this.#ways.t, this.isOpen, count)) this.#emit("unread", { count });
  }

  /** @template {keyof RapportEvents} K @param {K} name @param {RapportEvents[K]} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
