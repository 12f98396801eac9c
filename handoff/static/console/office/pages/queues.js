/** <queues-page>: the team queues, whether they are open now, and the hours of the coming week. */

import { get } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { words } from "../../lib/labels.js";
import { OfficePage } from "../lib/page.js";
import { openNow, weekList } from "../lib/week.js";

export class QueuesPage extends OfficePage {
  connectedCallback() {
    this.head("Queues and hours", "As the routing policy in force has them. The policy is a file: rapport policy check says whether a change of it holds.");
    this.load(
      () => get("/api/console/office/queues"),
      (/** @type {any} */ { queues }) => [h("div", { class: "tiles" }, ...queues.map(tile))],
    );
  }
}

/** @param {any} queue */
function tile(queue) {
  const topics = queue.topics.length ? queue.topics.map(words).join(", ") : "Everything that no other queue names";
  return h("section", { class: "tile" }, h("h3", null, queue.title), openNow(queue), h("p", { class: "faint" }, topics), weekList(queue));
}
