/**
 * The shapes the console API speaks (docs: the gateway's OpenAPI), for `tsc --checkJs`; nothing here runs.
 *
 * @typedef {"bot" | "waiting" | "offered" | "held" | "parked" | "closed"} State
 * @typedef {"accept" | "decline" | "claim" | "reply" | "hand-back" | "close"} Verb
 *
 * @typedef {{ id: string, name: string, role: string, representative?: boolean }} Agent
 * @typedef {{ id: string, name: string }} Named
 * @typedef {{ name: string, email: string, role: string, password: string }} DemoAgent
 *
 * @typedef {object} QueueItem
 * @property {string} id
 * @property {Named | null} customer
 * @property {string | null} tier
 * @property {State} state
 * @property {string} channel
 * @property {string | null} topic
 * @property {string | null} waiting_since
 * @property {string | null} offer_expires_at  set only when the conversation is offered to this agent
 * @property {string | null} held_by  an agent's id
 * @property {string} preview
 * @property {string | null} last_at
 * @property {boolean} unanswered
 * @property {number} version
 *
 * @typedef {"mine" | "dedicated" | "general"} ListName
 *
 * @typedef {object} Queue
 * @property {QueueItem[]} mine
 * @property {QueueItem[]} dedicated
 * @property {QueueItem[]} general
 * @property {string} presence
 * @property {string} now
 *
 * @typedef {{ minor: number, currency: string }} Money
 *
 * @typedef {object} Message
 * @property {number} seq
 * @property {{ kind: "customer" | "bot" | "agent" | "system", name: string | null }} author
 * @property {string} text
 * @property {{ id: string, label: string }[]} [options]
 * @property {Record<string, any> | null} [card]
 * @property {string} at
 * @property {string} [client_id]
 *
 * @typedef {object} Order
 * @property {string} id
 * @property {string} status
 * @property {string | null} [placed_at]
 * @property {unknown} [total]
 * @property {unknown} [items]
 *
 * @typedef {object} Customer
 * @property {string} id
 * @property {string} name
 * @property {string | null} [email]
 * @property {string | null} [phone]
 * @property {string | null} [tier]
 * @property {string | null} [tier_why]
 * @property {Named | string | null} [representative]
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {State} state
 * @property {number} version
 * @property {Customer | null} customer
 * @property {string | null} [tier]
 * @property {{ level: string, how?: string | null, at?: string | null } | null} proof
 * @property {string} channel
 * @property {string | null} topic
 * @property {string | null} reason
 * @property {unknown} facts
 * @property {Named | null} holder
 * @property {string | null} offered_to  this agent's id, or null
 * @property {string | null} waiting_since
 * @property {string | null} offer_expires_at
 * @property {Message[]} messages
 * @property {Record<string, any>[]} receipts
 * @property {Order[]} orders
 * @property {Verb[]} can
 *
 * @typedef {object} Unsent  a reply of this agent the server has not yet been seen to hold
 * @property {string} conversation
 * @property {string} client_id
 * @property {string} text
 * @property {string} at
 * @property {"sending" | "sent" | "failed"} state
 * @property {number | null} seq   known once the server has answered
 * @property {string | null} why   the reason of the failure
 */

export {};
