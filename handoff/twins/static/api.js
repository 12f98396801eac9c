/** The twin's own API, and its stream that says "look again". */

/**
 * @typedef {{ number: string, name: string }} Phone
 * @typedef {{ ours: string, shop: string, url: string, phones: Phone[], recent: string[], gateway: boolean }} Phones
 * @typedef {{ sid: string, content_type: string }} Media
 * @typedef {{ sid: string, direction: "inbound" | "outbound-api" | "outbound-reply", from: string, to: string, body: string,
 *   status: string, error_code: number | null, segments: number, door: string, media: Media[], at: string }} Text
 * @typedef {{ number: string, opted_out: boolean, texts: Text[] }} Thread
 * @typedef {{ faults: { send: string[], callbacks: string, outcome: number | null }, send: Record<string, string>,
 *   callbacks: Record<string, string> }} Switches
 * @typedef {{ id: number, sender: string, receivers: string[], subject: string, text: string, at: string }} Mail
 */

/**
 * @param {string} path
 * @param {{ method?: string, body?: unknown }} [options]
 */
async function call(path, { method = "GET", body } = {}) {
  const answer = await fetch(`/twin${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const read = await answer.json();
  if (!answer.ok) throw new Error(read?.error?.message ?? `The twin answered ${answer.status}.`);
  return read;
}

export const phones = () => /** @type {Promise<Phones>} */ (call("/phones"));
/** @param {string} number */
export const thread = (number) => /** @type {Promise<Thread>} */ (call(`/thread?number=${encodeURIComponent(number)}`));
/** @param {{ number: string, body: string, pictures?: { content_type: string, data: string }[], sid?: string }} text */
export const send = (text) => /** @type {Promise<Text>} */ (call("/texts", { method: "POST", body: text }));
export const switches = () => /** @type {Promise<Switches>} */ (call("/faults"));
/** @param {Record<string, unknown>} faults */
export const setSwitches = (faults) => /** @type {Promise<Switches>} */ (call("/faults", { method: "PUT", body: faults }));
export const mails = () => /** @type {Promise<{ mails: Mail[] }>} */ (call("/mails"));

/**
 * Calls `look` now, after each change, and after each reconnection.
 * @param {() => void} look
 */
export function watch(look) {
  const stream = new EventSource("/twin/stream");
  stream.addEventListener("changed", look);
  addEventListener("pagehide", () => stream.close());
}

/** The other pages live at the gateway, whose address only the twin knows. @param {string} url */
export function linkGateway(url) {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-gateway]"))) {
    link.href = url + link.dataset.gateway;
  }
}
