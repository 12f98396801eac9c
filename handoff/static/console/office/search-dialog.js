/** <search-dialog>: finds among all conversations that the agent may see, with filters, and searches they keep. */

import { ApiError, get, post, remove } from "../data/api.js";
import { h, setText } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { channelLabel, customerName, stateLabel, words } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

const PAUSE_MS = 200;
const STATES = ["bot", "waiting", "offered", "held", "parked", "closed"];

/** @typedef {{ words?: string, states?: string[], queue?: string, channel?: string, tag?: string, since?: string, until?: string, mine?: boolean }} Wish */

export class SearchDialog extends DeskView {
  #words = h("input", { type: "text", id: "search-words", placeholder: "Words, a name, an order, a number, an e-mail", autocomplete: "off", maxlength: 200, oninput: () => this.#soon() });
  #state = select("State", [["", "Any state"], ...STATES.map((state) => [state, stateLabel(state)])], () => this.#find());
  #channel = select("Channel", [["", "Any channel"], ["web", channelLabel("web")], ["sms", channelLabel("sms")]], () => this.#find());
  #queue = select("Queue", [["", "Any queue"]], () => this.#find());
  #since = h("input", { type: "date", "aria-label": "From this day on", onchange: () => this.#find() });
  #mine = h("input", { type: "checkbox", onchange: () => this.#find() });
  #saved = h("ul", { class: "search-saved", "aria-label": "Searches I keep" });
  #list = h("ol", { class: "search-results", "aria-label": "Found" });
  #status = h("p", { class: "search-status", role: "status" });
  #name = h("input", { type: "text", "aria-label": "Name of this search", placeholder: "Name", maxlength: 60 });
  #keep = h("form", { class: "search-keep", onsubmit: (/** @type {Event} */ event) => this.#save(event) });
  #dialog = h("dialog", { class: "search-dialog", "aria-labelledby": "search-title" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  #asked = 0;

