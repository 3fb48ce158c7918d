/** The conversation as this browser knows it: stored events, and own messages on their way. */
import { isAfter } from "../shared/event-id";
import type { ConversationEvent, Role, SaidEvent } from "../shared/protocol";
import type { Unsent } from "./storage";
import { noticeText } from "./text";

export type Delivery = "sending" | "sent" | "failed";

/** An own message until its event arrives. */
export interface Outgoing extends Unsent {
  delivery: Delivery;
}

/** One line of the log; `key` stays the same when an outgoing message becomes an event. */
export type Entry =
  | { key: string; event: ConversationEvent; outgoing?: undefined }
  | { key: string; event?: undefined; outgoing: Outgoing };

/** Keeps every event once, in stream order, and the outbox behind them. */
export class Transcript {
  readonly events: ConversationEvent[] = [];
  readonly outbox: Outgoing[] = [];

  /** Id to resume the stream from; undefined asks for everything. */
  get cursor(): string | undefined {
    return this.events.at(-1)?.id;
  }

  /** Takes an event in; false if it is known already. */
  add(event: ConversationEvent): boolean {
    const last = this.cursor;
    if (last !== undefined && !isAfter(event.id, last)) return false;
    this.events.push(event);
    if (event.type === "message" && event.client_id) this.forget(event.client_id);
    return true;
  }

  queue(unsent: Unsent): Outgoing {
    const outgoing: Outgoing = { ...unsent, delivery: unsent.refused ? "failed" : "sending" };
    this.outbox.push(outgoing);
    return outgoing;
  }

  /** Forgets the events, as another conversation begins. */
  reset(): void {
    this.events.length = 0;
  }

  entries(): Entry[] {
    const shown = this.events.filter((event) => event.type === "message" || noticeText(event));
    const stored = shown.map((event): Entry => ({ key: keyOf(event), event }));
    const sending = this.outbox.map((outgoing): Entry => ({ key: outgoing.client_id, outgoing }));
    return [...stored, ...sending];
  }

  /** How many messages of the bot or an agent came after `seen`. */
  unread(seen: string): number {
    return this.events.filter(
      (event) => event.type === "message" && event.role !== "customer" && isAfter(event.id, seen),
    ).length;
  }

  /** The message a quick reply would answer: the bot's, if nothing has been said since. */
  get openQuestion(): SaidEvent | undefined {
    if (this.outbox.length > 0) return undefined;
    const last = this.events.at(-1);
    return last?.type === "message" && last.role === "bot" ? last : undefined;
  }

  /** True if the queue has sent the customer back to the bot, or had no room, and nothing came since. */
  get unserved(): boolean {
    const last = this.events.findLast((event) => event.type !== "message");
    return last?.type === "unserved" || last?.type === "turned_away";
  }

  /** Ids of the messages of `role`, oldest first. */
  saidBy(role: Role): string[] {
    const said = this.events.filter((event) => event.type === "message" && event.role === role);
    return said.map(({ id }) => id);
  }

  get customerHasSpoken(): boolean {
    if (this.outbox.length > 0) return true;
    return this.events.some((event) => event.type === "message" && event.role === "customer");
  }

  private forget(clientId: string): void {
    const at = this.outbox.findIndex((outgoing) => outgoing.client_id === clientId);
    if (at >= 0) this.outbox.splice(at, 1);
  }
}

function keyOf(event: ConversationEvent): string {
  const own = event.type === "message" && event.role === "customer";
  return (own && event.client_id) || event.id;
}
