// @ts-check
/** "Go on by text message": a number, the code that came to it, and the way back. */

import { ApiError } from "./api.js";
import { h, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Format, Texts} from "./language.js" */
/** @import {Conversation} from "./conversation.js" */

export const styles = await sheet("forms.css");

export const words = {
  title: "Go on by text message",
  more: "The answers come to your phone. You can close this page and write back from there.",
  number: "Mobile number",
  example: "With the country code, such as +1 212 555 0100",
  send: "Send me a code",
  onFile: (/** @type {string} */ number) => `Use my number ${number}`,
  code: "Code from the text",
  sentTo: (/** @type {string} */ number) => `We have texted a code to ${number}.`,
  confirm: "Confirm",
  other: "Another number",
  on: (/** @type {string} */ number) => `Answers go to ${number} now, and stay here as well.`,
  stop: "Have them here alone again",
  close: "Close",
  impossible: "This conversation can’t go on by text right now.",
  unreachable: "That did not get through. Please try again.",
  needed: "Please fill this in.",
};

/** @typedef {typeof words} TextMeTexts */
/** @typedef {{possible: boolean, state: "off" | "code" | "on", number: string | null, on_file: string | null}} ByText */

/** @param {Conversation} conversation @param {{t: Texts, format: Format}} ways @param {(element: HTMLElement | null) => void} show */
export async function textMe(conversation, ways, show) {
  const its = await wordsFor(ways.format.locale, "textMe", words);
  const trouble = h("p", { class: "wrong", role: "alert" });
  const body = h("div", {});
  const close = h("button", { class: "link", type: "button", onclick: () => show(null) }, its.close);
  const element = h("section", { class: "sheet", "aria-label": its.title }, h("div", { class: "sheet-head" }, h("strong", {}, its.title), close), body, trouble);

  /** @param {string} path @param {object} [sent] */
  const ask = async (path, sent) => {
    trouble.textContent = "";
    element.ariaBusy = "true";
    try {
      draw(await conversation.call(path, sent));
    } catch (error) {
      trouble.textContent = error instanceof ApiError && error.message ? error.message : its.unreachable;
    } finally {
      element.ariaBusy = null;
    }
  };

  /** @param {string} label @param {object} more @param {string} button @param {(value: string) => void} then @param {string} [hint] */
  const field = (label, more, button, then, hint) => {
    const input = /** @type {HTMLInputElement} */ (h("input", { id: "rapport-field", dir: "ltr", required: true, ...more }));
    const form = h("form", { novalidate: true }, h("label", { for: "rapport-field" }, label), h("div", { class: "row" }, input, h("button", { class: "primary", type: "submit" }, button)), hint ? h("p", { class: "fine" }, hint) : null);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) then(input.value.trim());
      else trouble.textContent = its.needed;
      if (!input.value.trim()) input.focus();
    });
    queueMicrotask(() => input.focus());
    return form;
  };

  /** @param {ByText} told */
  const draw = (told) => {
    const number = told.number ?? "";
    const link = (/** @type {string} */ text, /** @type {() => void} */ then) => h("button", { class: "link", type: "button", onclick: then }, text);
    if (told.state === "on") {
      body.replaceChildren(h("p", { role: "status" }, its.on(number)), link(its.stop, () => ask("text-me/stop", {})));
    } else if (!told.possible) {
      body.replaceChildren(h("p", { role: "status" }, its.impossible));
    } else if (told.state === "code") {
      const code = { inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12 };
      body.replaceChildren(
        h("p", { role: "status" }, its.sentTo(number)),
        field(its.code, code, its.confirm, (value) => ask("text-me/confirm", { code: value })),
        link(its.other, () => draw({ ...told, state: "off" })),
      );
    } else {
      const file = told.on_file;
      body.replaceChildren(
        h("p", {}, its.more),
        file ? h("p", {}, h("button", { class: "primary", type: "button", onclick: () => ask("text-me", {}) }, its.onFile(file))) : "",
        field(its.number, { type: "tel", autocomplete: "tel", maxlength: 40 }, its.send, (value) => ask("text-me", { number: value }), its.example),
      );
    }
  };

  show(element);
  await ask("text-me");
}
