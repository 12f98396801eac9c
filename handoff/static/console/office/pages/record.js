/** <record-page>: who changed what, the newest first. */

import { get } from "../../data/api.js";
import { h } from "../../lib/dom.js";
import { moment } from "../../lib/format.js";
import { words } from "../../lib/labels.js";
import { OfficePage, table } from "../lib/page.js";

export class RecordPage extends OfficePage {
  connectedCallback() {
    this.head("Record", "What people on staff changed here, and about their sign-in. Nothing in it can be changed.");
    this.load(
      () => get("/api/console/office/record"),
      (/** @type {any} */ { record }) => {
        const rows = record.map((/** @type {any} */ one) => [moment(one.at, Date.now()), one.by, words(one.action), one.subject, h("span", { class: "record-detail" }, detail(one.detail))]);
        return [table("Record", ["When", "Who", "What", "Whom", "Detail"], rows, "Nothing has been changed yet.")];
      },
    );
  }
}

/** @param {Record<string, unknown>} detail */
function detail(detail) {
  return Object.entries(detail)
    .filter(([, value]) => value !== "" && value !== null)
    .map(([name, value]) => `${words(name)}: ${Array.isArray(value) && value.length === 2 ? `${plain(value[0])} → ${plain(value[1])}` : plain(value)}`)
    .join("; ");
}

/** @param {unknown} value @returns {string} */
function plain(value) {
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "none";
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value === "object") return Object.entries(value ?? {}).map(([name, each]) => `${name} ${plain(each)}`).join(", ");
  return String(value);
}
