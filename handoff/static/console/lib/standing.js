/** In words: where a conversation stands, who was asked for it, and until when it sleeps. */

import { moment } from "./format.js";
import { nameOf, stateLabel } from "./labels.js";

/**
 * @typedef {import("./types.js").QueueItem} QueueItem
 * @typedef {import("./types.js").Conversation} Conversation
 */

/**
 * @param {QueueItem | Conversation} conversation
 * @param {string} me  this agent's id
 * @param {number} now  milliseconds
 * @returns {string} for the second line of a card; empty where the list says it already
 */
export function place(conversation, me, now) {
  const { state, stage, wants, returns_to, covered_by, gave_up, offered = 0 } = conversation;
  if (gave_up) return "gave up waiting";
  if (covered_by) return `${covered_by.name} took it${state === "closed" ? ", closed" : ""}`;
  if (state === "closed" && conversation.wrap_until) return "closed, to be wrapped up";
  if (state === "parked") return parked(conversation, now);
  if (state !== "waiting" && state !== "offered") return "";
  if (stage === "transfer") return returns_to?.id === me ? `passed on, waits for ${nameOf(wants) || "the team"}` : `passed on by ${nameOf(returns_to) || "a colleague"}`;
  if (wants && wants.id !== me) return `waits for ${wants.name}`;
  if (stage === "deputy") return `you stand in for ${nameOf(conversation.representative)}`;
  return offered > 1 ? `offered to ${offered}` : "";
}

/**
 * @param {Conversation | null} open
 * @param {string} me
 * @param {number} now  milliseconds
 * @returns {string} for the head of the open conversation
 */
export function stands(open, me, now) {
  if (!open) return "";
  if (open.state === "held") return open.holder ? `With ${open.holder.id === me ? "you" : nameOf(open.holder)}` : stateLabel(open.state);
  if (open.state === "parked") return `${open.holder && open.holder.id !== me ? `Parked by ${open.holder.name}` : "Parked"} ${parkedFor(open, now)}`.trim();
  const where = place(open, me, now);
  return where ? where.charAt(0).toUpperCase() + where.slice(1) : stateLabel(open.state);
}

/** @param {QueueItem | Conversation} conversation @param {number} now */
function parked(conversation, now) {
  return `parked ${parkedFor(conversation, now)}`.trim();
}

/** @param {QueueItem | Conversation} conversation @param {number} now */
function parkedFor({ parked_until, parked_for }, now) {
  if (parked_for === "customer") return "until the customer writes";
  if (parked_for?.startsWith("order:")) return `until order ${parked_for.slice("order:".length)} changes`;
  return parked_until ? `until ${moment(parked_until, now)}` : "";
}
