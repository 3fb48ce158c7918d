/** What this page knows about one conversation: its events, its unsent replies, who is typing. */

import { isAfter } from "../shared/event-id";
import type { ConversationEvent, Owner, Role, Seen } from "../shared/protocol";
import { type Receipt, receipts, UNSEEN } from "../shared/receipts";

const TYPING_SHOWN_MS = 6000;

/** A reply that the transcript does not contain yet. */
export interface Outgoing {
  clientId: string;
  text: string;
  at: number;
  /** The wire code of the failure, or null while it is on its way. */
  failed: string | null;
}

const OWNER_AFTER: Partial<Record<ConversationEvent["type"], Owner>> = {
  queued: "queue",
  claimed: "agent",
  handed_back: "bot",
  cancelled: "bot",
  unserved: "bot",
  message_left: "queue",
  closed: "closed",
  reopened: "bot",
};

export class Transcript {
  readonly events: ConversationEvent[] = [];
  outgoing: Outgoing[] = [];
  /** What the agent has typed and not sent. */
  draft = "";
  /** How far both sides have got and read it. */
  seen = UNSEEN;
  /** True once the server has accepted to send the events. */
  watched = false;
  /** True once the history has arrived, so that further events are news. */
  live = false;
  #typingUntil = 0;
  #known = new Set<string>();
  #read = 0;

  /** Where to resume after a reconnect. */
  get lastId(): string | undefined {
    return this.events.at(-1)?.id;
  }

  /** Ids of the messages of `role`, oldest first. */
  saidBy(role: Role): string[] {
    const said = this.events.filter((event) => event.type === "message" && event.role === role);
    return said.map(({ id }) => id);
  }

  /** The colleague whose offer to `agent` came last, and the note with it; null if it came from the queue. */
  passedOn(agent: string): { name: string; note: string } | null {
    const last = this.events.findLast((event) => event.type === "offered");
    if (last?.type !== "offered" || last.agent !== agent || !last.from) return null;
    return { name: last.from_name ?? "A colleague", note: last.note ?? "" };
  }

  /** Adds an event; false if it had been shown already. */
  add(event: ConversationEvent): boolean {
    if (this.#known.has(event.id)) return false;
    this.#known.add(event.id);
    this.events.push(event);
    if (event.type !== "message") return true;
    if (event.role === "customer") this.#typingUntil = 0;
    if (event.client_id) {
      this.outgoing = this.outgoing.filter((reply) => reply.clientId !== event.client_id);
    }
    return true;
  }

  /** Who owns the conversation after the last event that says so; null before any. */
  get owner(): { owner: Owner; agent: string | null; name: string | null } | null {
    for (let i = this.events.length - 1; i >= 0; i--) {
      const event = this.events[i]!;
      const owner = OWNER_AFTER[event.type];
      if (!owner) continue;
      const claimed = event.type === "claimed" ? event : null;
      return { owner, agent: claimed?.agent ?? null, name: claimed?.name ?? null };
    }
    return null;
  }

  /** True if `agent` came into the conversation as a guest and is still there. */
  joined(agent: string): boolean {
    const last = this.events.findLast(
      (event) =>
        ((event.type === "joined" || event.type === "left") && event.agent === agent) ||
        (event.type in OWNER_AFTER && event.type !== "claimed"),
    );
    return last?.type === "joined";
  }

  /** Customer messages that nobody read here and no agent answered. */
  get unread(): number {
    let count = 0;
    for (let i = this.events.length - 1; i >= this.#read; i--) {
      const event = this.events[i]!;
      if (event.type === "claimed") break;
      if (event.type !== "message") continue;
      if (event.role === "agent") break;
      if (event.role === "customer") count++;
    }
    return count;
  }

  markRead(): void {
    this.#read = this.events.length;
  }

  /** Takes over what is known of both sides; another page of the agent may have read it. */
  takeSeen(seen: Seen): void {
    this.seen = seen;
    const { read } = seen.agent;
    if (read === null) return;
    const known = this.events.findIndex((event) => isAfter(event.id, read));
    this.#read = Math.max(this.#read, known < 0 ? this.events.length : known);
  }

  /** What became of the team's messages, by their ids. */
  get receipts(): Map<string, Receipt> {
    const found = receipts(this.saidBy("agent"), this.seen.customer);
    const talking = this.owner?.owner === "agent";
    return new Map([...found].filter(([, what]) => what !== "Sent" || talking));
  }

  customerTypes(): void {
    this.#typingUntil = Date.now() + TYPING_SHOWN_MS;
  }

  /** Milliseconds the typing mark is still to be shown; 0 if not at all. */
  get typingLeft(): number {
    return Math.max(0, this.#typingUntil - Date.now());
  }
}
