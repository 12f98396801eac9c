/** A list of radio buttons in a dialog. */

import { h } from "./dom.js";

/**
 * @typedef {{ value: string, label: string, detail?: string, disabled?: boolean, mark?: string }} Choice
 */

/**
 * @param {string} name  of the group
 * @param {string} legend
 * @param {Choice[]} list  the first that can be chosen is
 * @returns {HTMLElement[]} the children of a fieldset
 */
export function choices(name, legend, list) {
  const first = list.find((choice) => !choice.disabled);
  return [h("legend", null, legend), ...list.map((choice) => row(name, choice, choice === first))];
}

/** @param {string} name @param {Choice} choice @param {boolean} checked */
function row(name, { value, label, detail, disabled, mark }, checked) {
  return h(
    "label",
    { class: disabled ? "choice is-disabled" : "choice" },
    h("input", { type: "radio", name, value, checked, disabled }),
    mark && h("span", { class: `presence-dot presence-dot-${mark}`, "aria-hidden": "true" }),
    h("span", { class: "choice-words" }, h("span", { dir: "auto" }, label), detail && h("span", { class: "choice-detail" }, detail)),
  );
}

/** @param {Element} fieldset @returns {string | null} the value chosen */
export function picked(fieldset) {
  const input = fieldset.querySelector("input:checked");
  return input instanceof HTMLInputElement ? input.value : null;
}
