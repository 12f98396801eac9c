/** <front-page>: what stands before the chat: the notice that answers take longer, and what visitors are asked. */

import { get, post } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { fullTime } from "../../lib/format.js";
import { ask, checked, checks, field, input } from "../lib/form.js";
import { badge, OfficePage, table } from "../lib/page.js";
import { topicRows } from "../lib/topics.js";

const AT = "/api/console/office/front";
const LONGEST = 200;
/** @typedef {{ version: number, text: string, spanish: string, until: string | null, shown: boolean }} Notice */
/** @typedef {{ version: number, on: boolean, name: boolean, email: boolean, topics: import("../lib/topics.js").Topic[], known: { topic: string, queue: string }[] }} Questions */

export class FrontPage extends OfficePage {
  connectedCallback() {
    this.head("Before the chat", "What customers read before they write, and what visitors are asked. Open chats follow within 15 seconds.");
    this.#fetch();
  }

  #fetch() {
    return this.load(
      () => get(AT),
      (/** @type {{ notice: Notice, questions: Questions }} */ { notice, questions }) => [h("div", { class: "tiles" }, this.#noticeTile(notice), this.#questionsTile(questions))],
    );
  }

  /** @param {Notice} notice */
  #noticeTile(notice) {
    const { text, spanish, until, shown } = notice;
    const ends = until && h("p", { class: "faint" }, shown ? "Until " : "Ended ", h("time", { datetime: until }, fullTime(until)));
    const write = h("button", { type: "button", class: "button button-primary", onclick: () => this.#write(notice) }, text ? "Change it" : "Write a notice");
    const away = text && h("button", { type: "button", class: "button", onclick: () => this.#takeAway(notice) }, "Take it away");
    return h(
      "section",
      { class: "tile" },
      h("h3", null, "Notice"),
      h("p", null, badge(shown ? "Shown now" : text ? "Ended" : "None", shown ? "warn" : "")),
      text ? h("p", { dir: "auto" }, text) : h("p", { class: "faint" }, "When answers take longer than usual, say so here: it stands at the top of the chat before somebody writes and while they wait, and goes once with the first text about waiting."),
      spanish ? h("p", { dir: "auto", lang: "es", class: "faint" }, spanish) : null,
      ends || null,
      h("div", { class: "more-acts" }, write, away || null),
    );
  }

  /** @param {Questions} questions */
  #questionsTile(questions) {
    const { on, name, email, topics } = questions;
    const asked = [name && "name", email && "e-mail", topics.length > 0 && "topic"].filter(Boolean).join(", ");
    const rows = topics.map((one) => [one.label, one.spanish ?? "", one.queue ?? ""]);
    return h(
      "section",
      { class: "tile" },
      h("h3", null, "Questions to visitors"),
      h("p", null, badge(on ? "Asked" : "Off", on ? "good" : ""), on ? ` ${asked}` : ""),
      h("p", { class: "faint" }, "Above the field, for who is not signed in; nobody has to answer. A name and an address that somebody types prove nothing: the console says so. A topic leads to the queue that names it."),
      topics.length ? table("Topics", ["Topic", "In Spanish", "Goes to"], rows, "") : null,
      this.mayWrite && h("div", { class: "more-acts" }, h("button", { type: "button", class: "button", onclick: () => this.#ask(questions) }, "Change what is asked")),
    );
  }

  /** @param {Notice} notice */
  #write({ version, text, spanish, until }) {
    const area = (/** @type {string} */ words) => {
      const node = h("textarea", { rows: 3, maxlength: LONGEST, dir: "auto" });
      node.value = words;
      return node;
    };
    const english = area(text);
    const second = area(spanish);
    const ends = input({ type: "datetime-local", value: until && Date.parse(until) > Date.now() ? local(until) : "" });
    ask({
      title: "Notice",
      parts: [
        field("text", "What customers read", english, `Plain words, ${LONGEST} characters at the most.`),
        field("spanish", "In Spanish", second, "May be left out: then the English words are shown."),
        field("until", "Until", ends, "In your own time. Left open, it stays until somebody takes it away."),
      ],
      submit: async () => {
        const end = ends.value ? new Date(ends.value).toISOString() : null;
        await post(`${AT}/notice`, { version, text: english.value, spanish: second.value, until: end });
        this.say(english.value.trim() ? "The notice is shown." : "There is no notice now.");
        await this.#fetch();
      },
    });
  }

  /** @param {Notice} notice */
  async #takeAway({ version }) {
    ask({
      title: "Take the notice away?",
      lead: "Nobody is shown it any more.",
      act: "Take it away",
      parts: [],
      submit: async () => {
        await post(`${AT}/notice`, { version, text: "" });
        this.say("There is no notice now.");
        await this.#fetch();
      },
    });
  }

  /** @param {Questions} questions */
  #ask({ version, on, name, email, topics, known }) {
    /** @type {[string, string][]} */
    const choices = [["name", "Their name"], ["email", "Their e-mail address"]];
    const turned = checks("Before the chat", "on", [["on", "Ask visitors who are not known"]], on ? ["on"] : []);
    const which = checks("Questions", "questions", choices, [name ? "name" : "", email ? "email" : ""]);
    const rows = topicRows(topics, known);
    ask({
      title: "Questions to visitors",
      wide: true,
      parts: [turned, which, rows.element],
      submit: async () => {
        const wanted = checked(which);
        const body = { version, on: checked(turned).length > 0, name: wanted.includes("name"), email: wanted.includes("email"), topics: rows.written() };
        await post(`${AT}/questions`, body);
        this.say("Saved.");
        await this.#fetch();
      },
    });
  }
}

/** A moment as the field for it wants it: in the reader's own time. @param {string} at */
function local(at) {
  const there = new Date(at);
  return new Date(there.getTime() - there.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
