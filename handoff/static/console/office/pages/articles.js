/** <articles-page>: the help articles: what the bot quotes, edited as a new version and shown beside as customers read it. */

import { get, post } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { shortDate } from "../../lib/format.js";
import { article } from "../lib/article.js";
import { ask, field, input } from "../lib/form.js";
import { badge, OfficePage, table } from "../lib/page.js";

const AT = "/api/console/office/articles";

export class ArticlesPage extends OfficePage {
  connectedCallback() {
    const add = this.mayWrite && h("button", { type: "button", class: "button button-primary", onclick: () => this.#edit(null) }, "New article");
    this.head("Help articles", "What the bot answers from. A change is a new version, found from the next question on.", add);
    this.#fetch();
  }

  #fetch() {
    return this.load(
      () => get(AT),
      (/** @type {any} */ { articles }) => {
        const rows = articles.map((/** @type {any} */ one) => [
          h("span", { class: "person" }, h("span", { dir: "auto" }, one.title), h("span", { class: "faint" }, `${one.slug}.${one.locale}`)),
          one.category,
          one.withdrawn ? badge("Withdrawn") : String(one.version),
          shortDate(one.updated_at),
          String(one.helped),
          String(one.not_helped),
          h("button", { type: "button", class: "button button-small", "aria-label": `Open ${one.title}`, onclick: () => this.#open(one) }, this.mayWrite ? "Edit" : "Read"),
        ]);
        return [table("Articles", ["Article", "Category", "Version", "Changed", "Helped", "Did not", ""], rows, "There are no articles: rapport articles load DIR brings them in.")];
      },
    );
  }

  /** @param {any} item */
  async #open({ slug, locale }) {
    this.#edit(await get(`${AT}/${encodeURIComponent(locale)}/${encodeURIComponent(slug)}`));
  }

  /** @param {any | null} one */
  #edit(one) {
    const is = one ?? { slug: "", locale: "en", title: "", category: "", body: "", asked: [], updated_at: "", version: 0 };
    const slug = input({ value: is.slug, maxlength: 80 });
    const locale = input({ value: is.locale, maxlength: 2 });
    const title = input({ value: is.title, maxlength: 200 });
    const category = input({ value: is.category, maxlength: 80 });
    const body = h("textarea", { rows: 14, dir: "auto" });
    body.value = is.body;
    const asked = h("textarea", { rows: 5, dir: "auto" });
    asked.value = is.asked.join("\n");
    const shown = h("div", { class: "article-preview", "aria-label": "Preview", role: "region", tabindex: 0 });
    const draw = () => shown.replaceChildren(h("h3", { dir: "auto" }, title.value || "Without a title"), ...article(body.value));
    for (const node of [title, body]) node.addEventListener("input", draw);
    draw();
    const fields = [
      one ? null : h("div", { class: "field-grid" }, field("slug", "Short name", slug, "Such as return-an-item; it stays."), field("locale", "Language", locale)),
      h("div", { class: "field-grid" }, field("title", "Title", title), field("category", "Category", category)),
      h("div", { class: "article-sides" }, field("body", "Text", body, "An empty line between paragraphs; each is one message at most."), h("div", { class: "field" }, h("p", { class: "field-label" }, "As customers read it"), shown)),
      field("asked", "Questions it answers", asked, "A line each, in customers' words. Nobody reads them: the search does."),
    ];
    if (!this.mayWrite) return ask({ title: is.title, wide: true, parts: [shown] });
    const away = one && !one.withdrawn && h("div", { class: "more-acts" }, h("button", { type: "button", class: "button button-small", onclick: () => this.#withdraw(one) }, "Withdraw…"));
    return ask({
      title: one ? `${is.title}, version ${is.version}` : "New article",
      wide: true,
      act: one ? "Save as the next version" : "Create",
      parts: [...fields, away || null],
      submit: async () => {
        const done = await post(AT, {
          slug: slug.value, locale: locale.value, seen: is.updated_at, title: title.value, category: category.value, body: body.value,
          asked: asked.value.split("\n").filter((line) => line.trim()),
        });
        this.say(`Saved: version ${done.version} of ${done.title}.`);
        await this.#fetch();
      },
    });
  }

  /** @param {any} one */
  #withdraw(one) {
    ask({
      title: `Withdraw “${one.title}”?`,
      lead: "Customers are not shown it any more. Saving it anew brings it back.",
      act: "Withdraw",
      danger: true,
      parts: [],
      submit: async () => {
        await post(`${AT}/withdraw`, { slug: one.slug, locale: one.locale, seen: one.updated_at });
        for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
        this.say(`${one.title} is withdrawn.`);
        await this.#fetch();
      },
    });
  }
}
