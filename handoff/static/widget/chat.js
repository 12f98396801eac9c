// @ts-check
/** Loaded when the chat is first wanted: fetches the styles beside this module, then brings the painted launcher to life. */

import { sheet } from "./dom.js";
import { RapportChat } from "./element.js";
import { textsFor } from "./language.js";

const painted = /** @type {HTMLElement | null} */ (document.querySelector("rapport-chat"));
const locale = painted?.lang || document.documentElement.lang || navigator.language;
RapportChat.language = { locale, t: await textsFor(locale) };
RapportChat.sheets = await Promise.all(["../tokens.css", "chat.css"].map(sheet));
customElements.define("rapport-chat", RapportChat);
