/** Own messages on their way: kept in the browser, each for its conversation, and sent in order. */
import type { ErrorCode } from "../shared/protocol";
import { randomId } from "../shared/random-id";
import { RequestError } from "../shared/socket";
import type { Unsent, WidgetStorage } from "./storage";
import type { Outgoing, Transcript } from "./transcript";

/** Many messages written without a connection may be too many at once: how often, and how long to wait. */
const SEND_TRIES = 5;
const SLOW_DOWN_MS = 1_500;

/** The connection that messages take. */
export interface Line {
  readonly connected: boolean;
  request: (type: string, fields: Record<string, unknown>) => Promise<unknown>;
  /** Whether the session is over with this error; the line then looks for another. */
  leaveIfEnded: (error: unknown) => boolean;
}

export class Sender {
  private flushing = false;

  constructor(
    private readonly transcript: Transcript,
    private readonly storage: WidgetStorage,
    private readonly line: Line,
    private readonly onChange: () => void,
  ) {}

  /** Shows again what this tab could not send before it was reloaded. */
  restore(): void {
    for (const unsent of this.storage.outbox) this.transcript.queue(unsent);
  }

  /** Shows the message at once and sends it as soon as there is a connection. */
  say(text: string, from: Pick<Unsent, "conversation" | "customer">): void {
    this.transcript.queue({ client_id: randomId(), text, at: Date.now(), ...from });
    this.save();
    this.onChange();
    void this.flush();
  }

  /** Lets a refused message be sent again, at the next `flush`. */
  requeue(outgoing: Outgoing): void {
    outgoing.delivery = "sending";
    outgoing.refused = undefined;
    this.save();
    this.onChange();
  }

  /**
   * Goes on in `conversation`, with what was written in it, and with what the same customer wrote
   * before; the rest is dropped: it is somebody else's, at a shared computer.
   */
  moveTo(conversation: string, customer: string): void {
    const { outbox } = this.transcript;
    const own = outbox.filter(
      (outgoing) => outgoing.conversation === conversation || (outgoing.customer ?? "") === customer,
    );
    for (const outgoing of own) {
      if (outgoing.conversation !== conversation && !outgoing.refused) outgoing.delivery = "sending";
      outgoing.conversation = conversation;
    }
    outbox.splice(0, outbox.length, ...own);
    this.save();
  }

  /** Sends what waits, oldest first, one at a time, so that the order holds. */
  async flush(): Promise<void> {
    if (this.flushing) return;
    this.flushing = true;
    try {
      let next = this.nextToSend();
      while (next && (await this.send(next))) next = this.nextToSend();
    } finally {
      this.flushing = false;
    }
  }

  /** Remembers what is still on its way. */
  save(): void {
    this.storage.outbox = this.transcript.outbox.map(({ delivery: _, ...unsent }) => unsent);
  }

  private nextToSend(): Outgoing | undefined {
    if (!this.line.connected) return undefined;
    return this.transcript.outbox.find((outgoing) => outgoing.delivery === "sending");
  }

  /** True when the gateway has answered, whatever it said; otherwise the next connection tries. */
  private async send(outgoing: Outgoing): Promise<boolean> {
    try {
      await this.trySending(outgoing);
      outgoing.delivery = "sent";
    } catch (error) {
      const code: ErrorCode = error instanceof RequestError ? error.code : "internal";
      if (code === "offline" || code === "timeout") return false;
      if (this.line.leaveIfEnded(error)) return false;
      outgoing.delivery = "failed";
      outgoing.refused = code;
      this.save();
    }
    this.onChange();
    return true;
  }

  private async trySending(outgoing: Outgoing): Promise<void> {
    const { client_id, text } = outgoing;
    for (let tries = SEND_TRIES; ; tries -= 1) {
      try {
        await this.line.request("say", { client_id, text });
        return;
      } catch (error) {
        const slower = error instanceof RequestError && error.code === "rate_limited";
        if (!slower || tries <= 1) throw error;
        await new Promise((resolve) => setTimeout(resolve, SLOW_DOWN_MS));
        // Meanwhile another customer may have come, who takes none of it along.
        if (!this.transcript.outbox.includes(outgoing)) throw new RequestError("offline");
      }
    }
  }
}
