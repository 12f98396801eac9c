// @ts-check
/** What is not needed every day: sound, going on by text message, and the conversation as a file. */

import { h, icon, sheet } from "./dom.js";
import { bring, wordsFor } from "./later.js";

/** @import {Format, Texts} from "./language.js" */
/** @import {Conversation} from "./conversation.js" */

export const styles = await sheet("menu.css");

export const words = {
  sound: "Sound for new messages",
  byText: "Go on by text message",
  save: "Save this conversation",
  print: "A page to print",
  mail: "Send it to me by e-mail",
  fileName: "conversation",
};

/** @typedef {typeof words} MenuTexts */

/** @typedef {{is: () => boolean, turn: (on: boolean) => void}} Sound Whether a new message may be heard. */

/**
 * @typedef {{
 *   ways: {t: Texts, format: Format},
 *   conversation: () => Conversation,
 *   sound: Sound,
 *   show: (element: HTMLElement | null) => void,
 *   failed: () => void,
 *   back: () => void,
 * }} Around `show` puts a form over the field, null takes it away; `back` gives the focus back.
 */

/** Open the menu below the header, or close it. @param {HTMLElement} button @param {HTMLElement} header @param {Omit<Around, "back">} around */
export async function toggle(button, header, around) {
  const back = () => button.focus(); // which takes the menu away
  if (header.nextElementSibling?.matches(".menu")) return back();
  const element = await menu({ ...around, back });
  header.after(element);
  button.setAttribute("aria-expanded", "true");
  /** @type {HTMLElement} */ (element.firstElementChild).focus();
  element.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (element.contains(/** @type {Node | null} */ (to))) return;
    // Not in the middle of the focus's way.
    queueMicrotask(() => element.remove());
    button.setAttribute("aria-expanded", "false");
  });
}

/** @param {Around} around @returns {Promise<HTMLElement>} */
async function menu(around) {
  const { ways, conversation, sound, back } = around;
  const its = await wordsFor(ways.format.locale, "menu", words);
  const entry = (/** @type {string} */ text, /** @type {() => void} */ then, /** @type {object} */ more = {}) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: then, ...more }, text);
  const ring = entry(its.sound, () => {
    sound.turn(!sound.is());
    ring.setAttribute("aria-checked", String(sound.is()));
    if (sound.is()) bring("sound.js").then(({ tone }) => tone(), around.failed);
  });
  ring.setAttribute("role", "menuitemcheckbox");
  ring.setAttribute("aria-checked", String(sound.is()));
  ring.append(icon("check"));
  const element = h(
    "div",
    { class: "menu", role: "menu", "aria-label": ways.t.more },
    ring,
    entry(its.byText, () => {
      back();
      bring("textme.js").then(({ textMe }) => textMe(conversation(), ways, around.show)).catch(around.failed);
    }),
    entry(its.save, () => {
      back();
      save(conversation(), ways, its);
    }),
    entry(its.print, () => {
      back();
      bring("transcript.js").then(({ page }) => page(conversation(), its.fileName)).catch(around.failed);
    }),
    entry(its.mail, () => {
      back();
      bring("transcript.js").then(({ mail }) => mail(conversation(), ways, around.show)).catch(around.failed);
    }),
  );
  element.addEventListener("keydown", (event) => move(event, element, back));
  return element;
}

/** Arrows walk through the entries, as in every menu. @param {KeyboardEvent} event @param {HTMLElement} element @param {() => void} back */
function move(event, element, back) {
  const entries = /** @type {HTMLElement[]} */ ([...element.children]);
  const at = entries.indexOf(/** @type {HTMLElement} */ (event.target));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
  if (to !== undefined) entries[to % entries.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") back();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The page makes the file: nothing is asked of anybody. @param {Conversation} conversation @param {{t: Texts, format: Format}} ways @param {MenuTexts} its */
function save({ thread }, { t, format }, its) {
  const said = thread.messages.map(({ author: { kind, name }, at, text }) => {
    const who = kind === "customer" ? t.you : name || (kind === "bot" ? t.assistant : t.notice);
    return `${format.date(at)} ${format.time(at)}  ${who}\n${text}\n`;
  });
  const url = URL.createObjectURL(new Blob([said.join("\n")], { type: "text/plain;charset=utf-8" }));
  h("a", { href: url, download: `${its.fileName}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
