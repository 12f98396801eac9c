/** <agents-page>: the staff: who they are, what they can be asked for, and who must have a second factor. */

import { get, post } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { presenceLabel, words } from "../../lib/labels.js";
import { ask, checked, checks, field, input, listed, select } from "../lib/form.js";
import { badge, OfficePage, table } from "../lib/page.js";
import { askPicture } from "../lib/picture.js";
import { openNow, weekList } from "../lib/week.js";

const AT = "/api/console/office";
const LOOK_MS = 400;

export class AgentsPage extends OfficePage {
  /** @type {any[]} */
  #agents = [];
  /** @type {[string, string][]} */
  #queues = [];
  /** @type {string[]} */
  #required = [];

  connectedCallback() {
    const add = this.mayWrite && h("button", { type: "button", class: "button button-primary", onclick: () => this.#edit(null) }, "New agent");
    this.head("Agents", this.mayWrite ? "Who is on staff, and what each can be asked for." : "Who is on staff. Admins change it.", add);
    this.#fetch();
  }

  #fetch() {
    return this.load(
      async () => {
        const [staff, { queues }] = await Promise.all([get(`${AT}/agents`), get(`${AT}/queues`)]);
        this.#queues = queues.map((/** @type {any} */ queue) => [queue.name, queue.title]);
        this.#agents = staff.agents;
        this.#required = staff.required;
        return staff;
      },
      () => this.#draw(),
    );
  }

  #draw() {
    const rows = this.#agents.map((agent) => [
      h("span", { class: "person" }, h("span", { dir: "auto" }, agent.name), h("span", { class: "faint" }, agent.email)),
      words(agent.role),
      agent.presence === "left" ? badge("Left") : presenceLabel(agent.presence),
      agent.queues.map((/** @type {string} */ name) => this.#title(name)).join(", ") || "All",
      [...agent.skills.map(words), ...agent.languages].join(", ") || "None",
      String(agent.capacity),
      agent.room === null ? String(agent.customers) : `${agent.customers} of ${agent.room}`,
      agent.second_factor ? badge("On", "good") : this.#required.includes(agent.role) ? badge("Missing", "warn") : "Off",
      this.mayWrite ? h("button", { type: "button", class: "button button-small", "aria-label": `Edit ${agent.name}`, onclick: () => this.#edit(agent) }, "Edit") : null,
    ]);
    const heads = ["Name", "Role", "Presence", "Queues", "Skills, languages", "Capacity", "Customers", "Second factor", ""];
    return [table("Agents", heads, rows, "Nobody is on staff."), this.#rule()];
  }

  /** @param {string} name */
  #title(name) {
    return this.#queues.find(([queue]) => queue === name)?.[1] ?? name;
  }

  #rule() {
    const roles = checks("Who signs in with a second factor", "roles", [["agent", "Agents"], ["supervisor", "Supervisors"], ["admin", "Admins"]], this.#required);
    if (!this.mayWrite) for (const box of roles.querySelectorAll("input")) box.disabled = true;
    const save = async () => {
      await post(`${AT}/second-factor`, { roles: checked(roles) });
      this.say("Saved. Who has none yet sets it up before anything else.");
      await this.#fetch();
    };
    return h("section", { class: "tile rule" }, roles, this.mayWrite ? h("button", { type: "button", class: "button", onclick: save }, "Save") : null);
  }

  /** @param {any | null} agent */
  #edit(agent) {
    const others = this.#agents.filter((one) => one.presence !== "left" && one.id !== agent?.id).map((one) => /** @type {[string, string]} */ ([one.id, one.name]));
    const is = agent ?? { name: "", email: "", role: "agent", capacity: 6, room: null, deputy: null, queues: [], skills: [], languages: [], hours: "" };
    const name = input({ value: is.name, maxlength: 80 });
    const email = input({ type: "email", value: is.email, maxlength: 254 });
    const password = input({ type: "password", autocomplete: "new-password", maxlength: 200 });
    const role = select([["agent", "Agent"], ["supervisor", "Supervisor"], ["admin", "Admin"]], is.role);
    const capacity = input({ type: "number", min: 1, max: 100, value: is.capacity });
    const room = input({ type: "number", min: 0, value: is.room ?? "" });
    const deputy = select([["", "Nobody"], ...others], is.deputy ?? "");
    const queues = checks("Queues", "queues", this.#queues, is.queues);
    const skills = input({ value: is.skills.join(", ") });
    const languages = input({ value: is.languages.join(", ") });
    const hours = input({ value: is.hours, placeholder: "mon-fri: 9:00-12:30, 13:30-18:00; sat: 10:00-14:00" });
    const written = () => ({
      name: name.value, email: email.value, role: role.value, capacity: whole(capacity.value), room: room.value === "" ? null : whole(room.value),
      deputy: deputy.value || null, queues: checked(queues), skills: listed(skills.value), languages: listed(languages.value), hours: hours.value,
    });
    ask({
      title: agent ? agent.name : "New agent",
      wide: true,
      act: agent ? "Save" : "Create",
      parts: [
        h("div", { class: "field-grid" },
          field("name", "Name", name),
          field("email", "E-mail", email),
          agent ? null : field("password", "First password", password, "At least 10 characters; tell it them by another way."),
          field("role", "Role", role),
          field("capacity", "Capacity", capacity, "Units: the policy says what a conversation takes."),
          field("room", "Room in the book", room, "Customers; empty: only by hand."),
          field("deputy", "Deputy", deputy),
          field("skills", "Skills", skills, "Separated by commas."),
          field("languages", "Languages", languages, "Such as en, es; empty: the shop's own.")),
        queues,
        h("p", { class: "field-hint" }, "None chosen: all of them."),
        field("hours", "Own hours", hours, "Empty: whenever they are here."),
        hoursPreview(hours),
        agent ? this.#more(agent) : null,
      ],
      submit: async () => {
        if (agent) await post(`${AT}/agents/${encodeURIComponent(agent.id)}`, { ...written(), mark: agent.mark });
        else await post(`${AT}/agents`, { ...written(), password: password.value });
        this.say(agent ? `${name.value} is saved.` : `${name.value} can sign in.`);
        await this.#fetch();
      },
    });
  }

  /** What is done to an account rather than written about it. @param {any} agent */
  #more(agent) {
    const at = `${AT}/agents/${encodeURIComponent(agent.id)}`;
    const left = agent.presence === "left";
    const act = (/** @type {string} */ label, /** @type {() => void} */ run) => h("button", { type: "button", class: "button button-small", onclick: run }, label);
    return h("div", { class: "more-acts" },
      act("Picture…", () => askPicture({ title: `A picture of ${agent.name}`, at: `${at}/picture`, picture: agent.picture, changed: (words) => this.#done(Promise.resolve(), words) })),
      act(left ? "Let them back in…" : "New password…", () => this.#password(agent, at)),
      agent.second_factor ? act("Take the second factor away…", () => this.#sure(agent, `${at}/second-factor/reset`, "Take the second factor away?", "They are signed out, and sign in with the password alone. Make sure that it is they who ask.", "Take it away")) : null,
      left || agent.id === this.agent.id ? null : act("Disable…", () => this.#sure(agent, `${at}/disable`, `Disable ${agent.name}?`, `They are signed out and can no longer sign in. What they wrote stays under their name. Customers in their book: ${agent.customers}.`, "Disable")));
  }

  /** @param {any} agent @param {string} at */
  #password(agent, at) {
    const password = input({ type: "password", autocomplete: "new-password", maxlength: 200 });
    ask({
      title: `A password for ${agent.name}`,
      lead: "Whoever is signed in as them is signed out.",
      parts: [field("password", "Password", password, "At least 10 characters.")],
      submit: () => this.#done(post(`${at}/password`, { mark: agent.mark, password: password.value }), `${agent.name} has a new password.`),
    });
  }

  /** @param {any} agent @param {string} path @param {string} title @param {string} lead @param {string} act */
  #sure(agent, path, title, lead, act) {
    ask({ title, lead, act, danger: true, parts: [], submit: () => this.#done(post(path, { mark: agent.mark }), "Done.") });
  }

  /** @param {Promise<unknown>} call @param {string} words */
  async #done(call, words) {
    await call;
    for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
    this.say(words);
    await this.#fetch();
  }
}

/** What typed hours mean, shown while they are typed. @param {HTMLInputElement} hours */
function hoursPreview(hours) {
  const shown = h("div", { class: "hours-preview", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const look = async () => {
    const typed = hours.value;
    if (!typed.trim()) return shown.replaceChildren();
    const found = await post(`${AT}/hours`, { hours: typed }).catch((error) => error);
    if (hours.value !== typed) return undefined;
    return shown.replaceChildren(...(found instanceof Error ? [h("p", { class: "faint" }, found.message)] : [openNow(found), weekList(found)]));
  };
  hours.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(look, LOOK_MS);
  });
  look();
  return shown;
}

/** @param {string} text @returns {number | string} what is no number goes as it is: the server says what is wrong */
const whole = (text) => (/^\d+$/.test(text) ? Number(text) : text);
