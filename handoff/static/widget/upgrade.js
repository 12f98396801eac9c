// @ts-check
/** A visitor has signed in: whether the conversation comes along is theirs to say. */

import { h, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

export const styles = await sheet("forms.css");

export const words = {
  title: "You are signed in now",
  more: "Shall this conversation become part of your account, so that we can see it together with your orders?",
  keep: "Yes, go on with it",
  fresh: "No, leave it out",
};

/** @typedef {typeof words} UpgradeTexts */

/** @param {string} locale @param {(keep: boolean) => void} answered @returns {Promise<HTMLElement>} */
export async function question(locale, answered) {
  const its = await wordsFor(locale, "upgrade", words);
  return h(
    "section",
    { class: "sheet", role: "alertdialog", "aria-labelledby": "rapport-upgrade" },
    h("strong", { id: "rapport-upgrade" }, its.title),
    h("p", {}, its.more),
    h("button", { class: "primary", type: "button", onclick: () => answered(true) }, its.keep),
    h("button", { class: "link", type: "button", onclick: () => answered(false) }, its.fresh),
  );
}
