// @ts-check
/** How it was: a score and, if they like, words, for each who served them. It can be changed while it is open. */

import { h, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Rating} from "./types.d.ts" */

export const styles = await sheet("forms.css");

export const words = {
  agent: (/** @type {string} */ name) => `How was it with ${name}?`,
  bot: "How did our assistant do?",
  scores: ["Poor", "Fair", "Okay", "Good", "Very good"],
  more: "Anything you would like to add?",
  send: "Send",
  thanks: "Thank you.",
  failed: "That did not get through. Please try again.",
};

/** @typedef {typeof words} StarsTexts */

export class Stars {
  #sign = "";
  element = h("div", { class: "ratings" });

  /** @param {StarsTexts} its @param {() => Conversation} conversation */
  constructor(its, conversation) {
    this.its = its;
    this.conversation = conversation;
  }

  /** @param {Rating[]} ratings */
  draw(ratings) {
    const sign = ratings.map((one) => `${one.party} ${one.name}`).join();
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.element.replaceChildren(...ratings.map((one) => this.#one(one)));
  }

  /** @param {Rating} rating */
  #one({ party, name, score, words: said }) {
    const { its } = this;
    const note = h("p", { class: "fine", role: "status" }, score ? its.thanks : "");
    const field = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: "2", maxlength: 1_000, "aria-label": its.more, placeholder: its.more, dir: "auto" }));
    field.value = said;
    const more = h("div", { class: "row", hidden: !score }, field, h("button", { class: "primary", type: "submit" }, its.send));
    const tell = async () => {
      const chosen = form.querySelector("input:checked");
      if (!(chosen instanceof HTMLInputElement)) return;
      more.hidden = false;
      try {
        await this.conversation().call("rating", { party, score: Number(chosen.value), words: field.value.trim() });
        note.textContent = its.thanks;
      } catch {
        note.textContent = its.failed;
      }
    };
    const star = (/** @type {string} */ label, /** @type {number} */ index) => {
      const input = h("input", { type: "radio", name: `rapport-${party}`, value: index + 1, checked: score === index + 1, onchange: tell });
      return h("label", { title: label }, input, h("span", { "aria-hidden": "true" }, "★"), h("span", { class: "hidden" }, label));
    };
    const legend = h("legend", {}, party === "bot" ? its.bot : its.agent(name));
    const form = h("form", { class: "sheet" }, h("fieldset", { class: "stars" }, legend, ...its.scores.map(star)), more, note);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tell();
    });
    return form;
  }
}

/** @param {string} locale @param {() => Conversation} conversation */
export async function stars(locale, conversation) {
  return new Stars(await wordsFor(locale, "stars", words), conversation);
}
