/** What the transcript says about events that are not messages, and who said a message. */

import type { ClaimedEvent, ConversationEvent, HandedBackEvent, SaidEvent } from "../shared/protocol";
import { reasonTexts } from "./reasons";

type Taken = ClaimedEvent | HandedBackEvent;

const who = ({ agent, name }: Taken, me: string): string => (agent === me ? "You" : name);

/** One sentence about a change of owner. */
export function systemLine(event: Exclude<ConversationEvent, SaidEvent>, me: string): string {
  switch (event.type) {
    case "queued": {
      const why = reasonTexts(event.reasons);
      const start = event.again ? "The agent was lost; waiting for a person again" : "Waiting for a person";
      return why ? `${start}: ${why}` : start;
    }
    case "claimed":
      return `${who(event, me)} took the chat`;
    case "handed_back":
      return `${who(event, me)} handed the chat back to the bot`;
    case "cancelled":
      return "The customer left the queue; the bot has the chat again";
    case "closed":
      return event.by === "system" || !event.name
        ? "The chat was closed automatically"
        : `${event.name} closed the chat`;
    case "reopened":
      return "The customer wrote again; the bot has the chat";
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
