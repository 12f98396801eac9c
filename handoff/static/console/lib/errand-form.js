/** The fields of each order operation, and what they say. */

import { choices, picked } from "./choices.js";
import { h } from "./dom.js";
import { words } from "./labels.js";

/** @typedef {import("./types.js").Errands} Errands */

/** @type {Record<string, string>} */
const PARTS = { address1: "Street and number", address2: "More (optional)", city: "City", state: "State", zip: "ZIP code", country: "Country" };

/** @type {Record<string, (errands: Errands) => HTMLElement[]>} */
const FIELDS = {
  cancel: ({ reasons }) => [group("errand-reason", "Reason", reasons.map((value) => ({ value, label: words(value) })))],
  address: ({ address }) => Object.entries(PARTS).map(([part, label]) => textField(part, label, address[part] ?? "")),
  payment: (errands) => [methods(errands, "Pay with")],
  return: (errands) => [lines(errands), methods(errands, "Refund to")],
  items: (errands) => [swaps(errands), methods(errands, "Settle a difference with")],
  exchange: (errands) => [swaps(errands), methods(errands, "Settle a difference with")],
};

/** @param {string} operation @param {Errands} errands */
export const errandFields = (operation, errands) => FIELDS[operation]?.(errands) ?? [];

/** @param {string} operation @param {HTMLFormElement} form @returns {Record<string, unknown>} what the fields say, as the API takes it */
export function errandDetails(operation, form) {
  if (operation === "cancel") return { reason: chosen(form, "errand-reason") };
  if (operation === "address") return { address: Object.fromEntries(Object.keys(PARTS).map((part) => [part, field(form, part)])) };
  const method = chosen(form, "errand-method");
  if (operation === "payment") return { method };
  if (operation === "return") return { method, lines: boxes(form).map(Number) };
  const selects = [...form.querySelectorAll("select")].filter(({ value }) => value);
  return { method, swaps: Object.fromEntries(selects.map(({ name, value }) => [name, value])) };
}

/** @param {Errands} errands @param {string} legend */
function methods({ methods: list }, legend) {
  return group("errand-method", legend, list.map(({ id, label }) => ({ value: id, label })));
}

/** @param {Errands} errands */
function lines({ lines: list }) {
  const rows = list.map(({ id, label, price }) => h("label", { class: "choice" }, h("input", { type: "checkbox", name: "errand-line", value: id, checked: list.length === 1 }), h("span", { class: "choice-words" }, h("span", { dir: "auto" }, label), h("span", { class: "choice-detail" }, price))));
  return h("fieldset", { class: "choices" }, h("legend", null, "Items"), ...rows);
}

/** @param {Errands} errands */
function swaps({ lines: list }) {
  const rows = list.map(({ id, label, variants }) => {
    const others = variants.map((variant) => h("option", { value: variant.id }, `${variant.label}, ${variant.price}`));
    return h("label", { class: "swap" }, h("span", { dir: "auto" }, label), h("select", { name: String(id), disabled: others.length === 0 }, h("option", { value: "" }, others.length ? "Stays" : "Nothing else in stock"), ...others));
  });
  return h("fieldset", { class: "choices" }, h("legend", null, "Instead of"), ...rows);
}

/** @param {string} part @param {string} label @param {string} value */
function textField(part, label, value) {
  return h("div", { class: "errand-field" }, h("label", { for: `errand-${part}` }, label), h("input", { type: "text", id: `errand-${part}`, value, maxlength: 100, dir: "auto" }));
}

/** @param {string} name @param {string} legend @param {import("./choices.js").Choice[]} list */
const group = (name, legend, list) => h("fieldset", { class: "choices", "data-group": name }, ...choices(name, legend, list));

/** @param {HTMLFormElement} form @param {string} name */
function chosen(form, name) {
  const fieldset = form.querySelector(`[data-group="${name}"]`);
  return fieldset ? (picked(fieldset) ?? "") : "";
}

/** @param {HTMLFormElement} form @param {string} part */
function field(form, part) {
  const input = form.querySelector(`#errand-${part}`);
  return input instanceof HTMLInputElement ? input.value.trim() : "";
}

/** @param {HTMLFormElement} form */
const boxes = (form) => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('[name="errand-line"]:checked')]).map(({ value }) => value);
