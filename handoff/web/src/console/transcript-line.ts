/** What the transcript says about events that are not messages, and who said a message. */

import type {
  ClaimedEvent,
  ConversationEvent,
  DeclinedEvent,
  OfferedEvent,
  SaidEvent,
  TransferredEvent,
  UnservedEvent,
} from "../shared/protocol";
import { reasonTexts } from "./reasons";

const who = ({ agent, name }: { agent?: string; name: string }, me: string): string =>
  agent === me ? "You" : name;

const whom = (id: string | undefined, name: string | undefined, me: string): string =>
  id === me ? "you" : (name ?? "a colleague");

const noted = (note: string | undefined): string => (note ? `: “${note}”` : "");

const BACK: Record<UnservedEvent["outcome"], string> = {
  nobody_there: "Nobody was there",
  out_of_hours: "The team is closed",
  timed_out: "Nobody had time",
  queue_full: "The queue is full",
};

function claimed(event: ClaimedEvent, me: string): string {
  const how = event.taken_over ? "took the chat over" : event.offered ? "accepted the chat" : "took the chat";
  return `${who(event, me)} ${event.transferred ? "got the chat from a colleague" : how}`;
}

function offered(event: OfferedEvent, me: string): string {
  const to = whom(event.agent, event.name, me);
  if (!event.from) return `Offered to ${to}`;
  const from = who({ agent: event.from, name: event.from_name ?? "A colleague" }, me);
  return `${from} asked ${to} to take over${noted(event.note)}`;
}

function declined(event: DeclinedEvent, me: string): string {
  if (event.by === "owner") return `The offer to ${whom(event.agent, event.name, me)} was taken back`;
  if (event.by === "outage") {
    return `The offer to ${whom(event.agent, event.name, me)} ended while the desk was out of service`;
  }
  return `${who(event, me)} ${event.by === "timeout" ? "did not answer the offer" : "declined the offer"}`;
}

function transferred(event: TransferredEvent, me: string): string {
  const to = event.team ? `the team ${event.team}` : whom(event.to, event.to_name, me);
  return `${who(event, me)} passed the chat on to ${to}${noted(event.note)}`;
}

/** One sentence about what happened; "" for what this console does not know. */
export function systemLine(event: Exclude<ConversationEvent, SaidEvent>, me: string): string {
  switch (event.type) {
    case "queued": {
      const why = reasonTexts(event.reasons);
      const start = event.again ? "The agent was lost; waiting for a person again" : "Waiting for a person";
      return why ? `${start}: ${why}` : start;
    }
    case "claimed":
      return claimed(event, me);
    case "handed_back":
      return `${who(event, me)} handed the chat back to the bot`;
    case "cancelled":
      return "The customer left the queue; the bot has the chat again";
    case "closed":
      if (event.reason === "customer_left") return "The chat was closed: the customer had left";
      return event.by === "system" || !event.name
        ? "The chat was closed automatically"
        : `${event.name} closed the chat`;
    case "reopened":
      return "The customer wrote again; the bot has the chat";
    case "unserved":
      return `${BACK[event.outcome] ?? "Nobody came"}; the bot has the chat again`;
    case "turned_away":
      return `${BACK[event.outcome] ?? "There was no room"}; the bot kept the chat`;
    case "message_left":
      return `The customer left a message, to be answered to ${event.address}: “${event.text}”`;
    case "joined":
      return `${who(event, me)} joined the chat`;
    case "left":
      return `${who(event, me)} left the chat`;
    case "offered":
      return offered(event, me);
    case "declined":
      return declined(event, me);
    case "transferred":
      return transferred(event, me);
    case "note":
      return `Note by ${whom(event.agent, event.name, me)}, for the team only: ${event.text}`;
    case "customer_away":
      return "The customer is away";
    case "customer_back":
      return "The customer is back";
    case "idle":
      return event.waiting_for === "agent" ? "The customer waits for an answer" : "The customer has been silent";
    default:
      return "";
  }
}

/** Id of the agent who had the conversation at `events[index]`; undefined if nobody had. */
export function holderAt(events: ConversationEvent[], index: number): string | undefined {
  for (let i = index; i >= 0; i--) {
    const event = events[i]!;
    if (event.type === "claimed") return event.agent;
  }
  return undefined;
}

/** The label of a message's sender. */
export function senderOf(event: SaidEvent, customer: string): string {
  if (event.role === "bot") return "Bot";
  if (event.role === "agent") return event.name || "Agent";
  return customer || "Customer";
}
