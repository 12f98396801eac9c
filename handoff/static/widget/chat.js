// @ts-check
/** Loaded when the chat is first wanted, in one with all that it imports: fetches the styles, then brings the painted launcher to life. */

import { sheet } from "./dom.js";
import { RapportChat } from "./element.js";
import { textsFor } from "./language.js";

const painted = /** @type {HTMLElement | null} */ (document.querySelector("rapport-chat"));
const locale = painted?.lang || document.documentElement.lang || navigator.language;
RapportChat.language = { locale, t: await textsFor(locale) };
RapportChat.sheets = [await sheet("chat.css")];
customElements.define("rapport-chat", RapportChat);
