/** What this browser remembers: switches, drafts, replies not yet confirmed. A full or forbidden storage only forgets. */

const PREFIX = "rapport.console.";

/**
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/**
 * @param {string} name
 * @param {unknown} value  null forgets
 */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows and full disks: the page works on, without memory.
  }
}

/** Forgets everything that holds customers' words, at sign-out: the next person at this desk may be another. */
export function forgetWords() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of names) if (/\.(draft|unsent|writing)\./.test(name)) localStorage.removeItem(name);
  } catch {
    // As above.
  }
}
