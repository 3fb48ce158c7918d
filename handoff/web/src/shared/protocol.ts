/** The wire contract between the gateway and the browser, as described in docs/architecture.md. */

export type Owner = "bot" | "queue" | "agent" | "closed";
export type Role = "customer" | "bot" | "agent";

/** Codes of refused commands and requests; `timeout` and `offline` are the browser's own. */
export type ErrorCode =
  | "bad_frame"
  | "bad_request"
  | "unknown_type"
  | "empty_text"
  | "text_too_long"
  | "unauthenticated"
  | "token_expired"
  | "identity_expired"
  | "identity_invalid"
  | "forbidden"
  | "unknown_conversation"
  | "already_taken"
  | "not_queued"
  | "not_with_bot"
  | "not_owner"
  | "queue_full"
  | "picking_not_allowed"
  | "not_available"
  | "not_your_team"
  | "at_capacity"
  | "already_offered"
  | "not_offered"
  | "not_with_agent"
  | "moved"
  | "rate_limited"
  | "unavailable"
  | "internal"
  | "timeout"
  | "offline";

/** Codes of refused REST requests: all of a socket's, and those that a socket never sends. */
export type RestErrorCode =
  | ErrorCode
  | "not_found"
  | "method_not_allowed"
  | "too_large"
  | "unsupported_media_type"
  | "conflict"
  | "invalid_article";

/** Most characters one message may have. */
export const MAX_TEXT = 4000;

