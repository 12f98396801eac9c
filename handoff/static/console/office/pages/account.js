/** <account-page>: an agent's own account: second factor, password, and where they are signed in. */

import { get, post } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { moment } from "../../lib/format.js";
import { ask, field, input } from "../lib/form.js";
import { badge, OfficePage } from "../lib/page.js";
import { askPicture, face } from "../lib/picture.js";

const AT = "/api/console/account";

export class AccountPage extends OfficePage {
  connectedCallback() {
    this.head("My account", this.agent.must_enrol ? "Your role signs in with a second factor. Set it up, and you can go on." : "Your sign-in, and where you are signed in.");
    this.#fetch();
  }

  #fetch() {
    return this.load(
      () => get(AT),
      (/** @type {any} */ account) => account.agent.must_enrol ? [this.#factor(account), this.#sessions(account.sessions)] : [this.#picture(account), this.#factor(account), this.#password(account), this.#sessions(account.sessions)],
    );
  }

  /** @param {any} account */
  #picture({ picture }) {
    const changed = async (/** @type {string} */ words) => {
      this.say(words);
      await this.#fetch();
    };
    const change = () => askPicture({ title: "Your picture", at: `${AT}/picture`, picture, changed });
    return h("section", { class: "tile" }, h("h3", null, "Picture"), face(picture), h("div", { class: "more-acts" }, h("button", { type: "button", class: "button", onclick: change }, "Change your picture…")));
  }

  /** @param {any} account */
  #factor({ second_factor, required, codes_left }) {
    const button = (/** @type {string} */ label, /** @type {() => void} */ run, kind = "") => h("button", { type: "button", class: `button ${kind}`, onclick: run }, label);
    const acts = second_factor
      ? [button("New recovery codes…", () => this.#codes()), required ? null : button("Go without…", () => this.#off())]
      : [button("Set it up…", () => this.#begin(), "button-primary")];
    const state = second_factor ? badge("On", "good") : required ? badge("Missing", "warn") : badge("Off");
    const words = second_factor ? `Signing in asks for a code of your authenticator. Recovery codes left: ${codes_left}.` : "With it, your password alone lets nobody in: signing in asks for a code of an app on your telephone.";
    return h("section", { class: "tile" }, h("h3", null, "Second factor ", state), h("p", null, words), h("div", { class: "more-acts" }, ...acts));
  }

  /** @param {any} account */
  #password({ email }) {
    const change = () => {
      const old = input({ type: "password", autocomplete: "current-password" });
      const fresh = input({ type: "password", autocomplete: "new-password", maxlength: 200 });
      ask({
        title: "A new password",
        lead: "You are signed out everywhere else.",
        parts: [field("password", "Your password now", old), field("new", "The new one", fresh, "At least 10 characters.")],
        submit: async () => {
          await post(`${AT}/password`, { password: old.value, new: fresh.value });
          this.say("Your new password counts from now on.");
          await this.#fetch();
        },
      });
    };
    return h("section", { class: "tile" }, h("h3", null, "Password"), h("p", null, `You sign in as ${email}.`), h("div", { class: "more-acts" }, h("button", { type: "button", class: "button", onclick: change }, "Change it…")));
  }

  /** @param {any[]} sessions */
  #sessions(sessions) {
    const end = async (/** @type {object} */ body, /** @type {string} */ words) => {
      await post(`${AT}/sessions/end`, body);
      this.say(words);
      await this.#fetch();
    };
    const row = (/** @type {any} */ one) => h(
      "li",
      null,
      h("span", { class: "person" }, h("span", null, device(one.device), one.current ? " " : null, one.current ? badge("This one", "good") : null), h("span", { class: "faint" }, `${one.address || "Address unknown"} · since ${moment(one.since, Date.now())} · last used ${moment(one.used_at, Date.now())}`)),
      one.current ? null : h("button", { type: "button", class: "button button-small", "aria-label": `Sign out ${device(one.device)}, ${one.address}`, onclick: () => end({ id: one.id }, "Signed out there.") }, "Sign out"),
    );
    const everywhere = sessions.length > 1 && h("div", { class: "more-acts" }, h("button", { type: "button", class: "button", onclick: () => end({}, "Signed out everywhere else.") }, "Sign out everywhere else"));
    return h("section", { class: "tile" }, h("h3", null, "Where you are signed in"), h("ul", { class: "sessions" }, ...sessions.map(row)), everywhere || null);
  }

  #begin() {
    this.#withPassword("Set up a second factor", "Go on", async (password) => {
      this.#confirm(await post(`${AT}/second-factor/begin`, { password }));
    });
  }

  /** @param {{ secret: string, link: string, picture: string }} begun */
  #confirm({ secret, link, picture }) {
    const code = input({ inputmode: "numeric", autocomplete: "one-time-code", maxlength: 10 });
    ask({
      title: "Read the picture",
      lead: "With an authenticator app on your telephone. Then enter the code that it shows.",
      act: "Turn it on",
      parts: [
        h("img", { class: "qr", alt: "The picture to be read by the app; the key below says the same", width: 220, height: 220, src: `data:image/svg+xml,${encodeURIComponent(picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'))}` }),
        h("p", { class: "field-hint" }, "No camera? ", h("a", { href: link }, "Open it on this device"), " or type the key: ", h("code", { class: "secret" }, secret.match(/.{1,4}/g)?.join(" ") ?? secret)),
        field("code", "Code", code),
      ],
      submit: async () => {
        const { codes } = await post(`${AT}/second-factor/confirm`, { code: code.value });
        this.#show(codes, "Your second factor is on.");
      },
    });
  }

  #codes() {
    this.#withPassword("New recovery codes", "Make them", async (password) => {
      const { codes } = await post(`${AT}/second-factor/codes`, { password });
      this.#show(codes, "The old codes are worth nothing now.");
    });
  }

  #off() {
    this.#withPassword("Go without a second factor", "Take it away", async (password) => {
      await post(`${AT}/second-factor/off`, { password });
      this.say("Your second factor is gone.");
      await this.#fetch();
    });
  }

  /** @param {string[]} codes @param {string} words */
  #show(codes, words) {
    const dialog = ask({
      title: "Your recovery codes",
      lead: "Each signs you in once when your telephone is lost. They are shown this one time: print them, or keep them where you keep passwords.",
      parts: [h("ol", { class: "codes" }, ...codes.map((code) => h("li", null, h("code", null, code))))],
    });
    dialog.addEventListener("close", () => this.dispatchEvent(new Event("enrolled", { bubbles: true })));
    this.say(words);
  }

  /** @param {string} title @param {string} act @param {(password: string) => Promise<void>} then */
  #withPassword(title, act, then) {
    const password = input({ type: "password", autocomplete: "current-password" });
    ask({ title, lead: "Your password first: it should be you.", act, parts: [field("password", "Password", password)], submit: () => then(password.value) });
  }
}

/** What a browser says of itself, in words. @param {string} agent */
function device(agent) {
  const browser = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([mark]) => agent.includes(mark))?.[1];
  const system = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]].find(([mark]) => agent.includes(mark))?.[1];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent.slice(0, 40) || "A browser that says nothing of itself";
}
