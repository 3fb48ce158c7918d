/** The customer's side of one conversation: session, socket, state. Knows no DOM. */
import type {
  ConversationState,
  CustomerPush,
  CustomerSession,
  ErrorCode,
  Seen,
  Welcome,
} from "../shared/protocol";
import { type Receipt, receipts, SeenReporter, UNSEEN } from "../shared/receipts";
import { type Frame, LiveSocket, RequestError } from "../shared/socket";
import { customerOf } from "./identity";
import { Sender } from "./sender";
import type { WidgetStorage } from "./storage";
import { type Outgoing, Transcript } from "./transcript";

const TYPING_EVERY_MS = 3_000;
const AGENT_TYPING_MS = 5_000;
/** A bot turn that takes longer has failed, whatever became of the news of it. */
const BOT_THINKING_MS = 30_000;
const SESSION_ENDED: ErrorCode[] = [
  "unauthenticated",
  "token_expired",
  "forbidden",
  "unknown_conversation",
];

export class ChatSession {
  readonly transcript = new Transcript();
  state: ConversationState = { owner: "bot", agent_name: null, position: null };
  /** How far both sides have got and read the conversation. */
  seen = UNSEEN;
  /** Who is writing at this moment; ends by itself. */
  typing: "bot" | "agent" | null = null;
  started = false;
  private readonly socket: LiveSocket;
  private readonly sender: Sender;
  private reporter = this.newReporter();
  private conversation = "";
  /** The site's token on the customer, "" once they signed out; undefined if the page says nothing. */
  private identity: string | undefined;
  private typingTimer = 0;
  private typingSentAt = 0;
  private stopListening?: () => void;

  constructor(
    private readonly server: string,
    private readonly storage: WidgetStorage,
    private readonly onChange: () => void,
  ) {
    this.socket = new LiveSocket({
      url: () => `${server.replace(/^http/, "ws")}/ws/customer`,
      greet: () => this.authenticate(),
      onPush: (frame) => this.receive(frame as Frame & CustomerPush),
      onStatus: (status) => {
        if (status === "open") void this.sender.flush();
        else this.setTyping(null);
        onChange();
      },
    });
    const { socket } = this;
    const line = {
      get connected() {
        return socket.status === "open";
      },
      request: socket.request.bind(socket),
      leaveIfEnded: (error: unknown) => this.leaveIfEnded(error),
    };
    this.sender = new Sender(this.transcript, storage, line, onChange);
  }

  get connected(): boolean {
    return this.socket.status === "open";
  }

  /** Connects; a browser without a session gets one on the way. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.sender.restore();
    this.socket.start();
  }

  /** Tells the gateway who the customer is, at the next connection; one that stands is renewed. */
  identify(token: string): void {
    if (token === this.identity) return;
    this.identity = token;
    if (this.started) this.socket.drop();
  }

  /** Follows the other tabs of this browser into whatever conversation they are in. */
  followOtherTabs(): void {
    this.stopListening = this.storage.onSessionChange(() => {
      const session = this.storage.session;
      if (!session || session.conversation === this.conversation) return;
      if (this.started) this.socket.drop();
      else this.start();
    });
  }

  stop(): void {
    this.stopListening?.();
    this.started = false;
    this.socket.stop();
  }

  /** Shows the message at once and sends it as soon as there is a connection. */
  say(text: string): void {
    this.typingSentAt = 0;
    const conversation = this.conversation || this.storage.session?.conversation;
    this.sender.say(text, { conversation, customer: customerOf(this.identity) });
  }

  retry(outgoing: Outgoing): void {
    this.sender.requeue(outgoing);
    if (this.connected) void this.sender.flush();
    else this.socket.retryNow();
  }

  /** Rejects with a `RequestError`. */
  async requestHuman(): Promise<void> {
    await this.socket.request("request_human");
  }

  /** Rejects with a `RequestError`. */
  async cancelHandoff(): Promise<void> {
    await this.socket.request("cancel_handoff");
  }

  /** Leaves a message to be answered to `address`. Rejects with a `RequestError`. */
  async leaveMessage(address: string, text: string): Promise<void> {
    await this.socket.request("leave_message", { address, text });
  }

  /** Tells the agent what has come, and, if somebody `looks`, that it is read. */
  report(looks: boolean): void {
    const last = this.transcript.saidBy("agent").at(-1) ?? null;
    if (this.connected) this.reporter.report(last, looks ? last : null);
  }