interface Base {
  /** Id in the conversation's stream, `<milliseconds>-<sequence>`; the cursor to resume from. */
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface SaidEvent extends Base {
  type: "message";
  role: Role;
  text: string;
  /** The agent's name. */
  name?: string;
  /** Rendered and sanitised by the gateway; bot messages only. */
  html?: string;
  buttons?: { title: string }[];
  sources?: { id: string; title: string }[];
  /** The sender's own id of the message; makes a resend harmless. */
  client_id?: string;
}

export interface Reason {
  code: string;
  detail: string;
}

/** What an agent reads first: extracts of the conversation with the bot. */
export interface HandoffSummary {
  question: string;
  /** Titles of the articles that the bot answered with. */
  answers: string[];
  /** What the customer wrote, and what the bot decided about it. */
  attempts: { text: string; outcome: string }[];
  facts: { order_numbers: string[]; emails: string[]; phones: string[]; products: string[] };
  /** 0..1 for each message: how likely a person was needed. */
  moods: number[];
}

export interface QueuedEvent extends Base {
  type: "queued";
  /** Sent to agents only. */
  reasons?: Reason[];
  priority?: number;
  summary?: HandoffSummary;
  /** True when the agent was lost and the conversation waits once more. */
  again?: boolean;
}

export interface ClaimedEvent extends Base {
  type: "claimed";
  /** Sent to agents only. */
  agent?: string;
  name: string;
  /** To agents: how the agent got it, if not by picking it. */
  offered?: boolean;
  transferred?: boolean;
  taken_over?: boolean;
}

export interface HandedBackEvent extends Base {
  type: "handed_back";
  /** Sent to agents only. */
  agent?: string;
  name: string;
}

export interface ClosedEvent extends Base {
  type: "closed";
  by: "agent" | "system";
  name?: string;
  reason?: "completed" | "customer_left";
}

/** The bot has the conversation again, or still. */
export interface UnservedEvent extends Base {
  type: "unserved" | "turned_away";
  outcome: "nobody_there" | "out_of_hours" | "timed_out" | "queue_full";
}

export interface MessageLeftEvent extends Base {
  type: "message_left";
  /** An e-mail address or a telephone number. */
  address: string;
  text: string;
}

/** A supervisor came or went. */
export interface GuestEvent extends Base {
  type: "joined" | "left";
  /** Sent to agents only. */
  agent?: string;
  name: string;
}

/** To agents only. */
export interface OfferedEvent extends Base {
  type: "offered";
  agent: string;
  name: string;
  seconds: number;
  /** The agent who passes it on, if it comes from one. */
  from?: string;
  from_name?: string;
  note?: string;
}

/** To agents only. */
export interface DeclinedEvent extends Base {
  type: "declined";
  agent: string;
  name: string;
  by: "agent" | "owner" | "timeout" | "outage";
}

/** To agents only. */
export interface TransferredEvent extends Base {
  type: "transferred";
  agent: string;
  name: string;
  note?: string;
  team?: string;
  to?: string;
  to_name?: string;
}

/** To agents only: what the team writes to itself. */
export interface NoteEvent extends Base {
  type: "note";
  agent: string;
  name: string;
  text: string;
  client_id?: string;
}

/** To agents only. */
export interface IdleEvent extends Base {
  type: "idle";
  waiting_for: "agent" | "customer";
}

export interface PlainEvent extends Base {
  type: "cancelled" | "reopened" | "customer_away" | "customer_back";
}

/** One entry of a conversation's transcript; of types not known here nothing is shown. */
export type ConversationEvent =
  | SaidEvent
  | QueuedEvent
  | ClaimedEvent
  | HandedBackEvent
  | ClosedEvent
  | UnservedEvent
  | MessageLeftEvent
  | GuestEvent
  | OfferedEvent
  | DeclinedEvent
  | TransferredEvent
  | NoteEvent
  | IdleEvent
  | PlainEvent;

/** Who owns the conversation, as told to the customer. */
export interface ConversationState {
  owner: Owner;
  agent_name: string | null;
  /** Place in the queue, from 1; null while nobody waits. */
  position: number | null;
  bot_thinking?: boolean;
  /** While it waits: whether somebody is there, or the team is closed until `opens_at` (ms). */
  availability?: "open" | "closed" | "nobody" | null;
  opens_at?: number | null;
  /** The expected wait in seconds; null while nobody can know it. */
  wait_s?: number | null;
  /** True when a message with an address waits instead of the customer. */
  message_left?: boolean;
}

/** Ids of the last events that reached one side and that it has read; null for none yet. */
export interface Position {
  delivered: string | null;
  read: string | null;
}

/** How far the customer and the team have got and read the conversation. */
export interface Seen {
  customer: Position;
  agent: Position;
}

/** Answer to `auth` on `/ws/customer`. */
export interface Welcome extends ConversationState {
  conversation: string;
}

/** Answer of `POST /api/customer/session`. */
export interface CustomerSession {
  token: string;
  conversation: string;
}

/** Pushed to the customer. */
export type CustomerPush =
  | { type: "event"; event: ConversationEvent }
  | ({ type: "state" } & ConversationState)
  | ({ type: "seen" } & Seen)
  | { type: "typing"; role: "agent" };

/** A conversation in the agents' lists. */
export interface Summary {
  conversation: string;
  customer: string;
  owner: Owner;
  agent: string | null;
  agent_name: string | null;
  /** Milliseconds since the epoch; null while it does not wait. */
  waiting_since: number | null;
  /** 0..9, higher is served first. */
  priority: number;
  reasons: Reason[];
  preview: string;
  /** Milliseconds since the epoch. */
  last_at: number;
  /** Who is asked to take it, and until when (ms since the epoch). */
  offer?: { agent: string; name: string; until: number } | null;
  team?: string;
  language?: string | null;
  /** True when a message was left, to be answered to `address`. */
  message?: boolean;
  address?: string;
  /** Since when the customer is away; null while they are there. */
  customer_away?: number | null;
  /** Who the site's server says they are; null if nobody vouches for them. */
  identity?: {
    id: string;
    name: string;
    attributes: Record<string, string | number | boolean>;
  } | null;
}

export type AgentStatus = "available" | "away" | "break" | "offline";

/** An agent as the desk sees them. */
export interface AgentState {
  id: string;
  name: string;
  status: AgentStatus;
  reason: string;
  /** Milliseconds since the epoch. */
  since: number | null;
  /** Until when nothing new comes after a conversation (ms); null at other times. */
  wrap_until: number | null;
  load: number;
  capacity: number;
  teams: string[];
}

export interface Team {
  name: string;
  title: string;
  /** Whether agents may take conversations themselves. */
  picking: boolean;
}

/** A person who signs in. */
export interface Person {
  id: string;
  name: string;
  email?: string;
  roles: string[];
}

/** Answer to `watch` on `/ws/agent`; the events follow. */
export interface Watched {
  summary: Summary;
}

/** Pushed to agents. */
export type AgentPush =
  | { type: "hello"; agent: Person; teams?: Team[] }
  | {
      type: "desk";
      queue: Summary[];
      mine: Summary[];
      offers?: Summary[];
      queue_length: number;
      me?: AgentState | null;
      team?: AgentState[];
      /** To supervisors: the latest active chats of colleagues, and how many there are. */
      others?: Summary[];
      others_length?: number;
    }
  | { type: "event"; conversation: string; event: ConversationEvent }
  | ({ type: "seen"; conversation: string } & Seen)
  | { type: "typing"; conversation: string; role: "customer" };

/** An article of the knowledge base. */
export interface Article {
  id: string;
  title: string;
  variants: string[];
  /** Markdown; left out in lists. */
  text?: string;
  tags: string[];
  status: "draft" | "published" | "archived";
  /** Primary tag of BCP 47. */
  language?: string | null;
  /** YYYY-MM-DD. */
  updated: string;
  revision: number;
}

/** One match of a knowledge search. */
export interface Hit {
  article_id: string;
  title: string;
  score: number;
  matched: string;
  matched_kind: "title" | "variant" | "passage";
  text: string;
}

/** Answer of `POST /api/try`. */
export interface SearchAnswer {
  decision: "answer" | "none";
  score: number;
  threshold: number;
  hits: Hit[];
  revision: number;
  took_ms: number;
}
