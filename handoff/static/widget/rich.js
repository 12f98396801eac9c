// @ts-check
/** What a message may hold besides words: a picture, things side by side, questions with fields. The text is complete without them. */

import { h, sheet } from "./dom.js";
import { wordsFor } from "./later.js";
import { link } from "./markdown.js";

/** @import {Format} from "./language.js" */
/** @import {Ways} from "./message.js" */
/** @import {Card, FormField} from "./types.d.ts" */

export const styles = [await sheet("rich.css"), await sheet("forms.css")];

export const words = {
  send: "Send",
  required: "Please fill this in.",
  wrong: "Please check this.",
  optional: "optional",
  chosen: "Please choose.",
  side: "Things to look at",
};

/** @typedef {typeof words} RichTexts */

/** @param {string} locale */
export async function rich(locale) {
  const its = await wordsFor(locale, "rich", words);
  return (/** @type {Card} */ card, /** @type {Ways} */ ways, /** @type {boolean} */ answered) => {
    try {
      return DRAW[card.kind]?.(card, ways, its, answered) ?? null;
    } catch {
      return null; // fields may be missing or of a later kind than this page knows
    }
  };
}

/** Pictures come from the shop or from us: nobody else learns that the chat was opened. @param {string | undefined} address @param {string} words */
export function picture(address, words) {
  try {
    const url = new URL(address ?? "");
    const ours = [location.origin, new URL(document.querySelector("rapport-chat")?.getAttribute("gateway") ?? "/", location.href).origin];
    if (!ours.includes(url.origin)) return link(url.href, words || url.hostname);
    const image = h("img", { src: url.href, alt: words, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    image.addEventListener("error", () => image.replaceWith(link(url.href, words || url.hostname) ?? ""));
    return image;
  } catch {
    return null;
  }
}

/** @param {Card} card */
function imageCard({ url, title = "" }) {
  const image = picture(url, title);
  return image && h("figure", { class: "picture" }, image, title ? h("figcaption", { dir: "auto" }, title) : null);
}

/** @param {Card} card @param {Ways} ways @param {RichTexts} its */
function carouselCard({ items = [], title }, { format }, its) {
  const one = (/** @type {import("./types.d.ts").CardItem} */ item) =>
    h(
      "li",
      {},
      item.picture ? picture(item.picture, "") : null,
      h("strong", { dir: "auto" }, item.name),
      item.price ? h("span", { class: "amount" }, format.money(item.price)) : null,
      item.url ? link(item.url, new URL(item.url).hostname) : null,
    );
  return h("ul", { class: "carousel", tabindex: "0", "aria-label": title ?? its.side }, ...items.map(one));
}

/** @param {Card} card @param {Ways} ways @param {RichTexts} its @param {boolean} answered */
function formCard({ title, fields = [] }, ways, its, answered) {
  const drawn = fields.map((field) => formField(field, its));
  const button = h("button", { class: "primary", type: "submit" }, its.send);
  const form = /** @type {HTMLFormElement} */ (h("form", { class: "card ask-form", novalidate: true, "aria-label": title ?? its.send }, ...drawn.map((one) => one.element), h("p", {}, button)));
  const end = () => form.querySelectorAll("input, select, textarea, button").forEach((node) => node.setAttribute("disabled", ""));
  if (answered) end();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = drawn.filter((one) => !one.check());
    if (wrong.length) return wrong[0].control.focus();
    // Words that anybody can read, on whatever channel: an agent, the bot, a phone.
    ways.conversation().say({ text: drawn.flatMap((one) => one.said()).join("\n") });
    end();
  });
  return form;
}

let count = 0;

/** @param {FormField} field @param {RichTexts} its */
function formField(field, its) {
  const id = `rapport-field-${(count += 1)}`;
  const { type = "text", required = false, options } = field;
  const more = { id, required, "aria-describedby": `${id}-wrong`, maxlength: 1_000, min: field.min, max: field.max, pattern: field.pattern, dir: "auto" };
  const choices = () => [h("option", { value: "" }, ""), ...(options ?? []).map((one) => h("option", {}, one))];
  const tag = options ? "select" : type === "long" ? "textarea" : "input";
  const kind = ["email", "tel", "number", "date", "url", "text"].includes(type) ? type : "text";
  const control = /** @type {HTMLInputElement} */ (h(tag, tag === "input" ? { ...more, type: kind } : more, ...(options ? choices() : [])));
  const wrong = h("p", { class: "wrong", id: `${id}-wrong`, role: "alert" });
  return {
    control,
    element: h("div", {}, h("label", { for: id }, field.label, required ? "" : h("span", { class: "fine" }, ` (${its.optional})`)), control, wrong),
    check() {
      const empty = required && !control.value.trim();
      const right = !empty && control.validity.valid;
      wrong.textContent = right ? "" : empty ? (options ? its.chosen : its.required) : its.wrong;
      control.setAttribute("aria-invalid", String(!right));
      return right;
    },
    said: () => (control.value.trim() ? [`${field.label}: ${control.value.trim()}`] : []),
  };
}

/** @type {Record<string, (card: Card, ways: Ways, its: RichTexts, answered: boolean) => HTMLElement | null>} */
const DRAW = { image: imageCard, carousel: carouselCard, form: formCard };
