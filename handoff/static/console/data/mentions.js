/** Where colleagues mentioned this agent: what stands before their eyes counts as read, and the server is told. */

import { ApiError, conversationPath, post } from "./api.js";
import { lastNo } from "./transcript.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk @param {AbortSignal} signal */
export function readMentions(desk, signal) {
  /** Up to which note the server was told, of each conversation. @type {Map<string, number>} */
  const told = new Map();
  const look = () => tell(desk, told);
  for (const event of ["lists", "conversation"]) desk.addEventListener(event, look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
  window.addEventListener("focus", look, { signal });
}

/** @param {Desk} desk @param {string} id @returns {import("../lib/types.js").MentionItem | null} what is unread there */
export function unread(desk, id) {
  return desk.queue?.mentions?.find((item) => item.id === id && item.unread) ?? null;
}

/** @param {Desk} desk @param {Map<string, number>} told */
async function tell(desk, told) {
  const { conversation } = desk;
  if (!conversation || document.hidden || !document.hasFocus()) return;
  const { id } = conversation;
  const last = lastNo(conversation.notes);
  const item = unread(desk, id);
  // The thread may still be older than the list.
  if (!item || last < item.no || (told.get(id) ?? 0) >= last) return;
  told.set(id, last);
  try {
    await post(conversationPath(id, "/notes/seen"), { no: last });
    await desk.refresh();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    told.delete(id);
  }
}
