/** A reconnecting request/response socket: ids, pending promises, timeouts, back-off with jitter. */
import type { ErrorCode } from "./protocol";

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const PING_EVERY_MS = 25_000;

export type Frame = { type: string; [field: string]: unknown };
export type SocketStatus = "connecting" | "open" | "closed";

/** A request that was refused, not answered in time (`timeout`), or cut off (`offline`). */
export class RequestError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string = code,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

export interface SocketOptions {
  url: () => string;
  /** Runs on every new connection before the socket counts as open; may send `auth`, `watch`, ... */
  greet?: (socket: LiveSocket) => Promise<void>;
  onPush: (frame: Frame) => void;
  onStatus?: (status: SocketStatus) => void;
  /** How often an open connection is tried with `ping`; an unanswered one counts as lost. */
  pingEveryMs?: number;
}

interface Pending {
  resolve: (data: unknown) => void;
  reject: (error: RequestError) => void;
  timer: number;
}

/** The delay before attempt `n` (from 0), in milliseconds: doubling, capped, half of it random. */
export function backoff(n: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** n);
  return full / 2 + (full / 2) * random();
}

/** One logical connection over as many WebSockets as it takes. */
export class LiveSocket {
  status: SocketStatus = "closed";
  private ws?: WebSocket;
  private lastId = 0;
  private attempts = 0;
  private retryTimer = 0;
  private pingTimer = 0;
  private wanted = false;
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly options: SocketOptions) {}

  /** Connects and stays connected until `stop()`. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    addEventListener("online", this.retryNow);
    addEventListener("offline", this.drop);
    document.addEventListener("visibilitychange", this.retryNow);
    const every = this.options.pingEveryMs ?? PING_EVERY_MS;
    this.pingTimer = window.setInterval(() => void this.ping(), every);
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    removeEventListener("online", this.retryNow);
    removeEventListener("offline", this.drop);
    document.removeEventListener("visibilitychange", this.retryNow);
    clearInterval(this.pingTimer);
    clearTimeout(this.retryTimer);
    this.drop();
    this.setStatus("closed");
  }

  /**
   * Sends a request and resolves to the `data` of its result; rejects with a `RequestError`.
   * A request that is not answered in time takes the connection down with it.
   */
  request<T = Record<string, unknown>>(
    type: string,
    fields: Record<string, unknown> = {},
    timeout = REQUEST_TIMEOUT_MS,
  ): Promise<T> {
    const ws = this.ws;
    if (ws?.readyState !== WebSocket.OPEN) return Promise.reject(new RequestError("offline"));
    const id = ++this.lastId;
    return new Promise<T>((resolve, reject) => {
      const timer = window.setTimeout(() => {
        this.pending.delete(id);
        reject(new RequestError("timeout"));
        if (this.ws === ws) this.drop();
      }, timeout);
      this.pending.set(id, { resolve: resolve as Pending["resolve"], reject, timer });
      ws.send(JSON.stringify({ id, type, ...fields }));
    });
  }

  /** Gives up the present connection; a new one follows after the back-off. */
  readonly drop = (): void => {
    const ws = this.ws;
    if (!ws) return;
    this.ws = undefined;
    ws.close();
    this.lost();
  };

  /** Tries again at once instead of waiting for the back-off. */
  readonly retryNow = (): void => {
    if (!this.wanted || this.ws) return;
    clearTimeout(this.retryTimer);
    this.connect();
  };

  private async ping(): Promise<void> {
    if (this.status === "open") await this.request("ping").catch(() => undefined);
  }

  private connect(): void {
    this.setStatus("connecting");
    const ws = new WebSocket(this.options.url());
    this.ws = ws;
    const slow = window.setTimeout(() => this.ws === ws && this.drop(), CONNECT_TIMEOUT_MS);
    ws.onopen = () => {
      clearTimeout(slow);
      void this.greet(ws);
    };
    ws.onmessage = (message) => this.ws === ws && this.receive(String(message.data));
    ws.onclose = () => {
      clearTimeout(slow);
      if (this.ws !== ws) return;
      this.ws = undefined;
      this.lost();
    };
  }

  private async greet(ws: WebSocket): Promise<void> {
    try {
      await this.options.greet?.(this);
    } catch {
      if (this.ws === ws) this.drop();
      return;
    }
    if (this.ws !== ws) return;
    this.attempts = 0;
    this.setStatus("open");
  }

  private receive(text: string): void {
    const frame = JSON.parse(text) as Frame & { id?: number; code?: ErrorCode; message?: string };
    if (frame.type !== "result" && frame.type !== "error") {
      this.options.onPush(frame);
      return;
    }
    const waiting = this.pending.get(frame.id ?? -1);
    if (!waiting) return;
    this.pending.delete(frame.id ?? -1);
    clearTimeout(waiting.timer);
    if (frame.type === "result") waiting.resolve(frame["data"] ?? {});
    else waiting.reject(new RequestError(frame.code ?? "internal", frame.message));
  }

  private lost(): void {
    for (const waiting of this.pending.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new RequestError("offline"));
    }
    this.pending.clear();
    if (!this.wanted) return;
    this.setStatus("connecting");
    clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(this.retryNow, backoff(this.attempts++));
  }

  private setStatus(status: SocketStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.options.onStatus?.(status);
  }
}