  /** What became of own messages; what only waits on the server is told while a person is awaited. */
  get receipts(): Map<string, Receipt> {
    const found = receipts(this.transcript.saidBy("customer"), this.seen.agent);
    const awaited = this.state.owner === "queue" || this.state.owner === "agent";
    return new Map([...found].filter(([, what]) => what !== "Sent" || awaited));
  }

  /** Tells the agent that the customer is writing, at most every three seconds. */
  signalTyping(): void {
    const now = Date.now();
    if (!this.connected || now - this.typingSentAt < TYPING_EVERY_MS) return;
    this.typingSentAt = now;
    this.socket.request("typing").catch(() => undefined);
  }

  private async authenticate(): Promise<void> {
    const stored = this.storage.session;
    const followed = this.conversation !== "" && stored?.conversation !== this.conversation;
    const session = stored ?? (await this.createSession());
    if (session.conversation !== this.conversation) {
      this.transcript.reset();
      this.seen = UNSEEN;
      this.reporter = this.newReporter();
    }
    this.conversation = session.conversation;
    this.sender.moveTo(session.conversation, customerOf(this.identity));
    try {
      const welcome = await this.socket.request<Welcome>("auth", {
        token: session.token,
        conversation: session.conversation,
        after: this.transcript.cursor,
        page: location.pathname,
        language: navigator.language,
        identity: this.identity,
      });
      this.setState(welcome);
    } catch (error) {
      if (!this.forgetRefusedIdentity(error, stored !== null && followed)) this.leaveIfEnded(error);
      throw error;
    }
  }

  /**
   * Who the customer is must not keep them from being helped: the next try does without. Nor may
   * a tab of somebody who signed out since take the conversation from the tab it `followed`.
   */
  private forgetRefusedIdentity(error: unknown, followed: boolean): boolean {
    const code = error instanceof RequestError ? error.code : "";
    const anothers = followed && code === "forbidden" && !!this.identity;
    if (!anothers && !code.startsWith("identity_")) return false;
    console.warn(`Tandem: ${code}. Ask your server for a new identity and call identify(token).`);
    this.identity = undefined;
    return true;
  }

  private async createSession(): Promise<CustomerSession> {
    const response = await fetch(`${this.server}/api/customer/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    if (!response.ok) throw new RequestError("unavailable");
    // Another tab may have been quicker: one browser has one conversation.
    const opened = (await response.json()) as CustomerSession;
    const session = this.storage.session ?? opened;
    this.storage.session = session;
    return session;
  }

  /** Drops a session the gateway no longer accepts; the next connection starts a new one. */
  private leaveIfEnded(error: unknown): boolean {
    if (!(error instanceof RequestError) || !SESSION_ENDED.includes(error.code)) return false;
    if (this.storage.session?.conversation === this.conversation) this.storage.session = null;
    this.socket.drop();
    return true;
  }

  private receive(push: CustomerPush): void {
    if (push.type === "event") this.take(push);
    else if (push.type === "state") this.setState(push);
    else if (push.type === "seen") this.setSeen(push);
    else if (push.type === "typing") this.setTyping("agent", AGENT_TYPING_MS);
    this.onChange();
  }

  private take({ event }: Extract<CustomerPush, { type: "event" }>): void {
    if (!this.transcript.add(event) || event.type !== "message") return;
    if (event.role === "customer") this.sender.save();
    else if (event.role === this.typing) this.setTyping(null);
  }

  private setState(state: ConversationState): void {
    this.state = state;
    if (state.bot_thinking) this.setTyping("bot", BOT_THINKING_MS);
    else if (this.typing === "bot" || state.owner !== "agent") this.setTyping(null);
  }

  private setSeen({ customer, agent }: Seen): void {
    this.seen = { customer, agent };
    this.reporter.known(customer);
  }

  private newReporter(): SeenReporter {
    return new SeenReporter((position) => this.socket.request("seen", position));
  }

  private setTyping(who: "bot" | "agent" | null, forMs = 0): void {
    this.typing = who;
    clearTimeout(this.typingTimer);
    if (!who) return;
    this.typingTimer = window.setTimeout(() => {
      this.typing = null;
      this.onChange();
    }, forMs);
  }
}
