// @ts-check
/** What the tabs of one browser share: storage, the election of the one that holds the stream, and news. */

/** localStorage may be missing, full or forbidden: then this page view remembers by itself. @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {any} */
export function recall(key) {
  let text = memory.get(key) ?? null;
  try {
    text = localStorage.getItem(key) ?? text;
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} value Null forgets. */
export function remember(key, value) {
  const text = JSON.stringify(value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
  if (value === null) memory.delete(key);
}

/** Another tab changed `key`. @param {string} key @param {() => void} then @param {AbortSignal} signal */
export function onChangedElsewhere(key, then, signal) {
  addEventListener("storage", (event) => (event.key === key || event.key === null) && then(), { signal });
}

/**
 * Run `work` in one tab at a time. Where Web Locks are missing (a page without https) each tab works for itself.
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} work
 */
export async function elected(name, signal, work) {
  if (!navigator.locks) return work();
  try {
    await navigator.locks.request(name, { signal }, work);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T>} */
export function oneAtATime(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;

  /** @param {string} name @param {(news: any) => void} onNews @param {AbortSignal} signal */
  constructor(name, onNews, signal) {
    if (!("BroadcastChannel" in globalThis) || !navigator.locks) return;
    const channel = new BroadcastChannel(name);
    channel.addEventListener("message", (event) => onNews(event.data));
    signal.addEventListener("abort", () => {
      channel.close();
      this.#channel = null;
    });
    this.#channel = channel;
  }

  /** @param {unknown} news */
  tell(news) {
    this.#channel?.postMessage(news);
  }
}
