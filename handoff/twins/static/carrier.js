/** The carrier's side: switches for what goes wrong, and a log of what happened to each text. */

import * as api from "./api.js";
import { byId, h } from "./dom.js";
import { timeOf } from "./words.js";

const OUTCOMES = {
  "": "arrives",
  30003: "phone unreachable (30003)",
  30005: "number gone (30005)",
  30006: "landline (30006)",
  30007: "filtered as spam (30007)",
  30008: "unknown error (30008)",
};

const send = byId("fault-send", HTMLSelectElement);
const callbacks = byId("fault-callbacks", HTMLSelectElement);
const outcome = byId("fault-outcome", HTMLSelectElement);

/** @param {HTMLSelectElement} select @param {Record<string, string>} choices */
function fill(select, choices) {
  if (select.options.length === 0) {
    select.append(...Object.entries(choices).map(([value, label]) => h("option", { value }, label)));
  }
}

/** @param {api.Switches} now */
function show(now) {
  fill(send, { "": "goes well", ...now.send });
  fill(callbacks, now.callbacks);
  fill(outcome, OUTCOMES);
  send.value = now.faults.send[0] ?? "";
  callbacks.value = now.faults.callbacks;
  outcome.value = now.faults.outcome === null ? "" : String(now.faults.outcome);
  const waiting = now.faults.send.length;
  byId("faults-left", HTMLElement).textContent = waiting ? `Waiting for ${waiting === 1 ? "a send" : `${waiting} sends`}` : "";
}

export async function refreshSwitches() {
  show(await api.switches());
}

export function listen() {
  send.addEventListener("change", async () => show(await api.setSwitches({ send: send.value ? [send.value] : [] })));
  callbacks.addEventListener("change", async () => show(await api.setSwitches({ callbacks: callbacks.value })));
  outcome.addEventListener("change", async () => show(await api.setSwitches({ outcome: outcome.value ? Number(outcome.value) : null })));
  byId("reset", HTMLButtonElement).addEventListener("click", async () =>
    show(await api.setSwitches({ send: [], look_up: [], callbacks: "normal", outcome: null, share: 0, shared: [] })),
  );
}

/**
 * @param {api.Text[]} texts
 * @param {(text: api.Text) => void} again  delivers an inbound text once more
 */
export function drawLog(texts, again) {
  const log = byId("log", HTMLElement);
  const rows = texts.slice(-40).reverse().map((text) => row(text, again));
  if (rows.length === 0) rows.push(h("li", { class: "note" }, "Nothing yet."));
  log.replaceChildren(...rows);
}

/** @param {api.Text} text @param {(text: api.Text) => void} again */
function row(text, again) {
  const inbound = text.direction === "inbound";
  const state = inbound ? `webhook ${text.door || "…"}` : text.status + (text.error_code ? ` ${text.error_code}` : "");
  const good = inbound ? /^2/.test(text.door) : text.status === "delivered";
  const bad = inbound ? Boolean(text.door) && !good : text.status === "undelivered" || text.status === "failed";
  const size = `${text.segments} ${text.segments === 1 ? "segment" : "segments"}`;
  return h(
    "li",
    null,
    h("span", { class: "log-way" }, inbound ? "to the shop" : "to the phone"),
    h("span", { class: `state ${good ? "good" : bad ? "bad" : "open"}` }, state),
    h("span", { class: "log-more", title: text.sid }, `${timeOf(text.at)} · ${size} · …${text.sid.slice(-4)}`),
    inbound &&
      h("button", { type: "button", class: "quiet", title: "Twilio's retry: the same MessageSid once more", onclick: () => again(text) }, "Deliver again"),
  );
}
