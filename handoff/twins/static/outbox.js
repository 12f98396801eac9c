/** The outbox page: the mails that would have gone out, newest first, one of them open. */

import * as api from "./api.js";
import { byId, h } from "./dom.js";
import { dayOf, fullTime, timeOf } from "./words.js";

/** @type {api.Mail[]} */
let mails = [];

const openId = () => Number(location.hash.slice(1));

function drawList() {
  byId("count", HTMLElement).textContent = mails.length ? String(mails.length) : "";
  byId("mails", HTMLElement).replaceChildren(
    ...mails.map((mail) =>
      h(
        "li",
        null,
        h(
          "a",
          { class: "mail-item", href: `#${mail.id}`, "aria-current": mail.id === openId() ? "true" : false },
          h("span", { class: "mail-to" }, mail.receivers.join(", ")),
          h("time", { datetime: mail.at }, dayOf(mail.at) === "Today" ? timeOf(mail.at) : fullTime(mail.at)),
          h("span", { class: "mail-subject" }, mail.subject || "(no subject)"),
        ),
      ),
    ),
    mails.length === 0 ? h("li", { class: "note" }, "No mail yet. A receipt or a code that Rapport sends by mail will show up here.") : "",
  );
}

function drawMail() {
  const mail = mails.find((one) => one.id === openId());
  document.body.classList.toggle("reading", Boolean(mail));
  byId("mail", HTMLElement).replaceChildren(
    ...(mail
      ? [
          h("a", { class: "back", href: "#" }, "All mails"),
          h("h2", null, mail.subject || "(no subject)"),
          h("dl", null, ...line("To", mail.receivers.join(", ")), ...line("From", mail.sender), ...line("At", fullTime(mail.at))),
          h("p", { class: "mail-text" }, mail.text.trim()),
        ]
      : [h("p", { class: "empty" }, mails.length ? "Choose a mail to read it." : "Nothing to read yet.")]),
  );
}

/** @param {string} name @param {string} value */
const line = (name, value) => [h("dt", null, name), h("dd", null, value)];

function draw() {
  drawList();
  drawMail();
}

async function look() {
  mails = (await api.mails()).mails;
  if (!openId() && mails[0] && matchMedia("(min-width: 800px)").matches) {
    history.replaceState(null, "", `#${mails[0].id}`);
  }
  draw();
}

addEventListener("hashchange", draw);
api.watch(() => look().catch(() => {}));
api.linkGateway((await api.phones()).url);
