// @ts-check
/** Pictures and PDF in the thread, with a link that is renewed. */

import { ApiError } from "./api.js";
import { h, icon, PATHS, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Ways} from "./message.js" */
/** @import {FileShown, Message} from "./types.d.ts" */

export const styles = await sheet("files.css");
PATHS.picture = "M5 5h14v14H5zm0 11l4-4 3 3 3-4 4 5M9 9v.01";
PATHS.paper = "M7 4h7l4 4v12H7zm7 0v4h4M10 13h5m-5 3h5";

export const words = {
  opens: (/** @type {string} */ name) => `${name}, opens in a new tab`,
};

/** @typedef {typeof words} FileTexts */

/** A little less than the server's ten minutes. */
const LINK_LASTS_MS = 9 * 60_000;
const NEAR_PX = 96;
const [WIDE, HIGH] = [480, 360];

/** The files of a message. @param {HTMLElement} host @param {Message} message @param {Ways} ways */
export async function show(host, message, ways) {
  const its = await wordsFor(ways.format.locale, "files", words);
  const fresh = { at: Date.now(), files: message.files ?? [] };
  /** @param {number} n */
  const link = async (n) => {
    if (Date.now() - fresh.at > LINK_LASTS_MS) {
      const conversation = ways.conversation();
      const told = await conversation.ask((token) => conversation.session.api.messages(token, message.seq - 1));
      const again = told.messages.find((one) => one.seq === message.seq)?.files;
      if (again) [fresh.at, fresh.files] = [Date.now(), again];
    }
    return fresh.files[n].url;
  };
  const log = host.closest(".log");
  const follow = atEnd(log);
  host.replaceChildren(...fresh.files.map((file, n) => shown(file, () => link(n), ways.format.locale, its)));
  if (log && follow) log.scrollTop = log.scrollHeight;
}

/** @param {Element | null | undefined} log */
export function atEnd(log) {
  return !!log && log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
}

/** @param {FileShown} file @param {() => Promise<string>} link @param {string} locale @param {FileTexts} its */
function shown(file, link, locale, its) {
  const about = h("span", { class: "about" }, h("span", { class: "name", dir: "auto" }, file.name), h("span", { class: "size" }, bytes(file.bytes, locale)));
  const element = /** @type {HTMLAnchorElement} */ (
    h("a", { class: "file", href: safe(file.url), target: "_blank", rel: "noopener noreferrer", "aria-label": its.opens(file.name) }, icon("paper"), about)
  );
  element.addEventListener("click", async (event) => {
    event.preventDefault();
    const url = safe(await link().catch(() => file.url));
    if (url) open(url, "_blank", "noopener,noreferrer");
  });
  if (file.type.startsWith("image/")) {
    element.classList.add("picture");
    picture(file, link).then((canvas) => element.replaceChildren(canvas), () => element.classList.remove("picture"));
  }
  return element;
}

/** Drawn by hand: a page that allows no foreign images still allows what it lets us fetch. @param {FileShown} file @param {() => Promise<string>} link */
async function picture(file, link) {
  const response = await fetch(await link(), { credentials: "omit" });
  if (!response.ok) throw new ApiError(response.status, "", "");
  const bitmap = await createImageBitmap(await response.blob());
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { width: WIDE, height: HIGH, "aria-hidden": "true", title: file.name }));
  const scale = Math.max(WIDE / bitmap.width, HIGH / bitmap.height);
  const [wide, high] = [bitmap.width * scale, bitmap.height * scale];
  canvas.getContext("2d")?.drawImage(bitmap, (WIDE - wide) / 2, (HIGH - high) / 2, wide, high);
  bitmap.close();
  return canvas;
}

/** @param {number} count @param {string} locale */
export function bytes(count, locale) {
  const [value, unit] = count < 1e6 ? [Math.max(1, Math.round(count / 1e3)), "kilobyte"] : [count / 1e6, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** @param {string} url @returns {string | null} */
function safe(url) {
  return /^https?:\/\//.test(url) ? url : null;
}
