/** The server's time, learned from its answers, and one tick a second for all that counts on the screen. */

let ahead = 0;

/** @param {string} iso  the server's `now`, just received */
export function setServerNow(iso) {
  const server = Date.parse(iso);
  if (!Number.isNaN(server)) ahead = server - Date.now();
}

/** @returns {number} milliseconds */
export const serverNow = () => Date.now() + ahead;

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/**
 * Calls back each second until the signal aborts.
 * @param {() => void} tick
 * @param {AbortSignal} signal
 */
export function onTick(tick, signal) {
  listeners.add(tick);
  timer ??= setInterval(() => listeners.forEach((each) => each()), 1000);
  signal.addEventListener("abort", () => {
    listeners.delete(tick);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  });
}
