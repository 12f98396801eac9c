// @ts-check
/** Elements and icons made by hand: data only ever becomes text nodes and attributes. */

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
export const PATHS = {
  chat: "M12 4c4.7 0 8.5 3.1 8.5 7s-3.8 7-8.5 7c-.9 0-1.8-.1-2.6-.3L5 19.5l.9-3.3C4.4 14.9 3.5 13.1 3.5 11c0-3.9 3.8-7 8.5-7z",
  down: "M6 9.5l6 6 6-6",
  close: "M6.5 6.5l11 11m0-11l-11 11",
  send: "M12 19V5.5m-6 6l6-6 6 6",
  person: "M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7 7.5c.6-3.5 3.4-5.5 7-5.5s6.4 2 7 5.5",
  spark: "M12 4l1.8 5.2L19 11l-5.2 1.8L12 18l-1.8-5.2L5 11l5.2-1.8zM18.5 16.5v4m-2-2h4",
  clock: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zm0-12v4.3l2.8 1.7",
  alert: "M12 8.5v4.5m0 3v.01M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z",
  more: "M5 12a1 1 0 1 0 2 0a1 1 0 1 0-2 0m6 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0m6 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
  check: "M5.5 12.5l4.2 4.2 8.8-9.2",
  clip: "M19 11.5l-7 7a4.6 4.6 0 0 1-6.5-6.5l7.3-7.3a3.1 3.1 0 0 1 4.4 4.4l-7.1 7.1a1.5 1.5 0 0 1-2.2-2.2l6.4-6.4",
};

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] Attributes; `on...` are listeners; null, undefined and false are left out.
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Words for the ear only. @param {string} text */
export function hidden(text) {
  return h("span", { class: "hidden" }, text);
}

/** Up to two letters that stand for a name: of its first word and its last, whatever else stands in it. @param {string} name */
function initials(name) {
  const letters = name.replace(/\(.*?\)/g, "").split(/\s+/).flatMap((word) => /\p{L}\p{M}*/u.exec(word)?.[0] ?? []);
  return [letters[0], letters[1] && letters.at(-1)].join("").toLocaleUpperCase();
}

/** Their picture, or their initials where there is none or it cannot be shown; nobody has the icon. @param {{name: string, picture?: string} | false | null} person @param {string} [nobody] */
export function face(person, nobody = "spark") {
  if (!person) return icon(nobody);
  const letters = initials(person.name);
  const image = person.picture && h("img", { src: new URL(`../..${person.picture}`, import.meta.url), alt: "", onerror: () => image.replaceWith(letters) });
  return image || letters;
}

/** @type {Map<string, Promise<CSSStyleSheet>>} */
const sheets = new Map();

/** A style sheet from beside this module, fetched once. @param {string} name */
export function sheet(name) {
  const coming = sheets.get(name) ?? fetched(name);
  sheets.set(name, coming);
  coming.catch(() => sheets.delete(name));
  return coming;
}

/** @param {string} name */
async function fetched(name) {
  const response = await fetch(new URL(name, import.meta.url), { credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}
