/** How many texts a reply makes: 160 GSM characters, or 70 when one of them is not in that alphabet; less when joined. */

const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const ESCAPED = new Set("^{}\\[~]|€\f");

/**
 * @param {string} text
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
