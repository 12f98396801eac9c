/** <canned-page>: what agents say often: written once, in one language or several. */

import { get, post, put, remove } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { moment } from "../../lib/format.js";
import { ask, field, input } from "../lib/form.js";
import { OfficePage, table } from "../lib/page.js";

const AT = "/api/console/canned";
const EXAMPLE = { "customer.first_name": "Mia", "customer.name": "Mia Davis", "agent.first_name": "Dana", "agent.name": "Dana Kim", "representative.name": "Dana Kim", "order.id": "#W2378156", "order.status": "delivered" };

export class CannedPage extends OfficePage {
  /** @type {string[]} */
  #variables = [];

  connectedCallback() {
    const add = h("button", { type: "button", class: "button button-primary", onclick: () => this.#edit(null) }, "New reply");
    this.head("Canned replies", "In a reply, / and the shortcut puts them in, filled for the conversation.", add);
    this.#fetch();
  }

  #fetch() {
    return this.load(
      () => get(AT),
      (/** @type {any} */ { canned, variables }) => {
        this.#variables = variables;
        const rows = canned.map((/** @type {any} */ one) => [
          h("code", null, `/${one.shortcut}`),
          one.title,
          Object.keys(one.texts).join(", "),
          h("span", { class: "clip", dir: "auto" }, Object.values(one.texts)[0]),
          moment(one.changed_at, Date.now()),
          h("button", { type: "button", class: "button button-small", "aria-label": `Edit /${one.shortcut}`, onclick: () => this.#edit(one) }, "Edit"),
        ]);
        return [table("Canned replies", ["Shortcut", "Title", "Languages", "Text", "Changed", ""], rows, "There are none yet. What do agents write again and again?")];
      },
    );
  }

  /** @param {any | null} one */
  #edit(one) {
    const shortcut = input({ value: one?.shortcut ?? "", maxlength: 40 });
    const title = input({ value: one?.title ?? "", maxlength: 80 });
    const texts = h("div", { class: "canned-texts" });
    const add = (/** @type {string} */ code, /** @type {string} */ text) => texts.append(textRow(code, text));
    for (const [code, text] of Object.entries(one?.texts ?? { en: "" })) add(code, String(text));
    const more = h("button", { type: "button", class: "button button-small", onclick: () => add("", "") }, "Another language");
    const away = one && h("button", { type: "button", class: "button button-small", onclick: () => this.#remove(one) }, "Do away with it…");
    const written = () => ({
      shortcut: shortcut.value,
      title: title.value,
      texts: Object.fromEntries([...texts.children].map((row) => [.../** @type {NodeListOf<HTMLInputElement>} */ (row.querySelectorAll("input, textarea"))].map((node) => node.value)).filter(([code, text]) => code || text)),
    });
    ask({
      title: one ? `/${one.shortcut}` : "New reply",
      wide: true,
      parts: [
        h("div", { class: "field-grid" }, field("shortcut", "Shortcut", shortcut, "Letters, figures and hyphens."), field("title", "Title", title)),
        texts,
        h("p", { class: "field-hint" }, `Filled in: ${this.#variables.map((name) => `{${name}}`).join(" ")}`),
        h("div", { class: "more-acts" }, more, away),
      ],
      submit: async () => {
        if (one) await put(`${AT}/${encodeURIComponent(one.id)}`, { ...written(), version: one.version });
        else await post(AT, written());
        this.say("Saved.");
        await this.#fetch();
      },
    });
  }

  /** @param {any} one */
  #remove(one) {
    ask({
      title: `Do away with /${one.shortcut}?`,
      lead: "Agents cannot put it in any more. What was sent stays as it is.",
      act: "Do away with it",
      danger: true,
      parts: [],
      submit: async () => {
        await remove(`${AT}/${encodeURIComponent(one.id)}`);
        for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
        this.say(`/${one.shortcut} is gone.`);
        await this.#fetch();
      },
    });
  }
}

/** A language and its text, and how it reads when it is filled in. @param {string} code @param {string} text */
function textRow(code, text) {
  const area = h("textarea", { rows: 4, maxlength: 4000, dir: "auto" });
  area.value = text;
  const shown = h("p", { class: "canned-preview", dir: "auto" });
  const draw = () => {
    shown.textContent = area.value.replace(/\{\s*([a-z_.]+)\s*\}/g, (whole, name) => /** @type {Record<string, string>} */ (EXAMPLE)[name] ?? whole);
  };
  area.addEventListener("input", draw);
  draw();
  return h("div", { class: "canned-text" }, field("code", "Language", input({ value: code, maxlength: 2, size: 4 })), field("texts", "Text", area), h("div", { class: "field" }, h("p", { class: "field-label" }, "Example"), shown));
}
