/** The console's own labels for the codes the API speaks. Sentences about a conversation's state are the server's. */

/** @type {Record<string, string>} */
const STATES = {
  bot: "With the bot",
  waiting: "Waiting",
  offered: "Offered",
  held: "Answered by a person",
  parked: "Parked",
  closed: "Closed",
};

/** @type {Record<string, string>} */
const CHANNELS = { web: "Web chat", sms: "Text message", email: "E-mail" };

/** @type {Record<string, string>} */
const PROOFS = {
  none: "Not proved",
  phone: "Phone on file",
  code: "One-time code",
  signed: "Signed in at the shop",
};

/** @type {Record<import("./types.js").Verb, string>} */
export const VERBS = {
  accept: "Accept",
  decline: "Decline",
  claim: "Take",
  "take-back": "Take back",
  reply: "Reply",
  transfer: "Pass on",
  park: "Park",
  unpark: "Go on now",
  "take-over": "Take over",
  seen: "Mark as seen",
  "hand-back": "Hand back to the bot",
  close: "Close",
  wrapped: "Done wrapping up",
};

/** @type {Record<string, string>} */
const PRESENCES = { online: "Online", transfers: "Transfers", away: "Away", offline: "Offline" };

/** @type {Record<string, string>} */
const TARGETS = { first_reply: "First answer", next_reply: "Answer", resolution: "Solution" };

/** @param {string} presence */
export const presenceLabel = (presence) => PRESENCES[presence] ?? words(presence);
/** @param {string} kind */
export const targetLabel = (kind) => TARGETS[kind] ?? words(kind);
/** @param {string} state */
export const stateLabel = (state) => STATES[state] ?? words(state);
/** @param {string} channel */
export const channelLabel = (channel) => CHANNELS[channel] ?? words(channel);
/** @param {string} level */
export const proofLabel = (level) => PROOFS[level] ?? words(level);

/**
 * A code such as `order_id` or `return-requested` as words.
 * @param {string} code
 */
export function words(code) {
  const text = code.replace(/[_-]+/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {{ customer: { name: string } | null, channel: string }} conversation
 * @returns {string} the name to show when nobody is known too
 */
export function customerName({ customer, channel }) {
  if (customer) return customer.name;
  return channel === "sms" ? "Unknown number" : "Visitor";
}

/**
 * @param {import("./types.js").Named | string | null | undefined} who
 * @returns {string}
 */
export function nameOf(who) {
  if (!who) return "";
  return typeof who === "string" ? who : who.name;
}
