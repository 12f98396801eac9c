/** <office-app>: who is signed in, the pages they may open, and the one that the address names. */

import { ApiError, get } from "../data/api.js";
import { h } from "../lib/dom.js";
import { words } from "../lib/labels.js";

const AGAIN_MS = 3000;

/** @type {{ name: string, title: string, for: string[] }[]} */
const PAGES = [
  { name: "agents", title: "Agents", for: ["supervisor", "admin"] },
  { name: "books", title: "Books and leave", for: ["supervisor", "admin"] },
  { name: "queues", title: "Queues and hours", for: ["supervisor", "admin"] },
  { name: "front", title: "Before the chat", for: ["supervisor", "admin"] },
  { name: "canned", title: "Canned replies", for: ["supervisor", "admin"] },
  { name: "articles", title: "Help articles", for: ["supervisor", "admin"] },
  { name: "policies", title: "Policies", for: ["supervisor", "admin"] },
  { name: "record", title: "Record", for: ["supervisor", "admin"] },
  { name: "account", title: "My account", for: ["agent", "supervisor", "admin"] },
];

export class OfficeApp extends HTMLElement {
  /** @type {{ id: string, name: string, role: string, must_enrol: boolean } | null} */
  agent = null;
  #nav = h("nav", { class: "office-nav", "aria-label": "Office" });
  #main = h("main", { class: "office-main", id: "page" });
  #life = new AbortController();

  connectedCallback() {
    this.#life = new AbortController();
    window.addEventListener("hashchange", () => this.#open(), { signal: this.#life.signal });
    this.addEventListener("enrolled", () => this.#begin(), { signal: this.#life.signal });
    this.#begin();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  async #begin() {
    try {
      const { agent } = await get("/api/console/me");
      this.agent = agent;
      this.#draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) location.replace("/console");
      else {
        this.replaceChildren(h("p", { class: "office-starting", role: "status" }, "The server cannot be reached; trying again."));
        setTimeout(() => this.#begin(), AGAIN_MS);
      }
    }
  }

  /** The pages for this role; who still has to set up a second factor has one alone. */
  #pages() {
    const { role = "", must_enrol = false } = this.agent ?? {};
    return PAGES.filter((page) => (must_enrol ? page.name === "account" : page.for.includes(role)));
  }

  #draw() {
    const bar = h(
      "header",
      { class: "office-bar" },
      h("h1", { class: "office-brand" }, h("img", { src: "/static/console/icon.svg", alt: "", width: 24, height: 24 }), "Office"),
      h("p", { class: "office-who" }, h("span", { dir: "auto" }, this.agent?.name ?? ""), h("span", { class: "faint" }, words(this.agent?.role ?? ""))),
      this.agent?.must_enrol ? null : h("a", { class: "button", href: "/console" }, "To the console"),
    );
    this.#nav.replaceChildren(...this.#pages().map(({ name, title }) => h("a", { href: `#${name}`, "data-page": name }, title)));
    this.replaceChildren(bar, h("div", { class: "office-body" }, this.#nav, this.#main));
    this.#open(true);
  }

  /** @param {boolean} [first] */
  #open(first = false) {
    if (!this.agent) return;
    const pages = this.#pages();
    const wanted = location.hash.slice(1).split("/")[0];
    const { name, title } = pages.find((page) => page.name === wanted) ?? pages[0];
    for (const link of this.#nav.querySelectorAll("a")) {
      if (link.dataset.page === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.#nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    document.title = `${title} · Rapport`;
    const page = /** @type {import("./lib/page.js").OfficePage} */ (document.createElement(`${name}-page`));
    page.agent = this.agent;
    this.#main.replaceChildren(page);
    // A page that was asked for is read from its heading on.
    if (!first) page.querySelector("h2")?.focus();
  }
}
