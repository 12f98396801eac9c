/** <sign-in>: e-mail and password; where the demo's logins exist, names to click. */

import { ApiError, get } from "../data/api.js";
import { h } from "../lib/dom.js";
import { words } from "../lib/labels.js";
import { DeskView } from "../lib/view.js";

export class SignIn extends DeskView {
  #email = h("input", { id: "email", type: "email", name: "email", autocomplete: "username", required: true });
  #password = h("input", { id: "password", type: "password", name: "password", autocomplete: "current-password", required: true });
  #code = h("input", { id: "code", type: "text", name: "code", autocomplete: "one-time-code", maxlength: 20 });
  #factor = h("div", { class: "sign-in-form sign-in-factor", hidden: true }, h("label", { for: "code" }, "Code of your authenticator, or a recovery code"), this.#code);
  #submit = h("button", { type: "submit", class: "button button-primary button-wide" }, "Sign in");
  #error = h("p", { class: "form-error", role: "alert" });
  #demo = h("section", { class: "demo-logins", "aria-labelledby": "demo-title", hidden: true });

  build() {
    const form = h(
      "form",
      { class: "sign-in-form", onsubmit: (/** @type {Event} */ event) => this.#submitForm(event) },
      h("label", { for: "email" }, "E-mail"),
      this.#email,
      h("label", { for: "password" }, "Password"),
      this.#password,
      this.#factor,
      this.#error,
      this.#submit,
    );
    this.setAttribute("role", "main");
    this.append(
      h("div", { class: "sign-in-card" }, h("img", { src: "/static/console/icon.svg", alt: "", width: 40, height: 40 }), h("h1", null, "Rapport"), h("p", { class: "sign-in-lead" }, "Sign in to answer customers."), form, this.#demo),
    );
    this.#offerDemo();
  }

  listen() {
    this.#email.focus();
  }

  /** In development the gateway lists the demo's agents; elsewhere the address does not exist. */
  async #offerDemo() {
    try {
      /** @type {import("../lib/types.js").DemoAgent[]} */
      const agents = await get("/demo/agents");
      this.#demo.replaceChildren(h("h2", { id: "demo-title" }, "Demo logins"), h("ul", null, ...agents.map((agent) => h("li", null, this.#button(agent)))));
      this.#demo.hidden = agents.length === 0;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** @param {import("../lib/types.js").DemoAgent} agent */
  #button(agent) {
    const fill = () => {
      this.#email.value = agent.email;
      this.#password.value = agent.password;
      this.#signIn();
    };
    return h("button", { type: "button", class: "demo-login", onclick: fill }, h("span", { class: "demo-name" }, agent.name), h("span", { class: "demo-role" }, words(agent.role)));
  }

  /** @param {Event} event */
  #submitForm(event) {
    event.preventDefault();
    this.#signIn();
  }

  async #signIn() {
    this.#submit.disabled = true;
    this.#error.textContent = "";
    try {
      await this.desk.signIn(this.#email.value, this.#password.value, this.#code.value.trim());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const factor = error.code.startsWith("second_factor");
      if (factor) this.#factor.hidden = false;
      this.#error.textContent = error.message;
      (factor ? this.#code : this.#password).select();
    } finally {
      this.#submit.disabled = false;
    }
  }
}
