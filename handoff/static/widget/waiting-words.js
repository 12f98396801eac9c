// @ts-check
/** The words of the waiting panel; they come with it, so that who does not wait does not fetch them. */

const en = {
  inLine: (/** @type {number} */ n) => (n === 1 ? "You are next in line" : `You are number ${n} in line`),
  waitedFor: (/** @type {string} */ time) => `waiting ${time}`,
  waiting: "Waiting",
  meanwhile: "What you can do meanwhile",
  usually: (/** @type {string} */ range) => `Usually ${range}`,
  under: (/** @type {string} */ time) => `under ${time}`,
  aMinute: "a minute",
  asked: "A colleague has been asked",
  wasAsked: (/** @type {string} */ name) => `${name} has been asked`,
  standsIn: "Stands in for your representative",
  isBusy: (/** @type {string} */ name) => `${name} is in another conversation`,
  keptFor: (/** @type {string} */ time) => `Your place is kept for ${time}`,
  nobodyHere: "Nobody is online right now",
  firstWhoComes: "The first who comes gets your message. You don’t have to stay.",
  answersBy: (/** @type {string} */ when) => `Someone answers by ${when}`,
  needNotStay: "You don’t have to stay",
  waitsBy: { text: "We’ll text you", message: "The answer comes here" },
  /** @type {Record<string, string>} */
  ways: {
    "anyone-now": "Whoever is free first",
    "text-me": "Text me when it’s my turn",
    "leave-message": "Leave a message",
    bot: "Go on with the assistant",
    "cancel-request": "Stop waiting",
  },
};

/** @typedef {typeof en} WaitingTexts */

/** @param {string} locale A BCP 47 tag. @returns {Promise<WaitingTexts>} */
export async function waitingTexts(locale) {
  return locale.toLowerCase().startsWith("es") ? (await import("./spanish.js")).waiting : en;
}
