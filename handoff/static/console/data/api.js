/** The console's HTTP calls: same origin, session cookie, JSON. Every failure is an ApiError with words an agent can use. */

const TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  /**
   * @param {number} status  0: no answer came
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** True if it is not known whether the server did what was asked. */
  get unanswered() {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
export const get = (path) => call("GET", path);

/**
 * @template T
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<T>}
 */
export const post = (path, body = {}) => call("POST", path, body);

/**
 * @template T
 * @param {string} path
 * @param {object} body
 * @returns {Promise<T>}
 */
export const put = (path, body) => call("PUT", path, body);

/**
 * A file as the body.
 * @template T
 * @param {string} path
 * @param {File} file
 * @param {string} [name]
 * @returns {Promise<T>}
 */
export async function upload(path, file, name = file.name) {
  let response;
  let answer;
  try {
    const headers = { "Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(name) };
    response = await fetch(path, { method: "POST", credentials: "same-origin", headers, body: file });
    answer = await response.json().catch(() => null);
  } catch {
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  }
  if (response.ok) return answer;
  throw new ApiError(response.status, answer?.error?.code ?? "failed", answer?.error?.message ?? `The server answered ${response.status}.`);
}

/** @param {string} path @returns {Promise<null>} */
export const remove = (path) => call("DELETE", path, {});

/**
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<T>}
 */
async function call(method, path, body) {
  /** @type {RequestInit} */
  const request = { method, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (body) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  let response;
  let answer;
  try {
    response = await fetch(path, request);
    answer = await response.text();
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError(0, "unreachable", late ? "The server did not answer in time." : "The server cannot be reached.");
  }
  const json = parse(answer);
  if (response.ok) return json;
  const { code = "failed", message = `The server answered ${response.status}.` } = json?.error ?? {};
  throw new ApiError(response.status, code, message);
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} id
 * @param {string} [tail]
 */
export const conversationPath = (id, tail = "") => `/api/console/conversations/${encodeURIComponent(id)}${tail}`;
