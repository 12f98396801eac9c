/** The words of the web API as the widget reads them, and the one global object the shop's page gets. Types only: never served to a browser. */

export interface Author {
  kind: "customer" | "bot" | "agent" | "system";
  name: string;
  picture?: string;
}

export interface Option {
  id: string;
  label: string;
}

/** Integer minor units with their currency, or words that the server wrote. */
export type Money = { amount: number; currency: string } | string;

export interface CardItem {
  name: string;
  options?: Record<string, string> | string;
  quantity?: number;
  price?: Money;
  picture?: string;
  url?: string;
}

export interface Parcel {
  tracking: string;
  carrier?: string;
  status?: string;
  url?: string;
}

export interface Card {
  kind: string;
  id?: string;
  number?: string;
  order?: string;
  title?: string;
  status?: string;
  /** The status in the words of the message. */
  state?: string;
  placed_at?: string;
  at?: string;
  expires_at?: string;
  items?: CardItem[];
  parcels?: Parcel[];
  lines?: (string | { label: string; amount?: Money })[];
  total?: Money;
  /** A picture of the shop's or the gateway's own. */
  url?: string;
  fields?: FormField[];
}

export interface FormField {
  label: string;
  type?: "text" | "long" | "email" | "tel" | "number" | "date" | "url";
  required?: boolean;
  /** To choose from. */
  options?: string[];
  min?: string;
  max?: string;
  pattern?: string;
}

export interface FileShown {
  name: string;
  type: string;
  bytes: number;
  url: string;
}

/** What the server keeps until a message sends it. */
export interface FileTaken {
  file: string;
  name: string;
  type: string;
  bytes: number;
}

export interface Message {
  seq: number;
  author: Author;
  text: string;
  options?: Option[];
  card?: Card;
  files?: FileShown[];
  /** Files alone were sent: the text says so for who cannot see them. */
  wordless?: boolean;
  at: string;
  client_id?: string;
}

export type State = "bot" | "waiting" | "offered" | "held" | "parked" | "closed";

export interface Status {
  agent: { name: string; dedicated: boolean; picture?: string } | null;
  queue: string | null;
  position: number | null;
  waiting_since: string | null;
  outcome?: "asked" | "in_line" | "closed" | "nobody" | null;
  stage?: "representative" | "deputy" | "team" | "transfer" | null;
  /** Seconds from now, within which it will be four times of five. */
  range?: { low_s: number; high_s: number } | null;
  /** Until then the place with the one person waited for is kept. */
  kept_until?: string | null;
  opens_at?: string | null;
  promised_at?: string | null;
  waits_by?: "text" | "message" | null;
  /** What can be done besides waiting: ids of options. */
  ways?: string[];
  /** Who served and can be rated now. */
  ratings?: Rating[];
  /** What the office has to say before the chat and while somebody waits. */
  notice?: { text: string; spanish: string } | null;
  /** What a visitor may answer first. */
  asks?: Asks | null;
  /** Whoever answers sees what is typed before it is sent. */
  peeks?: boolean;
  /** Before anybody is asked for. */
  team?: { open: boolean; here: boolean; opens_at: string | null; closes_at: string | null; usual_s: number | null } | null;
}

/** `topics` are to choose from. */
export interface Asks {
  name: boolean;
  email: boolean;
  topics: { topic: string; label: string; spanish: string }[];
}

/** How far each side has read. */
export interface Marks {
  customer: number;
  agent: number;
}

/** Somebody is writing an answer. */
export interface Writes {
  kind: "bot" | "agent";
  name: string;
}

export interface Rating {
  party: "bot" | "agent";
  name: string;
  score: number | null;
  words: string;
}

export interface StateEvent {
  state: State;
  status: Status;
  conversation: string;
}

/** What the customer said and the server has not shown back yet. `label` is what the bubble says when an option was tapped. */
export interface Pending {
  client_id: string;
  text?: string;
  files?: FileTaken[];
  option?: string;
  label?: string;
  at: string;
  seq?: number;
  trouble?: "waiting" | "refused";
  reason?: string;
  final?: boolean;
}

/** `lost`: the identity was refused; `down`: not reached even once. */
export type Link = "idle" | "connecting" | "online" | "reconnecting" | "down" | "lost";

export interface StoredSession {
  token: string;
  conversation: string;
  expires_at: string;
}

/** A signed identity token, or a function that fetches a fresh one whenever the widget needs it. */
export type Identity = string | (() => string | Promise<string>);

export type Attribute = string | number | boolean | null;

/** All that is named must be true. Shown at most once a visit; `again_after_days` (30) after it was shown, or for ever when it was closed. */
export interface Invitation {
  id: string;
  text: string;
  /** Part of the page's path, such as "/checkout". */
  path?: string;
  seconds_on_page?: number;
  /** By attribute: a value it equals, or the least and the most that it may be. */
  attributes?: Record<string, Attribute | { min?: number; max?: number }>;
  again_after_days?: number;
  /** Not if so many were shown in this browser within 30 days, of whatever rule: 0 to 2. */
  a_month?: number;
}

export interface RapportEvents {
  open: Record<string, never>;
  close: Record<string, never>;
  unread: { count: number };
  message: { seq: number; author: Author; text: string };
  session: { conversation: string; known: boolean };
  "identity-refused": Record<string, never>;
}

export interface RapportApi {
  open(): Promise<void>;
  close(): Promise<void>;
  setUser(identity: Identity): Promise<void>;
  signOut(): Promise<void>;
  /** A BCP 47 tag: `en` and `es` are spoken, anything else is English. */
  setLocale(locale: string): Promise<void>;
  /** What the page knows and invitations may ask for, such as the value of the cart. It never leaves the browser. */
  setAttributes(attributes: Record<string, Attribute>): Promise<void>;
  /** When to ask whether help is wanted. */
  setInvitations(rules: Invitation[]): Promise<void>;
  /** Returns the function that takes the listener off again. */
  on<K extends keyof RapportEvents>(event: K, listener: (detail: RapportEvents[K]) => void): () => void;
}

declare global {
  interface Window {
    Rapport?: RapportApi;
  }
}
