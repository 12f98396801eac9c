/** Keeps one conversation's messages in order. Each has its number, without gaps: a hole means that something was missed. */

/**
 * @typedef {import("../lib/types.js").Message} Message
 * @typedef {import("../lib/types.js").Note} Note
 */

/** @param {readonly Message[]} messages */
export const lastSeq = (messages) => messages.at(-1)?.seq ?? 0;

/**
 * @param {readonly Message[]} known
 * @param {readonly Message[]} fresh  wins where both have a number
 * @returns {Message[]} by number, each once
 */
export function merge(known, fresh) {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of fresh) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** @param {readonly Message[]} messages  in order */
export const complete = (messages) => messages.every((message, i) => i === 0 || message.seq === messages[i - 1].seq + 1);

/** @param {readonly Note[]} notes */
export const lastNo = (notes) => notes.at(-1)?.no ?? 0;

/** @param {readonly Note[]} known @param {readonly Note[]} fresh @returns {Note[]} by their own number, each once */
export function mergeNotes(known, fresh) {
  const byNo = new Map([...known, ...fresh].map((note) => [note.no, note]));
  return [...byNo.values()].sort((a, b) => a.no - b.no);
}

/** @param {readonly Note[]} notes  in order */
export const notesComplete = (notes) => notes.every((note, i) => note.no === i + 1);

/**
 * Each note behind the message after which it was written.
 * @template {{ seq?: number }} M
 * @template {{ after: number }} N
 * @param {readonly M[]} messages  in order @param {readonly N[]} notes  in order
 * @returns {(M | N)[]}
 */
export function interleave(messages, notes) {
  /** @type {(M | N)[]} */
  const all = [];
  let next = 0;
  for (const message of messages) {
    while (next < notes.length && notes[next].after < (message.seq ?? 0)) all.push(notes[next++]);
    all.push(message);
  }
  return [...all, ...notes.slice(next)];
}

/**
 * The label the customer chose of a message's options, if the next thing they said is one of them.
 * @param {readonly Message[]} messages
 * @param {number} index
 * @returns {string | null}
 */
export function chosen(messages, index) {
  const labels = messages[index].options?.map((option) => option.label) ?? [];
  const answer = messages.slice(index + 1).find((message) => message.author.kind === "customer");
  return answer && labels.includes(answer.text) ? answer.text : null;
}

/**
 * @param {readonly Message[]} messages
 * @returns {number} how many messages from the first were before any person of ours spoke
 */
export function botPart(messages) {
  const first = messages.findIndex((message) => message.author.kind === "agent");
  return first === -1 ? messages.length : first;
}
