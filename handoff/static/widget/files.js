// @ts-check
/** Pictures and PDF: on their way over the field with progress and a way out, and in the thread with a link that is renewed. */

import { ApiError } from "./api.js";
import { h, icon, PATHS, sheet } from "./dom.js";
import { wordsFor } from "./later.js";

/** @import {Ways} from "./message.js" */
/** @import {FileShown, FileTaken, Message} from "./types.d.ts" */

export const styles = await sheet("files.css");
PATHS.picture = "M5 5h14v14H5zm0 11l4-4 3 3 3-4 4 5M9 9v.01";
PATHS.paper = "M7 4h7l4 4v12H7zm7 0v4h4M10 13h5m-5 3h5";

export const words = {
  files: "Files to send",
  progress: (/** @type {string} */ name) => `${name}: on its way`,
  remove: (/** @type {string} */ name) => `Remove ${name}`,
  again: "Try again",
  ready: (/** @type {string} */ name) => `${name} is ready to be sent`,
  tooLarge: "Larger than 10 MB.",
  otherType: "Only JPEG, PNG, GIF and WebP pictures and PDF can be sent.",
  tooMany: "Ten files are the most for one message.",
  failed: "It did not arrive.",
  sendsThen: "Sent as soon as the files are here.",
  opens: (/** @type {string} */ name) => `${name}, opens in a new tab`,
};

/** @typedef {typeof words} FileTexts */

const LARGEST = 10 * 1024 * 1024;
const MOST = 10;
const TYPES = /^(image\/(jpeg|png|gif|webp)|application\/pdf)$/;
/** A little less than the server's ten minutes. */
const LINK_LASTS_MS = 9 * 60_000;
const NEAR_PX = 96;
const [WIDE, HIGH] = [480, 360];

/** @typedef {{file: File, node: HTMLElement, abort: AbortController, taken?: FileTaken, failed?: boolean}} Item */

export class Tray {
  /** @type {Item[]} */
  #items = [];
  /** @type {Promise<unknown>} One after the other: what is half there helps nobody. */
  #line = Promise.resolve();
  /** @type {(() => void) | null} */
  #then = null;
  #list;
  #told = h("p", { class: "told", role: "status" });

  /** @param {Ways} ways @param {FileTexts} its @param {HTMLElement} host @param {() => void} onChange */
  constructor(ways, its, host, onChange) {
    this.ways = ways;
    this.words = its;
    this.onChange = onChange;
    this.#list = h("ul", { "aria-label": its.files });
    host.replaceChildren(this.#list, this.#told);
  }

  /** Something is still on its way. */
  get busy() {
    return this.#items.some((one) => !one.taken && !one.failed);
  }

  /** What can be sent. @returns {FileTaken[]} */
  get ready() {
    return this.#items.flatMap((one) => one.taken ?? []);
  }

  /** @param {() => void} send */
  sendThen(send) {
    this.#then = send;
    this.#told.textContent = this.words.sendsThen;
  }

  /** The thread gets smaller; who read its end still does. @param {File[]} files */
  add(files) {
    const log = this.#list.closest("dialog")?.querySelector(".log");
    const follow = atEnd(log);
    for (const file of files) {
      const item = { file, node: h("li", {}), abort: new AbortController() };
      const full = this.#items.length >= MOST;
      this.#items.push(item);
      this.#list.append(item.node);
      const { otherType, tooLarge, tooMany } = this.words;
      const why = full ? tooMany : !TYPES.test(file.type) ? otherType : file.size > LARGEST ? tooLarge : "";
      if (why) this.#fail(item, why, false);
      else this.#start(item);
    }
    this.onChange();
    if (log && follow) log.scrollTop = log.scrollHeight;
  }

  /** All is sent, or somebody else writes here now. */
  clear() {
    for (const item of this.#items) item.abort.abort();
    this.#items = [];
    this.#list.replaceChildren();
    this.#told.textContent = "";
    this.#then = null;
  }

  /** @param {Item} item */
  #start(item) {
    const { signal } = item.abort;
    item.failed = false;
    const bar = /** @type {HTMLProgressElement} */ (h("progress", { max: "1", value: "0", "aria-label": this.words.progress(item.file.name) }));
    this.#draw(item, bar);
    this.#line = this.#line.then(async () => {
      if (signal.aborted) return;
      try {
        const conversation = this.ways.conversation();
        item.taken = await conversation.ask((token) => upload(conversation.session.api.gateway, token, item.file, signal, (part) => (bar.value = part)));
        this.#draw(item, null);
        this.#told.textContent = this.words.ready(item.file.name);
      } catch (error) {
        if (signal.aborted) return;
        const passing = error instanceof ApiError && error.passing;
        this.#fail(item, (error instanceof ApiError && error.message) || this.words.failed, passing);
      }
      this.#settled();
    });
  }

  #settled() {
    this.onChange();
    if (this.busy || !this.#then) return;
    const send = this.#then;
    this.#then = null;
    this.#told.textContent = "";
    if (!this.#items.some((one) => one.failed)) send();
  }

  /** @param {Item} item @param {string} why @param {boolean} again */
  #fail(item, why, again) {
    item.failed = true;
    const retry = again && h("button", { class: "link", type: "button", onclick: () => this.#start(item) }, this.words.again);
    this.#draw(item, h("p", { class: "why", role: "alert" }, why, " ", retry));
  }

  /** @param {Item} item @param {HTMLElement | null} more */
  #draw(item, more) {
    const { name, size, type } = item.file;
    const remove = h("button", { class: "plain", type: "button", "aria-label": this.words.remove(name), onclick: () => this.#remove(item) }, icon("close"));
    const said = h("div", { class: "said" }, h("span", { class: "name", dir: "auto" }, name), h("span", { class: "size" }, bytes(size, this.ways.format.locale)));
    item.node.toggleAttribute("data-failed", !!item.failed);
    item.node.replaceChildren(icon(type.startsWith("image/") ? "picture" : "paper"), h("div", { class: "about" }, said, more), remove);
  }

  /** @param {Item} item */
  #remove(item) {
    item.abort.abort();
    const at = this.#items.indexOf(item);
    this.#items = this.#items.filter((one) => one !== item);
    item.node.remove();
    const next = this.#items[Math.min(at, this.#items.length - 1)]?.node.querySelector("button.plain");
    /** @type {HTMLElement | null} */ (next ?? this.#list.closest("form")?.querySelector("textarea") ?? null)?.focus();
    this.#settled();
  }
}

/** @param {Ways} ways @param {HTMLElement} host @param {() => void} onChange */
export async function tray(ways, host, onChange) {
  return new Tray(ways, await wordsFor(ways.format.locale, "files", words), host, onChange);
}

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
function atEnd(log) {
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

/**
 * fetch cannot tell how far an upload is.
 * @param {string} gateway @param {string} token @param {File} file @param {AbortSignal} signal @param {(part: number) => void} onProgress
 * @returns {Promise<FileTaken>}
 */
function upload(gateway, token, file, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${gateway}api/chat/files`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed?.() ?? file.name));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      const { status, response } = request;
      if (status === 201) resolve(response);
      else reject(new ApiError(status, response?.error?.code ?? "", response?.error?.message ?? ""));
    };
    request.onerror = request.onabort = () => reject(new ApiError(0, "unreachable", ""));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** @param {number} count @param {string} locale */
function bytes(count, locale) {
  const [value, unit] = count < 1e6 ? [Math.max(1, Math.round(count / 1e3)), "kilobyte"] : [count / 1e6, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** @param {string} url @returns {string | null} */
function safe(url) {
  return /^https?:\/\//.test(url) ? url : null;
}
