/** The topics that visitors can choose from, as rows of a form: what they read, and the topic that it means to the queues. */

import { h } from "../../lib/dom.js";
import { input } from "./form.js";

/** @typedef {{ topic: string, label: string, spanish: string, queue?: string }} Topic */

let made = 0;

/** @param {Topic[]} topics @param {{ topic: string, queue: string }[]} known */
export function topicRows(topics, known) {
  const list = h("datalist", { id: `topics-${++made}` }, ...known.map(({ topic, queue }) => h("option", { value: topic }, queue)));
  const rows = h("div", { class: "topic-rows" });
  const add = (/** @type {Topic} */ one) => {
    const row = topicRow(one, list.id);
    rows.append(row);
    return row;
  };
  topics.forEach(add);
  const more = h("button", { type: "button", class: "button button-small", onclick: () => add({ topic: "", label: "", spanish: "" }).querySelector("input")?.focus() }, "Another topic");
  const hint = "A topic that a queue names goes to that queue, any other to the one for the rest. Small letters, digits, underscores.";
  const element = h(
    "fieldset",
    { class: "field topics", "data-field": "topics" },
    h("legend", null, "Topics to choose from"),
    h("p", { class: "field-hint" }, hint),
    rows,
    h("p", { class: "field-error", role: "alert" }),
    h("div", { class: "more-acts" }, more),
    list,
  );
  const written = () =>
    [...rows.children].map((row) => [...row.querySelectorAll("input")].map((node) => node.value.trim())).filter((row) => row.some(Boolean)).map(([label, spanish, topic]) => ({ label, spanish, topic }));
  return { element, written };
}

/** @param {Topic} one @param {string} list */
function topicRow({ label, spanish, topic }, list) {
  const labelled = (/** @type {string} */ words, /** @type {HTMLInputElement} */ node) => h("label", { class: "topic-part" }, h("span", null, words), node);
  const away = h("button", { type: "button", class: "button button-small", "aria-label": `Leave out ${label || "this topic"}`, onclick: () => row.remove() }, "Leave out");
  const row = h(
    "div",
    { class: "topic-row" },
    labelled("Customers read", input({ value: label, maxlength: 60, dir: "auto" })),
    labelled("In Spanish", input({ value: spanish, maxlength: 60, dir: "auto", lang: "es" })),
    labelled("Topic", input({ value: topic, maxlength: 40, list, spellcheck: "false" })),
    away,
  );
  return row;
}
