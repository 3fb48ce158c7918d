/** Tells the desk which chats this page has got, and which of them somebody has open and looks at. */

import type { Position } from "../shared/protocol";
import { SeenReporter } from "../shared/receipts";
import type { LiveSocket } from "../shared/socket";
import type { Transcript } from "./transcript";

export class Reading {
  readonly #reporters = new Map<string, SeenReporter>();

  constructor(private readonly socket: LiveSocket) {}

  /** The desk's word on how far the team has read a chat. */
  known(id: string, position: Position): void {
    this.#reporter(id).known(position);
  }

  /** Somebody else's reading did not count until now: what was told of it may be lost. */
  again(id: string): void {
    this.#reporter(id).again();
  }

  report(id: string, transcript: Transcript, looks: boolean): void {
    const last = transcript.saidBy("customer").at(-1) ?? null;
    this.#reporter(id).report(last, looks ? last : null);
  }

  #reporter(id: string): SeenReporter {
    let reporter = this.#reporters.get(id);
    if (!reporter) {
      reporter = new SeenReporter((position) =>
        this.socket.request("seen", { conversation: id, ...position }),
      );
      this.#reporters.set(id, reporter);
    }
    return reporter;
  }
}
