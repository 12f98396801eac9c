// @ts-check
/** What is fetched only when it is first needed: a module, with its style sheet, in the reader's language. */

/**
 * @typedef {{
 *   "cards.js": typeof import("./cards.js"),
 *   "front.js": typeof import("./front.js"),
 *   "invite.js": typeof import("./invite.js"),
 *   "menu.js": typeof import("./menu.js"),
 *   "peek.js": typeof import("./peek.js"),
 *   "rich.js": typeof import("./rich.js"),
 *   "sound.js": typeof import("./sound.js"),
 *   "files.js": typeof import("./files.js"),
 *   "tray.js": typeof import("./tray.js"),
 *   "transcript.js": typeof import("./transcript.js"),
 *   "spanish.js": typeof import("./spanish.js"),
 *   "stars.js": typeof import("./stars.js"),
 *   "textme.js": typeof import("./textme.js"),
 *   "upgrade.js": typeof import("./upgrade.js"),
 *   "waiting.js": typeof import("./waiting.js"),
 * }} Later
 */

/** @type {Map<string, Promise<any>>} */
const brought = new Map();
/** Browsers remember a module that could not be fetched: each new attempt has a new address, as the loader's has. */
let round = Number(new URL(import.meta.url).search.slice(1));

/** Rejects while it cannot be fetched; who needs it then asks again. @template {keyof Later} K @param {K} name @returns {Promise<Later[K]>} */
export function bring(name) {
  const there = brought.get(name);
  if (there) return there;
  const coming = import(`./${name}${round ? `?${round}` : ""}`).then((module) => {
    const { adoptedStyleSheets: sheets } = /** @type {ShadowRoot} */ (document.querySelector("rapport-chat")?.shadowRoot);
    for (const one of [module.styles ?? []].flat()) if (!sheets.includes(one)) sheets.push(one);
    return module;
  });
  coming.catch(() => {
    round++;
    brought.delete(name);
  });
  brought.set(name, coming);
  return coming;
}

/** Have it at hand soon; nothing happens if that fails. @param {...(keyof Later)} names */
export function prepare(...names) {
  for (const name of names) bring(name).catch(() => {});
}

/** Its words in the reader's language. @template {keyof import("./spanish.js").Parts} P @param {string} locale @param {P} part @param {import("./spanish.js").Parts[P]} english @returns {Promise<import("./spanish.js").Parts[P]>} */
export async function wordsFor(locale, part, english) {
  return locale.toLowerCase().startsWith("es") ? (await bring("spanish.js"))[part] : english;
}
