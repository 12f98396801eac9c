/**
 * The shapes the console API speaks (docs: the gateway's OpenAPI), for `tsc --checkJs`; nothing here runs.
 *
 * @typedef {"bot" | "waiting" | "offered" | "held" | "parked" | "closed"} State
 * @typedef {"accept" | "decline" | "claim" | "take-back" | "reply" | "transfer" | "park" | "unpark" | "take-over" | "seen" | "hand-back" | "close" | "wrapped"} Verb
 * @typedef {"online" | "transfers" | "away" | "offline"} Presence
 *
 * @typedef {{ id: string, name: string, role: string, representative?: boolean, must_enrol?: boolean }} Agent
 * @typedef {{ id: string, name: string }} Named
 * @typedef {{ name: string, email: string, role: string, password: string }} DemoAgent
 *
 * @typedef {object} Target  a promised time that runs, or was missed
 * @property {"first_reply" | "next_reply" | "resolution"} kind
 * @property {string | null} warn_at
 * @property {string | null} due_at  null while it rests
 * @property {string | null} breached_at
 *
 * @typedef {object} Standing  where a conversation stands
 * @property {"representative" | "deputy" | "team" | "transfer" | null} [stage]
 * @property {string | null} [queue]  a team queue's name
 * @property {Named | null} [wants]  in whose own queue it waits
 * @property {Named | null} [representative]  the customer's own
 * @property {Named | null} [returns_to]  who passed it on and gets it back
 * @property {number} [offered]  to how many agents
 * @property {Named | null} [covered_by]  who took it for this agent, who has not looked at it yet
 * @property {boolean} [gave_up]  this agent's customer gave up waiting, and said nothing since
 * @property {boolean} [cover]  held by somebody else than the customer's own representative
 * @property {Target | null} [target]
 * @property {string | null} [parked_until]
 * @property {string | null} [parked_for]  time, customer, or order:<id>
 * @property {string | null} [wrap_until]  closed by this agent, who still wraps it up
 *
 * @typedef {Standing & ItemFields} QueueItem
 *
 * @typedef {object} ItemFields
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
 * @typedef {"mine" | "dedicated" | "general" | "attention" | "covered"} ListName
 *
 * @typedef {object} Queue
 * @property {QueueItem[]} mine
 * @property {QueueItem[]} dedicated
 * @property {QueueItem[]} general
 * @property {QueueItem[]} [attention]  for supervisors: what is late
 * @property {QueueItem[]} [covered]  what others took for this agent's customers
 * @property {MentionItem[]} [mentions]  where colleagues mentioned this agent
 * @property {{ name: string, title: string }[]} [queues]
 * @property {HeldBackReply[]} [held_back]
 * @property {Presence} presence
 * @property {string | null} [away_reason]
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
 * @property {{ id: string, name: string, type: string, bytes: number, url: string }[]} [files]
 * @property {boolean} [wordless]  files alone: the text is ours
 * @property {string} [client_id]
 *
 * @typedef {{ zone: string, theirs: boolean, evening: string | null, morning: string }} LaterTimes  when a reply could go out
 *
 * @typedef {object} LaterReply  a reply that goes out later
 * @property {string} id
 * @property {number} version
 * @property {string} text
 * @property {NonNullable<Message["files"]>} [files]
 * @property {string} at
 * @property {string} by
 * @property {boolean} held_back
 * @property {string | null} why  it is held back, or will be
 * @property {("send" | "change" | "drop")[]} can
 *
 * @typedef {{ id: string, conversation: string, customer: string | null, at: string, why: string | null }} HeldBackReply
 *
 * @typedef {object} BotTurn  what the bot made of a customer's message
 * @property {number} seq
 * @property {string | null} understood
 * @property {number | null} percent
 * @property {boolean} tapped
 * @property {{ understood: string, percent: number }[]} others
 * @property {SummaryLine[]} spoke_of
 * @property {string | null} failed
 *
 * @typedef {object} BotRequest  the last request that the bot had in hand
 * @property {string} title
 * @property {string} standing
 * @property {string | null} trouble  the last turn came to nothing
 * @property {boolean} failed
 * @property {SummaryLine[]} details
 * @property {string[]} aside
 *
 * @typedef {object} Note  what colleagues alone see
 * @property {number} no
 * @property {number} after  the seq of the message it stands behind
 * @property {Named} author
 * @property {string} text
 * @property {Named[]} mentions
 * @property {string} at
 * @property {string | null} verb  what it was given with, such as transfer
 * @property {string} [client_id]
 *
 * @typedef {Named & { by: string, at: string, read: boolean }} Participant  a colleague who was mentioned
 *
 * @typedef {object} MentionItem  where this agent was mentioned
 * @property {string} id  of the conversation
 * @property {Named | null} customer
 * @property {string} channel
 * @property {State} state
 * @property {Named} by
 * @property {number} no
 * @property {string} text
 * @property {string} at
 * @property {boolean} unread
 *
 * @typedef {{ id: string, shortcut: string, title: string, texts: Record<string, string> }} Canned
 *
 * @typedef {object} Writing  what is known while writing to this customer
 * @property {string} language
 * @property {Record<string, string>} variables
 * @property {LaterTimes} [later]
 * @property {string | null} stopped_at  since when the number takes no texts
 * @property {{ segment: string, spent: string, currency: string } | null} [price]  of a segment of a text, and of this conversation so far
 *
 * @typedef {object} Closing  what can be said of it when it is closed
 * @property {{ name: string, title: string }[]} codes
 * @property {string[]} tags
 * @property {boolean} required
 *
 * @typedef {object} Order
 * @property {string} id
 * @property {string} status
 * @property {string} [state]  the status in the customer's words
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
 * @typedef {{ text: string, label: string }} SummaryLine
 *
 * @typedef {object} Passed  how it was passed on last
 * @property {string} by
 * @property {string} to
 * @property {string} note
 * @property {string} at
 *
 * @typedef {object} Colleagues
 * @property {(Named & { presence: Presence, away_reason: string | null, can_be_asked: boolean })[]} agents
 * @property {(Named & { title: string, open: boolean, here: number })[]} queues
 *
 * @typedef {{ messages: Message[], notes: Note[], marks: { customer: number, agent: number } }} Said  what is new in a thread
 *
 * @typedef {Standing & ConversationFields} Conversation
 *
 * @typedef {object} ConversationFields
 * @property {SummaryLine[]} [summary]
 * @property {Passed | null} [passed]
 * @property {{ by: string, note: string, at: string } | null} [asleep]  what was noted when it was parked
 * @property {{ turns: BotTurn[], request: BotRequest | null }} [bot]
 * @property {LaterReply[]} [later]
 * @property {Named | null} [deputy]
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
 * @property {Note[]} notes
 * @property {Participant[]} [participants]
 * @property {boolean} [along]  only because of a mention: to read, and to write notes
 * @property {Record<string, any>[]} receipts
 * @property {Order[]} orders
 * @property {Verb[]} can
 * @property {Writing} [writing]
 * @property {Closing} [closing]
 * @property {{ customer: number, agent: number }} [marks]  how far each side has read
 *
 * @typedef {object} Past  an earlier conversation of the same customer
 * @property {string} id
 * @property {State} state
 * @property {string} channel
 * @property {string | null} topic
 * @property {string} opened_at
 * @property {number} messages
 * @property {string} preview
 * @property {string | null} closed_as
 * @property {string[]} tags
 *
 * @typedef {{ messages: Message[], notes: Note[], turns: BotTurn[] }} PastThread
 *
 * @typedef {{ id: string, name: string, type: string, bytes: number, url: string, at: string, conversation: string }} KeptFile
 *
 * @typedef {object} Story
 * @property {{ ever: string | null, lately: string | null, orders: number, first_at: string | null, last_at: string | null } | null} value
 * @property {{ name: string, email: string, topic: string } | null} introduction  what a visitor said of themselves before the chat: not proved
 * @property {Past[]} past
 * @property {KeptFile[]} files
 *
 * @typedef {object} Errands  what can be done to an order
 * @property {string} order
 * @property {string[]} allowed
 * @property {Record<string, string>} refused  operation -> the rule in words
 * @property {string[]} reasons
 * @property {Record<string, string>} address
 * @property {{ id: string, label: string }[]} methods
 * @property {{ id: number, label: string, price: string, variants: { id: string, label: string, price: string }[] }[]} lines
 *
 * @typedef {{ customer: Named, tier: string, conversation: string | null, last_at: string | null }} BookEntry
 *
 * @typedef {object} Unsent  a reply of this agent the server has not yet been seen to hold
 * @property {string} conversation
 * @property {string} client_id
 * @property {string} text
 * @property {import("../data/uploads.js").Kept[]} [files]
 * @property {string} at
 * @property {"sending" | "sent" | "failed"} state
 * @property {number | null} seq   known once the server has answered
 * @property {string | null} why   the reason of the failure
 */

export {};