  build() {
    this.#keep.append(this.#name, h("button", { type: "submit", class: "button button-small" }, "Keep this search"));
    const close = h("button", { type: "button", class: "button button-small", onclick: () => this.#dialog.close() }, "Close");
    this.#dialog.append(
      h("div", { class: "dialog-head" }, h("h2", { id: "search-title" }, "Search"), close),
      h("label", { for: "search-words", class: "for-readers" }, "What to find"),
      this.#words,
      h("div", { class: "search-filters" }, this.#state, this.#channel, this.#queue, this.#since, h("label", { class: "choice" }, this.#mine, "Mine")),
      this.#saved,
      this.#status,
      this.#list,
      this.#keep,
    );
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.append(this.#dialog);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("search", () => this.#show(), { signal });
    this.desk.addEventListener("session", () => this.desk.agent || this.#dialog.close(), { signal });
  }

  #show() {
    if (this.#dialog.open) return;
    const chosen = this.#queue.value;
    this.#queue.replaceChildren(h("option", { value: "" }, "Any queue"), ...(this.desk.queue?.queues ?? []).map(({ name, title }) => h("option", { value: name }, title)));
    this.#queue.value = chosen;
    this.#dialog.showModal();
    this.#words.select();
    this.#find();
    this.#fetchSaved();
  }

  #soon() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#find(), PAUSE_MS);
  }

  /** @returns {Wish} */
  #wish() {
    const since = this.#since.value && new Date(`${this.#since.value}T00:00:00`).toISOString();
    return {
      ...(this.#words.value.trim() && { words: this.#words.value }),
      ...(this.#state.value && { states: [this.#state.value] }),
      ...(this.#channel.value && { channel: this.#channel.value }),
      ...(this.#queue.value && { queue: this.#queue.value }),
      ...(since && { since }),
      ...(this.#mine.checked && { mine: true }),
    };
  }

  async #find() {
    clearTimeout(this.#later);
    const asked = ++this.#asked;
    try {
      const { items, more } = await post("/api/console/search", this.#wish());
      if (asked !== this.#asked) return;
      this.#replace(items.map((/** @type {any} */ item) => this.#row(item)));
      setText(this.#status, items.length ? (more ? "There is more than fits here: another word or a filter narrows it down." : "") : "Nothing that you may see fits. Fewer words or filters find more.");
    } catch (error) {
      if (asked !== this.#asked) return;
      if (!(error instanceof ApiError)) throw error;
      this.#replace([]);
      setText(this.#status, `The search did not work. ${error.message}`);
    }
  }

  /** Whoever stands on a find stays on it, or goes back to the words when it is gone. @param {Element[]} rows */
  #replace(rows) {
    const on = this.#list.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    this.#list.replaceChildren(...rows);
    if (on) /** @type {HTMLElement} */ (this.#list.querySelector(`[href="${CSS.escape(on)}"]`) ?? this.#words).focus();
  }

  /** @param {any} item */
  #row(item) {
    const open = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#dialog.close();
      this.desk.open(item.id);
    };
    const facts = [stateLabel(item.state), channelLabel(item.channel), item.topic && words(item.topic), moment(item.closed_at ?? item.opened_at, Date.now())].filter(Boolean).join(" · ");
    return h(
      "li",
      null,
      h(
        "a",
        { href: `#${encodeURIComponent(item.id)}`, class: "search-hit", onclick: open },
        h("span", { class: "search-line" }, h("strong", { dir: "auto" }, customerName(item)), h("span", { class: "search-facts" }, facts)),
        item.excerpt ? h("span", { class: "search-excerpt", dir: "auto" }, h("span", { class: "search-by" }, `${item.excerpt.author.name || words(item.excerpt.author.kind)}${item.excerpt.author.kind === "note" ? ", private note" : ""}: `), ...item.excerpt.pieces.map(piece)) : null,
      ),
    );
  }

  /** Arrows go through what was found, from the words and back. @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const on = event.target instanceof HTMLElement && event.target.matches("#search-words, .search-hit");
    const hits = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll(".search-hit")]);
    if (event.key === "Enter" && event.target === this.#words && hits[0]) hits[0].click();
    else if (by && on) {
      const at = hits.indexOf(/** @type {HTMLElement} */ (event.target)) + by;
      (at < 0 ? this.#words : hits[Math.min(at, hits.length - 1)])?.focus();
    } else return;
    event.preventDefault();
  }

  async #fetchSaved() {
    const { saved } = await get("/api/console/searches").catch(() => ({ saved: [] }));
    this.#drawSaved(saved);
  }

  /** @param {{ id: number, name: string, wish: Wish }[]} saved */
  #drawSaved(saved) {
    const drop = async (/** @type {number} */ id) => {
      await remove(`/api/console/searches/${id}`).catch(() => null);
      this.#fetchSaved();
      this.#words.focus();
    };
    this.#saved.replaceChildren(
      ...saved.map(({ id, name, wish }) =>
        h("li", null, h("button", { type: "button", class: "search-chip", onclick: () => this.#take(wish) }, name), h("button", { type: "button", class: "search-chip", "aria-label": `Keep ${name} no longer`, onclick: () => drop(id) }, "×")),
      ),
    );
    this.#saved.hidden = saved.length === 0;
  }

  /** @param {Wish} wish */
  #take(wish) {
    this.#words.value = wish.words ?? "";
    this.#state.value = wish.states?.[0] ?? "";
    this.#channel.value = wish.channel ?? "";
    this.#queue.value = wish.queue ?? "";
    this.#since.value = wish.since ? new Date(wish.since).toLocaleDateString("sv") : "";
    this.#mine.checked = wish.mine ?? false;
    this.#find();
  }

  /** @param {Event} event */
  async #save(event) {
    event.preventDefault();
    try {
      const { saved } = await post("/api/console/searches", { name: this.#name.value, wish: this.#wish() });
      this.#drawSaved(saved);
      this.#name.value = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#status, this.#name.value.trim() ? error.message : "Give this search a name, then it is kept.");
      this.#name.focus();
    }
  }
}

/** @param {{ text: string, hit: boolean }} piece */
const piece = ({ text, hit }) => (hit ? h("mark", null, text) : text);

/** @param {string} label @param {string[][]} options @param {() => void} changed */
function select(label, options, changed) {
  return h("select", { "aria-label": label, onchange: changed }, ...options.map(([value, text]) => h("option", { value }, text)));
}
