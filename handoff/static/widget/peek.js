// @ts-check
/** Who answers sees what is typed before it is sent: it is said by the field for as long as it is so, and told only then. */

import { h, icon, PATHS, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Ways} from "./message.js" */

export const styles = await sheet("forms.css");
PATHS.eye = "M3 12c2-4 5.2-6 9-6s7 2 9 6c-2 4-5.2 6-9 6s-7-2-9-6zm9 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6";

export const words = {
  sees: (/** @type {string} */ name) => `${name} can see what you type before you send it`,
};

/** @typedef {typeof words} PeekTexts */

const EVERY_MS = 1_500;
const LONGEST = 4_000;

export class Peek {
  #told = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #said = h("span", {});

  /** @param {Ways} ways @param {PeekTexts} its @param {HTMLElement} host @param {HTMLTextAreaElement} field */
  constructor(ways, its, host, field) {
    this.ways = ways;
    this.words = its;
    this.host = host;
    this.field = field;
    host.replaceChildren(icon("eye"), this.#said);
    field.addEventListener("input", () => this.#typed());
  }

  draw() {
    const name = this.#watcher;
    const said = name ? this.words.sees(name) : "";
    if (this.#said.textContent !== said) this.#said.textContent = said;
    this.host.hidden = !name;
    if (name) this.field.setAttribute("aria-describedby", this.host.id);
    else this.field.removeAttribute("aria-describedby");
    if (this.#told && !this.field.value) this.#typed(); // it was sent
  }

  get #watcher() {
    const { peeks, agent } = this.ways.conversation().thread.status;
    return peeks && agent ? agent.name : "";
  }

  /** Not with every letter, but the last ones always. */
  #typed() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, EVERY_MS);
  }

  /** What was sent or deleted meanwhile is told as nothing. */
  #tell() {
    const draft = this.field.value.slice(0, LONGEST);
    // Nobody is told who is not named on the screen.
    if (this.host.hidden || !this.#watcher || draft === this.#told) return;
    this.#told = draft;
    this.ways.conversation().tell("typing", { draft });
  }
}

/** @param {Ways} ways @param {HTMLElement} host @param {HTMLTextAreaElement} field */
export async function peek(ways, host, field) {
  return new Peek(ways, await wordsFor(ways.format.locale, "peek", words), host, field);
}
