/** The console's line icons, drawn as SVG nodes; always beside words or inside a labelled control, so hidden from readers. */

/** @type {Record<string, string>} */
const PATHS = {
  web: "M4 6.5A2.5 2.5 0 0 1 6.5 4h7A2.5 2.5 0 0 1 16 6.5v4a2.5 2.5 0 0 1-2.5 2.5H9l-3.5 3v-3A1.5 1.5 0 0 1 4 11.5z",
  sms: "M7 2.8h6A1.2 1.2 0 0 1 14.2 4v12a1.2 1.2 0 0 1-1.2 1.2H7A1.2 1.2 0 0 1 5.8 16V4A1.2 1.2 0 0 1 7 2.8zM9 14.6h2",
  email: "M3.5 5h13v10h-13zM3.5 6l6.5 5 6.5-5",
  bot: "M5 8.5A1.5 1.5 0 0 1 6.5 7h7A1.5 1.5 0 0 1 15 8.5v5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 5 13.5zM10 7V4M8 10.5v1M12 10.5v1M3 10v2.5M17 10v2.5",
  person: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.5 16.5a5.5 5.5 0 0 1 11 0",
  back: "M12 4.5 6.5 10l5.5 5.5",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  cross: "m5.5 5.5 9 9M14.5 5.5l-9 9",
  sound: "M4 8v4h2.5L10 15V5L6.5 8zM13 7.5a3.5 3.5 0 0 1 0 5M15 5.5a6.4 6.4 0 0 1 0 9",
  mute: "M4 8v4h2.5L10 15V5L6.5 8zM13 8l4 4M17 8l-4 4",
  bell: "M10 3.5a4 4 0 0 1 4 4c0 4 1.5 5 1.5 5.5h-11c0-.5 1.5-1.5 1.5-5.5a4 4 0 0 1 4-4zM8.5 15.5a1.6 1.6 0 0 0 3 0",
  keys: "M3 6.5h14v8H3zM6 9h.01M9 9h.01M12 9h.01M14.5 9h.01M6.5 12h7",
  leave: "M8 4H5v12h3M8.5 10H16M13 7l3 3-3 3",
  send: "M4 10 16 4.5 12.5 16 10 11z",
  shield: "M10 3.2 15.5 5v4.5c0 3.5-2.3 6-5.5 7.3-3.2-1.3-5.5-3.8-5.5-7.3V5zM7.5 10l2 2 3.2-3.6",
  question: "M7.6 7.6a2.4 2.4 0 1 1 3.4 2.2c-.7.4-1 .8-1 1.7M10 14.5h.01",
  receipt: "M5.5 3.5h9v13l-1.5-1-1.5 1-1.5-1-1.5 1-1.5-1-1.5 1zM8 7.5h4M8 10.5h4",
  plan: "M7.5 5.5h8M7.5 10h8M7.5 14.5h8M4.3 5.5h.01M4.3 10h.01M4.3 14.5h.01",
  order: "M4 6.8 10 3.5l6 3.3v6.4l-6 3.3-6-3.3zM4 6.8l6 3.2 6-3.2M10 10v6.5",
  article: "M10 5.5C8.5 4.3 6.3 4 3.5 4v11c2.8 0 5 .3 6.5 1.5 1.5-1.2 3.7-1.5 6.5-1.5V4c-2.8 0-5 .3-6.5 1.5zM10 5.5v11",
  clip: "M14.5 9.5 9.6 14.4a3.2 3.2 0 0 1-4.5-4.5l5.6-5.6a2.1 2.1 0 0 1 3 3l-5.4 5.4a1 1 0 0 1-1.5-1.5l4.6-4.6",
  eye: "M2.8 10S5.5 5.2 10 5.2 17.2 10 17.2 10 14.5 14.8 10 14.8 2.8 10 2.8 10zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  alert: "M10 3.5 17 16H3zM10 8.3v3.5M10 13.8h.01",
  transfer: "M4 7h10.5M11.5 4l3 3-3 3M16 13H5.5M8.5 10l-3 3 3 3",
  clock: "M10 16.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM10 6.3V10l2.6 1.6",
  lock: "M5.5 9h9v7h-9zM7.5 9V6.7a2.5 2.5 0 0 1 5 0V9",
  search: "M8.8 13.6a4.8 4.8 0 1 0 0-9.6 4.8 4.8 0 0 0 0 9.6zM12.3 12.3l4.2 4.2",
  down: "M10 4.5v11M5.5 11l4.5 4.5 4.5-4.5",
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.web);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
