/** What became of one's own messages, and telling the other side what has arrived here. */
import { isAfter, later } from "./event-id";
import type { ErrorCode, Position, Seen } from "./protocol";
import { RequestError } from "./socket";

/** What comes in one burst is told once. */
const TOGETHER_MS = 200;
const TRY_AGAIN_MS = 2_000;
/** Refusals that pass; a lost line needs none: everything is told anew when it is back. */
const PASSING: ErrorCode[] = ["rate_limited", "unavailable"];
const NOWHERE: Position = { delivered: null, read: null };

export const UNSEEN: Seen = { customer: NOWHERE, agent: NOWHERE };

export type Receipt = "Sent" | "Delivered" | "Read";

function receipt(id: string, { delivered, read }: Position): Receipt {
  if (read !== null && !isAfter(id, read)) return "Read";
  return delivered !== null && !isAfter(id, delivered) ? "Delivered" : "Sent";
}

/** The receipts of messages in order, each given only to the last one that it is true of. */
export function receipts(ids: string[], other: Position): Map<string, Receipt> {
  const last = new Map<Receipt, string>();
  for (const id of ids) last.set(receipt(id, other), id);
  return new Map([...last].map(([what, id]) => [id, what]));
}

/** Tells the server how far this screen has got and shown a conversation. */
export class SeenReporter {
  /** What the server has told, and what it has taken from here. */
  #known = NOWHERE;
  #told = NOWHERE;
  #wanted = NOWHERE;
  #timer = 0;

  constructor(private readonly send: (position: Partial<Position>) => Promise<unknown>) {}

  /** The server's word on the side of this screen. */
  known(position: Position): void {
    this.#known = position;
    this.#told = furthest(this.#told, position);
  }

  /** What was told may have counted for nothing: whatever the server does not know is told again. */
  again(): void {
    this.#told = this.#known;
  }

  /** `delivered` is the last event that has come, `read` the last one somebody looked at. */
  report(delivered: string | null, read: string | null): void {
    this.#wanted = { delivered, read };
    this.#schedule(TOGETHER_MS);
  }

  #schedule(ms: number): void {
    if (this.#timer || !this.#news()) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#tell();
    }, ms);
  }

  /** What of that the server has not been told; null if it knows. */
  #news(): Partial<Position> | null {
    const news: Partial<Position> = {};
    for (const what of ["delivered", "read"] as const) {
      const [wanted, told] = [this.#wanted[what], this.#told[what]];
      if (wanted !== null && (told === null || isAfter(wanted, told))) news[what] = wanted;
    }
    return Object.keys(news).length ? news : null;
  }

  async #tell(): Promise<void> {
    const news = this.#news();
    if (!news) return;
    try {
      await this.send(news);
    } catch (error) {
      const code = error instanceof RequestError ? error.code : "internal";
      if (PASSING.includes(code)) this.#schedule(TRY_AGAIN_MS);
      return;
    }
    this.#told = furthest(this.#told, { ...NOWHERE, ...news });
    this.#schedule(TOGETHER_MS);
  }
}

function furthest(one: Position, other: Position): Position {
  return { delivered: later(one.delivered, other.delivered), read: later(one.read, other.read) };
}
