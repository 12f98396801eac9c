/** <agent-bar>: the top line: presence, the alert switches, help, who is signed in. */

import { recall, remember } from "../data/prefs.js";
import { h, setAttribute, setText } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { words } from "../lib/labels.js";
import { DeskView, view } from "../lib/view.js";
import { PresenceSwitch } from "./presence-switch.js";

export class AgentBar extends DeskView {
  #name = h("span", { class: "agent-name", dir: "auto" });
  #role = h("span", { class: "agent-role" });
  #sound = h("button", { type: "button", class: "icon-button", onclick: () => this.#toggle("sound", true) });
  #notify = h("button", { type: "button", class: "icon-button", onclick: () => this.#toggleNotify() }, icon("bell"));
  #help = h("button", { type: "button", class: "icon-button", "aria-label": "Keyboard shortcuts", title: "Keyboard shortcuts (?)", onclick: () => this.#ask("help") }, icon("keys"));

  #office = h("a", { class: "icon-button bar-office", target: "_blank", rel: "noopener" }, icon("person"));

  build() {
    const search = h("button", { type: "button", class: "icon-button", "aria-label": "Search", title: "Search (/)", onclick: () => this.#ask("search") }, icon("search"));
    const out = h("button", { type: "button", class: "icon-button", "aria-label": "Sign out", title: "Sign out", onclick: () => this.desk.signOut() }, icon("leave"));
    this.setAttribute("role", "banner");
    this.append(
      h("h1", { class: "brand" }, h("img", { src: "/static/console/icon.svg", alt: "", width: 24, height: 24 }), h("span", null, "Rapport")),
      view(PresenceSwitch, this.desk),
      h("div", { class: "bar-tools" }, search, this.#sound, this.#notify, this.#help, this.#office),
      h("div", { class: "agent" }, this.#name, this.#role),
      out,
    );
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.follow(["session", "prefs"], () => this.#draw(), signal);
  }

  #draw() {
    setText(this.#name, this.desk.agent?.name ?? "");
    setText(this.#role, words(this.desk.agent?.role ?? ""));
    const plain = this.desk.agent?.role === "agent";
    const label = plain ? "My account" : "Office and my account";
    setAttribute(this.#office, "href", `/console/office#${plain ? "account" : "agents"}`);
    setAttribute(this.#office, "aria-label", label);
    setAttribute(this.#office, "title", label);
    const loud = recall("sound", true);
    this.#sound.replaceChildren(icon(loud ? "sound" : "mute"));
    toggle(this.#sound, loud, "Sound");
    this.#notify.hidden = !("Notification" in window);
    if (!this.#notify.hidden) toggle(this.#notify, Notification.permission === "granted" && recall("notify", true), "Desktop notifications");
  }

  /** @param {string} name @param {boolean} otherwise */
  #toggle(name, otherwise) {
    remember(name, !recall(name, otherwise));
    this.#ask("prefs");
  }

  async #toggleNotify() {
    if (Notification.permission === "granted") return this.#toggle("notify", true);
    const answer = await Notification.requestPermission();
    remember("notify", answer === "granted");
    if (answer === "denied") this.desk.notify("Your browser blocks notifications from this page; its site settings can allow them.");
    return this.#ask("prefs");
  }

  /** @param {string} event */
  #ask(event) {
    this.desk.dispatchEvent(new Event(event));
  }
}

/** @param {HTMLButtonElement} button @param {boolean} on @param {string} label */
function toggle(button, on, label) {
  setAttribute(button, "aria-pressed", String(on));
  setAttribute(button, "aria-label", label);
  setAttribute(button, "title", `${label}: ${on ? "on" : "off"}`);
}
