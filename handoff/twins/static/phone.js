/** The phone page: choose whose phone it is, write texts, and see what the shop sends to it, live. */

import * as api from "./api.js";
import * as carrier from "./carrier.js";
import { byId, h } from "./dom.js";
import { draw } from "./thread.js";
import { asNumber, pretty } from "./words.js";

const search = byId("search", HTMLInputElement);
const body = byId("body", HTMLTextAreaElement);
const problem = byId("problem", HTMLElement);
const picture = byId("picture", HTMLInputElement);
const threadPlace = byId("thread", HTMLElement);

/** @type {api.Phones} */
let known = { ours: "", shop: "", url: "", phones: [], recent: [], gateway: false };
let number = asNumber(new URLSearchParams(location.search).get("number") ?? "");
/** @type {File[]} */
let attached = [];

const nameOf = (/** @type {string} */ of) => known.phones.find((phone) => phone.number === of)?.name ?? "";

/** @param {string} chosen */
function choose(chosen) {
  number = chosen;
  history.replaceState(null, "", `/phone?number=${encodeURIComponent(chosen)}`);
  threadPlace.replaceChildren();
  drawPeople();
  look();
  if (matchMedia("(min-width: 700px)").matches) body.focus();
}

function drawPeople() {
  const typed = search.value.trim().toLowerCase();
  const free = asNumber(search.value);
  const digits = typed.replace(/\D/g, "");
  const rank = (/** @type {string} */ of) => (known.recent.indexOf(of) + 1 || 99);
  const strangers = known.recent.filter((recent) => !nameOf(recent)).map((recent) => ({ number: recent, name: "" }));
  const found = [...strangers, ...known.phones]
    .filter((phone) => phone.name.toLowerCase().includes(typed) || (digits.length > 2 && phone.number.includes(digits)))
    .sort((a, b) => rank(a.number) - rank(b.number))
    .slice(0, 60);
  if (free && !found.some((phone) => phone.number === free)) found.unshift({ number: free, name: "" });
  if (number && !typed && !found.some((phone) => phone.number === number)) found.unshift({ number, name: "" });
  const nothing = typed ? "Nobody of that name. Any number works: type it in full." : "No customer's number is known yet; type any number.";
  byId("people", HTMLElement).replaceChildren(
    ...found.map((phone) =>
      h(
        "li",
        null,
        h(
          "button",
          { type: "button", class: "person", "aria-pressed": phone.number === number ? "true" : "false", onclick: () => choose(phone.number) },
          h("span", { class: "person-name" }, phone.name || "Unknown number"),
          h("span", { class: "person-number" }, pretty(phone.number)),
        ),
      ),
    ),
    found.length === 0 ? h("li", { class: "note" }, nothing) : "",
  );
}

async function meet() {
  known = await api.phones();
  api.linkGateway(known.url);
  byId("shop", HTMLElement).textContent = known.shop;
  byId("avatar", HTMLElement).textContent = known.shop.slice(0, 1);
  byId("ours", HTMLElement).textContent = pretty(known.ours);
  const note = byId("people-note", HTMLElement);
  note.hidden = known.gateway;
  note.textContent = "The gateway does not answer, so its customers are missing here.";
  if (!number) number = known.recent[0] ?? known.phones[0]?.number ?? "+12025550123";
  drawPeople();
}

let looking = false;
let lookAgain = false;
async function look() {
  if (!number) return;
  lookAgain = looking;
  if (looking) return;
  looking = true;
  try {
    const of = number;
    const found = await api.thread(of);
    if (of === number) show(found);
    await carrier.refreshSwitches();
  } catch {
    // The stream reconnects by itself, and that looks again.
  } finally {
    looking = false;
  }
  if (lookAgain) look();
}

/** @param {api.Thread} found */
function show(found) {
  draw(threadPlace, found.texts);
  carrier.drawLog(found.texts, (text) => api.send({ number: text.from, body: text.body, sid: text.sid }).catch(complain));
  byId("stopped", HTMLElement).hidden = !found.opted_out;
  byId("owner", HTMLElement).textContent = `${nameOf(number) || "Unknown"}’s phone`;
}

/** @param {unknown} error */
function complain(error) {
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
}

/** @param {File} file @returns {Promise<{ content_type: string, data: string }>} */
async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { content_type: file.type, data: btoa(text) };
}

async function send() {
  const words = body.value;
  if (!words.trim() && attached.length === 0) return;
  problem.hidden = true;
  const files = attached;
  attached = [];
  body.value = "";
  drawAttached();
  grow();
  try {
    await api.send({ number, body: words, pictures: await Promise.all(files.map(encoded)) });
  } catch (error) {
    complain(error);
    if (!body.value) body.value = words;
    attached = files;
    drawAttached();
  }
}

function drawAttached() {
  const place = byId("attached", HTMLElement);
  place.hidden = attached.length === 0;
  place.replaceChildren(
    ...attached.map((file) =>
      h(
        "button",
        { type: "button", class: "chip", title: "Remove", onclick: () => ((attached = attached.filter((other) => other !== file)), drawAttached()) },
        `${file.name} ×`,
      ),
    ),
  );
}

function grow() {
  body.style.blockSize = "auto";
  body.style.blockSize = `${Math.min(body.scrollHeight, 120)}px`;
}

search.addEventListener("input", drawPeople);
search.addEventListener("keydown", (event) => {
  const free = asNumber(search.value);
  if (event.key === "Enter" && free) choose(free);
});
body.addEventListener("input", grow);
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
picture.addEventListener("change", () => {
  attached = [...attached, ...(picture.files ?? [])].slice(0, 10);
  picture.value = "";
  drawAttached();
});
byId("composer", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
carrier.listen();
await meet();
api.watch(look);
// The gateway may start after this page: its customers are asked for until they are there.
setInterval(() => known.gateway || meet(), 3000);
