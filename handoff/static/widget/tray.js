// @ts-check
/** Pictures and PDF on their way: over the field, with progress and a way out, and kept over a reload until they are sent. */

import { ApiError } from "./api.js";
import { h, icon } from "./dom.js";
import { atEnd, bytes } from "./files.js";
import { wordsFor } from "./later.js";
import { recall, remember } from "./shared.js";

/** @import {Ways} from "./message.js" */
/** @import {FileTaken} from "./types.d.ts" */

export { styles } from "./files.js";

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
  gone: "It is not here any more. Please add it again.",
  sendsThen: "Sent as soon as the files are here.",
};

/** @typedef {typeof words} TrayTexts */

const LARGEST = 10 * 1024 * 1024;
const MOST = 10;
const TYPES = /^(image\/(jpeg|png|gif|webp)|application\/pdf)$/;

/** `bytes`: what there is to bring; none of what was brought before the page was loaded anew. */
/** @typedef {{name: string, size: number, type: string, bytes?: File, node: HTMLElement, abort: AbortController, taken?: FileTaken, failed?: boolean}} Item */

export class Tray {
  /** @type {Item[]} */
  #items = [];
  /** @type {Promise<unknown>} One after the other: what is half there helps nobody. */
  #line = Promise.resolve();
  /** @type {(() => void) | null} */
  #then = null;
  #list;
  #told = h("p", { class: "told", role: "status" });

  /** @param {Ways} ways @param {TrayTexts} its @param {HTMLElement} host @param {string} key Where it is kept over a reload. @param {() => void} onChange */
  constructor(ways, its, host, key, onChange) {
    this.ways = ways;
    this.words = its;
    this.key = key;
    this.onChange = onChange;
    this.#list = h("ul", { "aria-label": its.files });
    host.replaceChildren(this.#list, this.#told);
    this.#restore(recall(key) ?? []);
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
      const full = this.#items.length >= MOST;
      const item = this.#put({ name: file.name, size: file.size, type: file.type, bytes: file });
      const { otherType, tooLarge, tooMany } = this.words;
      const why = full ? tooMany : !TYPES.test(file.type) ? otherType : file.size > LARGEST ? tooLarge : "";
      if (why) this.#fail(item, why, false);
      else this.#start(item);
    }
    this.onChange();
    if (log && follow) log.scrollTop = log.scrollHeight;
  }

  /** All is sent. */
  clear() {
    this.leave();
    this.#items = [];
    this.#list.replaceChildren();
    this.#told.textContent = "";
    this.#then = null;
    this.#keep();
  }

  /** Somebody else writes here now; what has arrived is kept for who brought it. */
  leave() {
    for (const item of this.#items) item.abort.abort();
  }

  /** @param {{name: string, size: number, type: string, bytes?: File, taken?: FileTaken}} one @returns {Item} */
  #put(one) {
    const item = { ...one, node: h("li", {}), abort: new AbortController() };
    this.#items.push(item);
    this.#list.append(item.node);
    return item;
  }

  #keep() {
    remember(this.key, this.ready.length ? this.ready : null);
  }

  /** What had arrived before the page was loaded anew, as far as the server has it still. @param {FileTaken[]} kept */
  async #restore(kept) {
    if (!kept.length) return;
    const items = kept.map((taken) => this.#put({ name: taken.name, size: taken.bytes, type: taken.type, taken }));
    for (const item of items) this.#draw(item, null);
    try {
      const { files } = await this.ways.conversation().call("files");
      const there = new Set(files.map((/** @type {FileTaken} */ one) => one.file));
      for (const item of items) if (this.#items.includes(item) && !there.has(item.taken?.file)) this.#fail(item, this.words.gone, false);
    } catch {
      return; // who sends them is told then
    }
    this.#keep();
    this.onChange();
  }

  /** @param {Item} item */
  #start(item) {
    const { signal } = item.abort;
    item.failed = false;
    const bar = /** @type {HTMLProgressElement} */ (h("progress", { max: "1", value: "0", "aria-label": this.words.progress(item.name) }));
    this.#draw(item, bar);
    const file = /** @type {File} */ (item.bytes);
    this.#line = this.#line.then(async () => {
      if (signal.aborted) return;
      try {
        const conversation = this.ways.conversation();
        item.taken = await conversation.ask((token) => upload(conversation.session.api.gateway, token, file, signal, (part) => (bar.value = part)));
        this.#draw(item, null);
        this.#keep();
        this.#told.textContent = this.words.ready(item.name);
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
    item.taken = undefined;
    const retry = again && h("button", { class: "link", type: "button", onclick: () => this.#start(item) }, this.words.again);
    this.#draw(item, h("p", { class: "why", role: "alert" }, why, " ", retry));
  }

  /** @param {Item} item @param {HTMLElement | null} more */
  #draw(item, more) {
    const { name, size, type } = item;
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
    this.#keep();
    const next = this.#items[Math.min(at, this.#items.length - 1)]?.node.querySelector("button.plain");
    /** @type {HTMLElement | null} */ (next ?? this.#list.closest("form")?.querySelector("textarea") ?? null)?.focus();
    this.#settled();
  }
}

/** What makes a tray. @param {Ways} ways @returns {Promise<(host: HTMLElement, key: string, onChange: () => void) => Tray>} */
export async function trays(ways) {
  const its = await wordsFor(ways.format.locale, "tray", words);
  return (host, key, onChange) => new Tray(ways, its, host, key, onChange);
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
