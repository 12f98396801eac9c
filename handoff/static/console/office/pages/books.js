/** <books-page>: the books of business, and who is away when. */

import { get, post } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { shortDate } from "../../lib/format.js";
import { ask, field, input, select } from "../lib/form.js";
import { badge, OfficePage, table } from "../lib/page.js";

const AT = "/api/console/office";
const WEEKS = 8;
const DAY_MS = 86_400_000;

export class BooksPage extends OfficePage {
  /** @type {any[]} */
  #agents = [];

  connectedCallback() {
    const leave = this.mayWrite && h("button", { type: "button", class: "button button-primary", onclick: () => this.#leave() }, "New leave");
    this.head("Books and leave", "Whose customers are whose, and who stands in for whom.", leave);
    this.#fetch();
  }

  #fetch() {
    return this.load(
      async () => {
        const [books, { agents }] = await Promise.all([get(`${AT}/books`), get(`${AT}/agents`)]);
        this.#agents = agents.filter((/** @type {any} */ agent) => agent.presence !== "left");
        return books;
      },
      (/** @type {any} */ { books, leaves }) => [this.#books(books), h("h3", null, "Leave"), calendar(leaves), this.#leaves(leaves)],
    );
  }

  /** @param {any[]} books */
  #books(books) {
    const rows = books.map((book) => [
      h("span", { class: "person" }, h("span", { dir: "auto" }, book.agent.name), book.on_leave_until ? badge(`on leave until ${shortDate(book.on_leave_until)}`, "warn") : null),
      book.room === null ? String(book.customers) : `${book.customers} of ${book.room}`,
      book.worth,
      book.deputy || "Nobody",
      h(
        "span",
        { class: "row-acts" },
        h("button", { type: "button", class: "button button-small", "aria-label": `Customers of ${book.agent.name}`, onclick: () => this.#entries(book.agent) }, "Customers"),
        this.mayWrite && book.customers ? h("button", { type: "button", class: "button button-small", "aria-label": `Reassign the book of ${book.agent.name}`, onclick: () => this.#reassign(book) }, "Reassign…") : null,
      ),
    ]);
    return table("Books", ["Representative", "Customers", "Worth in 12 months", "Deputy", ""], rows, "Nobody keeps a book: give an agent room for customers on the page Agents.");
  }

  /** @param {any[]} leaves */
  #leaves(leaves) {
    const rows = leaves.map((leave) => [
      leave.agent.name,
      shortDate(leave.since),
      shortDate(leave.until),
      leave.deputy || badge("Nobody", "warn"),
      leave.reason,
      this.mayWrite ? h("button", { type: "button", class: "button button-small", "aria-label": `End the leave of ${leave.agent.name}`, onclick: () => this.#end(leave) }, "End…") : null,
    ]);
    return table("Leaves", ["Agent", "From", "Until", "Deputy", "Reason", ""], rows, "Nobody is on leave, now or later.");
  }

  /** @param {{ id: string, name: string }} agent */
  async #entries(agent) {
    const { entries } = await get(`${AT}/books/${encodeURIComponent(agent.id)}`);
    const rows = entries.map((/** @type {any} */ entry) => [entry.customer.name, entry.spent, shortDate(entry.since), entry.deputy || "The agent's own", entry.why]);
    ask({ title: `Customers of ${agent.name}`, wide: true, parts: [table("Customers", ["Customer", "Spent in 12 months", "Since", "Deputy", "Why"], rows, "This book is empty.")] });
  }

  /** Shows who would get how many, and carries out what was shown. @param {any} book */
  #reassign(book) {
    const others = this.#agents.filter((agent) => agent.id !== book.agent.id).map((agent) => /** @type {[string, string]} */ ([agent.id, agent.name]));
    const to = select([["", "Share them out by worth and room"], ...others], "");
    const why = input({ maxlength: 200, value: "" });
    const shown = h("div", { class: "plan", role: "status" });
    let mark = "";
    let asked = 0;
    /** @type {Promise<void>} */
    let looking;
    const look = () => {
      looking = preview();
    };
    const preview = async () => {
      const number = ++asked;
      mark = "";
      shown.replaceChildren(h("p", { class: "faint" }, "Looking…"));
      const plan = await post(`${AT}/books/preview`, { agent: book.agent.id, to: to.value }).catch((error) => error);
      if (number !== asked) return undefined;
      if (plan instanceof Error) return shown.replaceChildren(h("p", { class: "field-error" }, plan.message));
      mark = plan.mark;
      return shown.replaceChildren(...planned(plan));
    };
    to.addEventListener("change", look);
    look();
    ask({
      title: `Reassign the book of ${book.agent.name}`,
      lead: "Counts from the next request on: a conversation under way stays where it is.",
      act: "Give them away",
      danger: true,
      parts: [field("to", "To", to), field("why", "Why", why, "Kept with each entry."), shown],
      submit: async () => {
        await looking; // what is carried out is what is shown
        try {
          await post(`${AT}/books/reassign`, { agent: book.agent.id, to: to.value, why: why.value, mark: mark || "none" });
        } catch (error) {
          look();
          throw error;
        }
        this.say(`The book of ${book.agent.name} is reassigned.`);
        await this.#fetch();
      },
    });
  }

  #leave() {
    const agents = this.#agents.map((agent) => /** @type {[string, string]} */ ([agent.id, agent.name]));
    const agent = select(agents, agents[0]?.[0] ?? "");
    const since = input({ type: "date" });
    const until = input({ type: "date" });
    const deputy = select([["", "Their own deputy"], ...agents], "");
    const reason = input({ maxlength: 100 });
    ask({
      title: "New leave",
      act: "Save",
      parts: [
        field("agent", "Agent", agent),
        h("div", { class: "field-grid" }, field("since", "First day", since), field("until", "Last day", until)),
        field("deputy", "Deputy for this leave", deputy),
        field("reason", "Reason", reason, "For the calendar; customers never read it."),
      ],
      submit: async () => {
        const { notes } = await post(`${AT}/leaves`, { agent: agent.value, since: midnight(since.value, 0), until: midnight(until.value, 1), deputy: deputy.value, reason: reason.value });
        this.say(["Saved.", ...notes].join(" "));
        await this.#fetch();
      },
    });
  }

  /** @param {any} leave */
  #end(leave) {
    const begun = Date.parse(leave.since) <= Date.now();
    ask({
      title: begun ? `Is ${leave.agent.name} back?` : `Call off the leave of ${leave.agent.name}?`,
      lead: begun ? "The leave ends now." : "It never counts.",
      act: begun ? "Back now" : "Call it off",
      parts: [],
      submit: async () => {
        await post(`${AT}/leaves/end`, { agent: leave.agent.id, id: leave.id });
        this.say("Done.");
        await this.#fetch();
      },
    });
  }
}

/** @param {any} plan */
function planned({ counts, left, talking }) {
  const total = counts.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.customers, 0);
  return [
    h("p", null, h("strong", null, total === 1 ? "1 customer changes hands." : `${total} customers change hands.`)),
    h("ul", { class: "plan-list" }, ...counts.map((/** @type {any} */ { agent, customers }) => h("li", null, h("span", null, agent.name), h("span", null, String(customers))))),
    left ? h("p", null, `For ${left} nobody has room: they stay.`) : "",
    talking ? h("p", null, `Conversations under way, which stay where they are: ${talking}.`) : "",
  ].filter(Boolean);
}

/** The coming weeks with a bar for each leave. @param {any[]} leaves */
function calendar(leaves) {
  if (!leaves.length) return h("div", { hidden: true });
  const today = new Date();
  const monday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - ((today.getDay() + 6) % 7)).getTime();
  const whole = WEEKS * 7 * DAY_MS;
  const share = (/** @type {number} */ at) => Math.min(100, Math.max(0, ((at - monday) / whole) * 100));
  const weeks = Array.from({ length: WEEKS }, (_, n) => h("span", null, new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" }).format(monday + n * 7 * DAY_MS)));
  const row = (/** @type {any} */ { agent, since, until }) => {
    const bar = h("span", { class: "leave-bar" });
    bar.style.setProperty("inset-inline-start", `${share(Date.parse(since))}%`);
    bar.style.setProperty("width", `${Math.max(1, share(Date.parse(until)) - share(Date.parse(since)))}%`);
    return h("div", { class: "leave-row" }, h("span", { class: "leave-name" }, agent.name), h("span", { class: "leave-line" }, bar));
  };
  return h("div", { class: "leave-calendar", "aria-hidden": "true" }, h("div", { class: "leave-row leave-weeks" }, h("span", { class: "leave-name" }), h("span", { class: "leave-line" }, ...weeks)), ...leaves.map(row));
}

/** The midnight that a day begins or ends with, here. @param {string} day @param {0 | 1} later @returns {string} as it is when no day was chosen: the server says so */
function midnight(day, later) {
  const [y, m, d] = day.split("-").map(Number);
  return day ? new Date(y, m - 1, d + later).toISOString() : "";
}
