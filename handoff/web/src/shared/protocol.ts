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
  | "forbidden"
  | "unknown_conversation"
  | "already_taken"
  | "not_queued"
  | "not_with_bot"
  | "not_owner"
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
}

export interface PlainEvent extends Base {
  type: "cancelled" | "reopened";
}

/** One entry of a conversation's transcript. */
export type ConversationEvent =
  | SaidEvent
  | QueuedEvent
  | ClaimedEvent
  | HandedBackEvent
  | ClosedEvent
  | PlainEvent;

/** Who owns the conversation, as told to the customer. */
export interface ConversationState {
  owner: Owner;
  agent_name: string | null;
  /** Place in the queue, from 1; null while nobody waits. */
  position: number | null;
  bot_thinking?: boolean;
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
  | { type: "hello"; agent: Person }
  | { type: "desk"; queue: Summary[]; mine: Summary[]; queue_length: number }
  | { type: "event"; conversation: string; event: ConversationEvent }
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
