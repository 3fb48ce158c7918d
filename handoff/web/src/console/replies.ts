/** Sends replies; one that fails stays with its `client_id`, so that sending it again cannot double it. */

import { randomId } from "../shared/random-id";
import { errorCode } from "../shared/rest-errors";
import type { LiveSocket } from "../shared/socket";
import type { Outgoing, Transcript } from "./transcript";

const TYPING_EVERY_MS = 3000;
/** Failures of the line: such replies go out by themselves when it is back. */
export const LOST = ["offline", "timeout"];

export class Replies {
  #typedAt = 0;
  #note: { id: string; text: string; clientId: string } | null = null;

  constructor(
    private readonly socket: LiveSocket,
    private readonly transcript: (id: string) => Transcript,
    private readonly changed: () => void,
  ) {}

  send(id: string, text: string): void {
    const clientId = randomId();
    const reply: Outgoing = { clientId, text, at: Date.now(), failed: null };
    this.transcript(id).outgoing.push(reply);
    this.#typedAt = 0;
    void this.#deliver(id, reply);
  }

  /**
   * Writes a note for the team; throws an error with a wire code. Once more with the same text
   * after a failure cannot double it.
   */
  async note(id: string, text: string): Promise<void> {
    if (this.#note?.id !== id || this.#note.text !== text) {
      this.#note = { id, text, clientId: randomId() };
    }
    const { clientId: client_id } = this.#note;
    await this.socket.request("note", { conversation: id, client_id, text });
    this.#note = null;
  }

  retry(id: string, clientId: string): void {
    const reply = this.#find(id, clientId);
    if (!reply?.failed) return;
    reply.failed = null;
    void this.#deliver(id, reply);
  }

  discard(id: string, clientId: string): void {
    const transcript = this.transcript(id);
    transcript.outgoing = transcript.outgoing.filter((reply) => reply.clientId !== clientId);
    this.changed();
  }

  /** Sends what a lost connection kept from arriving. */
  resendLost(transcripts: Map<string, Transcript>): void {
    for (const [id, transcript] of transcripts) {
      for (const reply of transcript.outgoing) {
        if (reply.failed && LOST.includes(reply.failed)) this.retry(id, reply.clientId);
      }
    }
  }

  /** Tells the customer that the agent is typing, every few seconds at most. */
  typing(id: string): void {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.socket.request("typing", { conversation: id }).catch(() => undefined);
  }

  #find(id: string, clientId: string): Outgoing | undefined {
    return this.transcript(id).outgoing.find((reply) => reply.clientId === clientId);
  }

  async #deliver(id: string, reply: Outgoing): Promise<void> {
    this.changed();
    try {
      const { clientId: client_id, text } = reply;
      await this.socket.request("reply", { conversation: id, client_id, text });
    } catch (error) {
      reply.failed = errorCode(error);
      this.changed();
    }
  }
}
