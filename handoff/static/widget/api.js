// @ts-check
/**
 * The gateway's web channel over fetch: a Bearer token, no cookies, and one kind of error.
 * Events come out of a fetch body too: EventSource cannot send the token.
 */

/** @import {Marks, Message, StateEvent, StoredSession} from "./types.d.ts" */

const TIMEOUT_MS = 20_000;
/** Three heartbeats of the server without a byte: the connection is dead though nobody said so. */
const SILENCE_MS = 45_000;

export class ApiError extends Error {
  /** @param {number} status 0 when nothing answered. @param {string} code @param {string} message @param {number} [retryAfter] Seconds. */
  constructor(status, code, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Worth trying again without a change: nobody answered, the server is in trouble, or we were too quick. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  /** @param {string} gateway Where the API lives, with a slash at the end. @param {string} locale */
  constructor(gateway, locale) {
    this.gateway = gateway;
    this.locale = locale;
  }

  /** @param {string | null} identity @param {string} [keep] The token of the visitor whose thread comes along. @returns {Promise<StoredSession>} */
  openSession(identity, keep) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const wish = { identity: identity ?? undefined, keep, zone, locale: this.locale };
    return this.#json("session", { method: "POST", body: JSON.stringify(wish) });
  }

  /** @param {string} token @param {{client_id: string, text?: string, files?: string[], option?: string}} body @returns {Promise<{seq: number, conversation?: string}>} */
  send(token, body) {
    return this.#json("messages", { method: "POST", body: JSON.stringify(body) }, token);
  }

  /** A visitor's session lasts longer. @param {string} token @returns {Promise<StoredSession>} */
  renew(token) {
    return this.call(token, "session/renew", {});
  }

  /** @param {string} token @param {string} path @param {object} [body] Sent when there is one. @returns {Promise<any>} */
  call(token, path, body) {
    return this.#json(path, body ? { method: "POST", body: JSON.stringify(body) } : {}, token);
  }

  /** Something the other side is let know; nothing comes back. @param {string} token @param {string} what @param {object} [body] */
  async tell(token, what, body = {}) {
    await this.#ask(what, { method: "POST", body: JSON.stringify(body), keepalive: true }, token);
  }

  /** @param {string} token @param {number} after @returns {Promise<StateEvent & {messages: Message[], late: Message[], marks?: Marks}>} */
  messages(token, after) {
    return this.#json(`messages?after=${after}`, {}, token);
  }

  /** @param {string} token @param {number} after @param {AbortSignal} signal */
  async stream(token, after, signal) {
    const response = await this.#ask(`stream?after=${after}`, { signal, cache: "no-store" }, token);
    if (!response.body) throw new ApiError(0, "no_body", "");
    return response.body;
  }

  /** @param {string} path @param {RequestInit} init @param {string} [token] */
  async #json(path, init, token) {
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), TIMEOUT_MS);
    try {
      const response = await this.#ask(path, { ...init, signal: timer.signal, cache: "no-store" }, token);
      return await response.json().catch(() => {
        throw new ApiError(0, "not_json", "");
      });
    } finally {
      clearTimeout(timeout);
    }
  }

  /** @param {string} path @param {RequestInit} init @param {string} [token] */
  async #ask(path, init, token) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (init.body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    /** @type {Response} */
    let response;
    try {
      response = await fetch(`${this.gateway}api/chat/${path}`, { ...init, headers, credentials: "omit" });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({}));
    const wait = Number(response.headers.get("Retry-After")) || 0;
    throw new ApiError(response.status, error?.code ?? "", error?.message ?? "", wait);
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} onSilence Called once when nothing came for too long.
 * @returns {AsyncGenerator<{event: string, data: string}>}
 */
export async function* events(body, onSilence) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let watch = setTimeout(onSilence, SILENCE_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(onSilence, SILENCE_MS);
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    clearTimeout(watch);
    reader.cancel().catch(() => {});
  }
}

/** @param {string} block @returns {{event: string, data: string} | null} Null for a heartbeat. */
function parse(block) {
  let event = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  }
  return data.length ? { event, data: data.join("\n") } : null;
}
