/** How many texts a reply makes: 160 GSM characters, or 70 when one of them is not in that alphabet; less when joined. */

const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const ESCAPED = new Set("^{}\\[~]|€\f");

// What the gateway makes plain before it sends: handoff/rules/segments.py.
/** @type {[RegExp, string][]} */
const PLAIN = [
  [/[\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212\u2022\u00b7]/g, "-"],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]/g, " "],
  [/[\u200b\u2060\ufeff\u00ad]/g, ""],
  [/\u2026/g, "..."],
  [/[\u2028\u2029]/g, "\n"],
];

/** @param {string} text @returns {string} as it goes out */
export function asSent(text) {
  return PLAIN.reduce((plain, [from, to]) => plain.replace(from, to), text.normalize("NFC")).trim();
}

/**
 * @param {string} text  as it goes out
 * @returns {{ count: number, left: number, unicode: boolean }} texts, units free in the last one, whether it is not GSM-7
 */
export function segments(text) {
  const characters = [...text];
  const unicode = characters.some((character) => !GSM.has(character) && !ESCAPED.has(character));
  const sizes = characters.map((character) => (unicode ? character.length : ESCAPED.has(character) ? 2 : 1));
  const [alone, joined] = unicode ? [70, 67] : [160, 153];
  const whole = sizes.reduce((a, b) => a + b, 0);
  if (whole <= alone) return { count: 1, left: alone - whole, unicode };
  let [count, used] = [1, 0];
  for (const size of sizes) {
    // A character is never split over two texts.
    if (used + size > joined) [count, used] = [count + 1, 0];
    used += size;
  }
  return { count, left: joined - used, unicode };
}
