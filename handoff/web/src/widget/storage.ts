/** What the widget remembers in the browser; a browser that forbids storage only forgets. */
import type { CustomerSession, ErrorCode } from "../shared/protocol";

/** A message that has not come back in the transcript yet. */
export interface Unsent {
  client_id: string;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Why the gateway refused it; it then waits until the customer sends it again. */
  refused?: ErrorCode;
  /** The conversation it was written in; none yet if it opens one. */
  conversation?: string;
  /** Whom the site named when it was written, as `customerOf` tells. */
  customer?: string;
}

/** One server's corner of localStorage (shared by tabs) and sessionStorage (this tab's outbox). */
export class WidgetStorage {
  constructor(private readonly server: string) {}

  get session(): CustomerSession | null {
    return read<CustomerSession>(localStorage_, this.key("session"));
  }

  set session(value: CustomerSession | null) {
    write(localStorage_, this.key("session"), value);
  }

  get open(): boolean {
    return read<boolean>(localStorage_, this.key("open")) ?? false;
  }

  set open(value: boolean) {
    write(localStorage_, this.key("open"), value);
  }

  /** Id of the last event the customer has seen. */
  get seen(): string {
    return read<string>(localStorage_, this.key("seen")) ?? "0-0";
  }

  set seen(value: string) {
    write(localStorage_, this.key("seen"), value);
  }

  get outbox(): Unsent[] {
    return read<Unsent[]>(sessionStorage_, this.key("outbox")) ?? [];
  }

  set outbox(value: Unsent[]) {
    write(sessionStorage_, this.key("outbox"), value);
  }

  /** Calls back when another tab starts or drops the session. */
  onSessionChange(callback: () => void): () => void {
    const listener = (event: StorageEvent) => {
      if (event.key === this.key("session")) callback();
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }

  private key(name: string): string {
    return `tandem:${this.server}:${name}`;
  }
}

const localStorage_ = () => window.localStorage;
const sessionStorage_ = () => window.sessionStorage;

function read<T>(store: () => Storage, key: string): T | null {
  try {
    return JSON.parse(store().getItem(key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

function write(store: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full disks: the chat works, it is only not remembered.
  }
}
