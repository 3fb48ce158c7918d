/** What the transcript says about events that are not messages, and who said a message. */

import type { ConversationEvent, SaidEvent } from "../shared/protocol";
import { reasonTexts } from "./reasons";

const who = (agent: string, name: string, me: string): string => (agent === me ? "You" : name);

/** One sentence about a change of owner. */
export function systemLine(event: Exclude<ConversationEvent, SaidEvent>, me: string): string {
  switch (event.type) {
    case "queued": {
      const why = reasonTexts(event.reasons);
      const start = event.again ? "The agent was lost; waiting for a person again" : "Waiting for a person";
      return why ? `${start}: ${why}` : start;
    }
    case "claimed":
      return `${who(event.agent, event.name, me)} took the chat`;
    case "handed_back":
      return `${who(event.agent, event.name, me)} handed the chat back to the bot`;
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

/** The label of a message's sender. */
export function senderOf(event: SaidEvent, customer: string): string {
  if (event.role === "bot") return "Bot";
  if (event.role === "agent") return event.name || "Agent";
  return customer || "Customer";
}
