/** <command-palette>: finds a conversation or a command by its words. */

import { commands, matching } from "../data/commands.js";
import { h, setAttribute } from "../lib/dom.js";
import { DeskView } from "../lib/view.js";

const MOST = 12;

/** @typedef {import("../data/commands.js").Command} Command */

export class CommandPalette extends DeskView {
  #input = h("input", {
    type: "text",
    role: "combobox",
    "aria-label": "Find a conversation or a command",
    "aria-controls": "palette-list",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    placeholder: "Find a conversation or a command",
    autocomplete: "off",
    oninput: () => this.#find(),
  });
  #list = h("ul", { id: "palette-list", role: "listbox", "aria-label": "Found" });
  #none = h("p", { class: "list-empty", role: "status" });
  #dialog = h("dialog", { class: "palette", "aria-label": "Palette" });
  /** @type {Command[]} */
  #all = [];
  /** @type {Command[]} */
  #found = [];
  #at = 0;

  build() {
    this.#dialog.append(this.#input, this.#list, this.#none);
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("palette", () => this.#show(), { signal });
  }

  #show() {
    if (this.#dialog.open) return this.#dialog.close();
    this.#all = commands(this.desk);
    this.#input.value = "";
    this.#find();
    return this.#dialog.showModal();
  }

  #find() {
    this.#found = matching(this.#all, this.#input.value).slice(0, MOST);
    this.#at = 0;
    this.#list.hidden = this.#found.length === 0;
    this.#none.textContent = this.#found.length ? "" : "Nothing in your lists or among the commands has these words.";
    this.#list.replaceChildren(...this.#found.map((command, i) => this.#row(command, i)));
    this.#mark();
  }

  /** @param {Command} command @param {number} i */
  #row(command, i) {
    return h(
      "li",
      { id: `palette-${i}`, role: "option", onclick: () => this.#run(command) },
      h("span", { dir: "auto" }, command.label),
      h("span", { class: "palette-detail", dir: "auto" }, command.detail),
    );
  }

  #mark() {
    [...this.#list.children].forEach((row, i) => setAttribute(row, "aria-selected", String(i === this.#at)));
    setAttribute(this.#input, "aria-activedescendant", this.#found.length ? `palette-${this.#at}` : null);
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && this.#found.length) {
      this.#at = (this.#at + by + this.#found.length) % this.#found.length;
      this.#mark();
    } else if (event.key === "Enter" && !event.isComposing) {
      if (this.#found[this.#at]) this.#run(this.#found[this.#at]);
    } else return;
    event.preventDefault();
  }

  /** @param {Command} command */
  #run(command) {
    this.#dialog.close();
    command.run();
  }
}
