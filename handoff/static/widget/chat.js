// @ts-check
/** Loaded when the chat is first wanted: fetches the styles beside this module, then brings the painted launcher to life. */

import { RapportChat } from "./element.js";
import { textsFor } from "./language.js";

/** @param {string} name */
async function sheet(name) {
  const response = await fetch(new URL(name, import.meta.url), { credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}

const painted = /** @type {HTMLElement | null} */ (document.querySelector("rapport-chat"));
const locale = painted?.lang || document.documentElement.lang || navigator.language;
RapportChat.language = { locale, t: await textsFor(locale) };
RapportChat.sheets = await Promise.all(["../tokens.css", "chat.css"].map(sheet));
customElements.define("rapport-chat", RapportChat);
