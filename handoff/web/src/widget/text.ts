/** Every sentence the widget says, and the friendly form of the gateway's error codes. */
import type { ConversationEvent, ConversationState, ErrorCode } from "../shared/protocol";
import { waitingLine } from "./wait";

export const TEXT = {
  heading: "How can we help?",
  greeting: "Hello! Ask me anything. If I can't help, a colleague takes over.",
  suggestions: ["Where is my order?", "How do I return something?", "What does delivery cost?"],
  suggestionsLabel: "Suggested questions",
  repliesLabel: "Suggested answers",
  open: "Open chat",
  close: "Close chat",
  log: "Messages",
  you: "You",
  assistant: "Assistant",
  colleague: "A colleague",
  composer: "Your message",
  placeholder: "Write a message…",
  send: "Send",
  requestHuman: "Talk to a person",
  cancelHandoff: "Cancel",
  leaveMessage: "Leave a message",
  leaveAddress: "Your e-mail address or phone number",
  leaveText: "What can we do for you?",
  leaveSend: "Send message",
  back: "Back",
  badAddress: "This is neither an e-mail address nor a phone number.",
  sending: "Sending…",
  retry: "Try again",
  newMessages: "New messages",
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
} as const;

export function unreadLabel(count: number): string {
  if (count === 0) return TEXT.open;
  return `${TEXT.open}, ${count} unread ${count === 1 ? "message" : "messages"}`;
}

export function typingLabel(name: string): string {
  return `${name} is writing…`;
}

export function sourcesLabel(titles: string[]): string {
  return `${titles.length === 1 ? "Source" : "Sources"}: ${titles.join(", ")}`;
}

/** Who the customer is talking to, for the header. */
export function ownerLine(state: ConversationState): string {
  const name = state.agent_name ?? TEXT.colleague;
  switch (state.owner) {
    case "bot":
      return "You are chatting with our assistant";
    case "queue":
      return waitingLine(state);
    case "agent":
      return `You are chatting with ${name}`;
    case "closed":
      return "This chat is closed. Write to open it again.";
  }
}

const UNSERVED: Record<string, string> = {
  nobody_there: "Nobody is there right now",
  out_of_hours: "We are closed right now",
  timed_out: "Nobody had time for you yet, we are sorry",
};

/** The line in the transcript for an event that is not a message; "" if there is nothing to say. */
export function noticeText(event: Exclude<ConversationEvent, { type: "message" }>): string {
  switch (event.type) {
    case "queued":
      return event.again
        ? "Your colleague lost the connection. You kept your place in the queue."
        : "We are getting a colleague for you.";
    case "claimed":
      return `${event.name} joined the chat`;
    case "handed_back":
      return `${event.name} handed the chat back to the assistant`;
    case "cancelled":
      return "You left the queue. The assistant is with you again.";
    case "closed":
      if (event.reason === "customer_left") return "The chat was closed while you were away";
      return event.name ? `${event.name} closed the chat` : "The chat was closed";
    case "reopened":
      return "You opened the chat again";
    case "unserved":
      return `${UNSERVED[event.outcome] ?? "Nobody came"}. The assistant is with you again.`;
    case "turned_away":
      return "Too many people are waiting right now. The assistant stays with you.";
    case "message_left":
      return `You left a message: “${event.text}” We answer to ${event.address}.`;
    case "joined":
      return `${event.name} joined the chat`;
    case "left":
      return `${event.name} left the chat`;
    default:
      return "";
  }
}

const ERRORS: Partial<Record<ErrorCode, string>> = {
  empty_text: "An empty message cannot be sent.",
  text_too_long: "This message is too long.",
  rate_limited: "That was a lot at once. Please wait a moment.",
  unavailable: "We cannot be reached right now.",
  not_with_bot: "A colleague has been asked already.",
  queue_full: "Too many people are waiting right now. You can leave a message.",
  not_queued: "A colleague has just taken your chat.",
  offline: "There is no connection right now.",
  timeout: "That took too long.",
};

export function errorText(code: ErrorCode): string {
  return ERRORS[code] ?? "Something went wrong.";
}
