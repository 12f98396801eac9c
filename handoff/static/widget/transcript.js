// @ts-check
/** The conversation as a page to print, and by e-mail to the address that the shop has. */

import { ApiError } from "./api.js";
import { h, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Conversation} from "./conversation.js" */
/** @import {Format, Texts} from "./language.js" */

export const styles = await sheet("forms.css");

export const words = {
  mailed: (/** @type {string} */ to) => `On its way to ${to}.`,
  nobody: "Only who is signed in or has confirmed a code can have it by e-mail. You can save it here instead.",
  failed: "That did not work. Please try again in a while.",
  close: "Close",
};

/** @typedef {typeof words} TranscriptTexts */

/** @param {Conversation} conversation @param {string} name */
export async function page(conversation, name) {
  const { api } = conversation.session;
  const body = await conversation.ask(async (token) => {
    const response = await fetch(`${api.gateway}api/chat/transcript.html`, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
    if (!response.ok) throw new ApiError(response.status, "", "");
    return response.blob();
  });
  const url = URL.createObjectURL(body);
  h("a", { href: url, download: `${name}.html` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {Conversation} conversation @param {{t: Texts, format: Format}} ways @param {(element: HTMLElement | null) => void} show */
export async function mail(conversation, ways, show) {
  const its = await wordsFor(ways.format.locale, "transcript", words);
  const told = h("p", { role: "status" });
  const close = h("button", { class: "link", type: "button", onclick: () => show(null) }, its.close);
  show(h("div", { class: "sheet row" }, told, close));
  close.focus();
  try {
    const { to } = await conversation.call("transcript", {});
    told.textContent = its.mailed(to);
  } catch (error) {
    told.textContent = error instanceof ApiError && error.status === 409 ? its.nobody : its.failed;
  }
}
