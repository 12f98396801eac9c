/** Forms in dialogs: labelled fields, each with its own error, and a submit that says what went wrong and where. */

import { ApiError } from "../../data/api.js";
import { h } from "../../lib/dom.js";

let made = 0;

/**
 * @param {string} name  as the server names it in its errors
 * @param {string} label
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} control
 * @param {string} [hint]
 */
export function field(name, label, control, hint) {
  const id = `field-${++made}`;
  control.id = id;
  control.name = name;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  return h(
    "div",
    { class: "field", "data-field": name },
    h("label", { for: id }, label),
    control,
    h("p", { class: "field-hint", id: `${id}-hint` }, hint ?? ""),
    h("p", { class: "field-error", id: `${id}-error`, role: "alert" }),
  );
}

/** @param {Record<string, unknown>} props */
export const input = (props) => h("input", { type: "text", autocomplete: "off", ...props });

/** @param {[string, string][]} options  value and words @param {string} chosen */
export function select(options, chosen) {
  const node = h("select", null, ...options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  node.value = chosen;
  return node;
}

/** @param {string} legend @param {string} name @param {[string, string][]} options @param {string[]} chosen */
export function checks(legend, name, options, chosen) {
  return h(
    "fieldset",
    { class: "field choices", "data-field": name },
    h("legend", null, legend),
    ...options.map(([value, words]) => h("label", { class: "choice" }, h("input", { type: "checkbox", value, checked: chosen.includes(value) }), h("span", null, words))),
    h("p", { class: "field-error", role: "alert" }),
  );
}

/** @param {Element} fieldset @returns {string[]} */
export const checked = (fieldset) => /** @type {HTMLInputElement[]} */ ([...fieldset.querySelectorAll("input:checked")]).map((box) => box.value);

/** @param {string} text @returns {string[]} the words between commas */
export const listed = (text) => text.split(",").map((word) => word.trim()).filter(Boolean);

/**
 * Opens a dialog with a form. `submit` throws what the server refuses: shown at its field, or above the buttons.
 * @param {{ title: string, lead?: string, wide?: boolean, parts: (Node | null)[], act?: string, danger?: boolean, submit?: (form: HTMLFormElement) => Promise<void> }} wish
 */
export function ask({ title, lead, wide, parts, act, danger, submit }) {
  const id = `dialog-${++made}`;
  const problem = h("p", { class: "form-problem", role: "alert" });
  const close = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, submit ? "Cancel" : "Close");
  const save = submit && h("button", { type: "submit", class: danger ? "button button-danger" : "button button-primary" }, act ?? "Save");
  const form = h(
    "form",
    { novalidate: true, onsubmit: (/** @type {Event} */ event) => void carryOut(event) },
    h("h2", { id }, title),
    lead ? h("p", { class: "dialog-lead" }, lead) : null,
    ...parts,
    problem,
    h("div", { class: "dialog-buttons" }, close, save || null),
  );
  const dialog = h("dialog", { "aria-labelledby": id, class: wide ? "office-dialog is-wide" : "office-dialog" }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;

  /** @param {Event} event */
  async function carryOut(event) {
    event.preventDefault();
    if (!submit || !save) return;
    clear(form, problem);
    save.disabled = true;
    try {
      await submit(form);
      dialog.close();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      show(form, problem, error);
    } finally {
      save.disabled = false;
    }
  }
}

/** @param {HTMLElement} form @param {HTMLElement} problem */
export function clear(form, problem) {
  problem.textContent = "";
  for (const node of form.querySelectorAll(".field-error")) node.textContent = "";
  for (const node of form.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
}

/** At the field that it names, by its code or as the first word of what it says. @param {HTMLElement} form @param {HTMLElement} problem @param {ApiError} error */
export function show(form, problem, error) {
  const [named, ...rest] = error.message.split(": ");
  const byCode = find(form, error.code);
  const byWord = error.code === "bad_input" && rest.length ? find(form, named.split(".")[0]) : null;
  const place = byCode ?? byWord;
  if (!place) {
    problem.textContent = error.message;
    return;
  }
  const note = place.querySelector(".field-error");
  if (note) note.textContent = byWord ? rest.join(": ") : error.message;
  const control = place.querySelector("input, select, textarea");
  control?.setAttribute("aria-invalid", "true");
  if (control instanceof HTMLElement) control.focus();
}

/** @param {HTMLElement} form @param {string} name */
const find = (form, name) => (/^[a-z_]+$/.test(name) ? form.querySelector(`[data-field="${name}"]`) : null);
