/** State of the agent console: the desk as the gateway pushes it, and the conversations being watched. */

import { Store } from "../shared/app-shell-store";
import type {
  AgentPush,
  AgentState,
  Owner,
  Person,
  Summary,
  Team,
  Watched,
} from "../shared/protocol";
import { errorCode } from "../shared/rest-errors";
import { LiveSocket, type Frame, type SocketStatus } from "../shared/socket";
import { SESSION_ENDED, whoAmI } from "../shared/rest";
import { startHeartbeat } from "./heartbeat";
import { Reading } from "./reading";
import { Replies } from "./replies";
import { Transcript } from "./transcript";

const HISTORY_MS = 600;
/** An offer of a colleague is announced with its note, which comes with the events of the chat. */
const NOTE_MS = 500;

/** Things the page says aloud or shows outside of itself. */
export interface Desk {
  waiting(chat: Summary): void;
  offered(chat: Summary): void;
  said(chat: Summary, text: string): void;
}

/** Where a conversation stands, seen by the agent of this page. */
export interface Standing {
  owner: Owner;
  mine: boolean;
  /** True while the agent takes part in a colleague's chat. */
  guest: boolean;
  agentName: string | null;
}

export class ConsoleStore extends Store {
  connection: SocketStatus = "connecting";
  agent: Person;
  /** False until the desk has been received for the first time. */
  known = false;
  queue: Summary[] = [];
  mine: Summary[] = [];
  offers: Summary[] = [];
  queueLength = 0;
  /** To supervisors: the latest active chats of colleagues, and how many there are. */
  others: Summary[] = [];
  othersCount = 0;
  /** The agent of this page as the desk sees them; null until it does. */
  me: AgentState | null = null;
  team: AgentState[] = [];
  teams: Team[] = [];
  selected: string | null = null;
  readonly replies: Replies;
  readonly socket: LiveSocket;
  readonly #reading: Reading;
  #transcripts = new Map<string, Transcript>();
  #summaries = new Map<string, Summary>();
  #stopHeartbeat = (): void => undefined;

  constructor(
    agent: Person,
    private readonly desk: Desk,
  ) {
    super();
    this.agent = agent;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new LiveSocket({
      url: () => `${scheme}://${location.host}/ws/agent`,
      greet: () => this.#resume(),
      onPush: (frame) => this.#received(frame),
      onStatus: (status) => this.#status(status),
    });
    this.#reading = new Reading(this.socket);
    this.replies = new Replies(this.socket, (id) => this.transcript(id), () => this.changed());
  }

  start(): void {
    this.#stopHeartbeat = startHeartbeat(() => {
      if (this.connection === "open") this.socket.request("ping").catch(() => undefined);
    });
    this.socket.start();
  }

  /** Ends the connection; what is known and typed stays for the next start. */
  stop(): void {
    this.#stopHeartbeat();
    this.socket.stop();
  }

  transcript(id: string): Transcript {
    let transcript = this.#transcripts.get(id);
    if (!transcript) this.#transcripts.set(id, (transcript = new Transcript()));
    return transcript;
  }

  summary(id: string): Summary | undefined {
    return this.#summaries.get(id);
  }

  standing(id: string): Standing {
    if (this.mine.some((chat) => chat.conversation === id)) {
      return { owner: "agent", mine: true, guest: false, agentName: this.agent.name };
    }
    if (this.queue.some((chat) => chat.conversation === id)) {
      return { owner: "queue", mine: false, guest: false, agentName: null };
    }
    const other = this.others.find((chat) => chat.conversation === id);
    const transcript = this.transcript(id);
    if (other && !transcript.owner) {
      return { owner: "agent", mine: false, guest: false, agentName: other.agent_name };
    }
    const { owner, name } = transcript.owner ?? { owner: "bot", name: null };
    const guest = owner === "agent" && transcript.joined(this.agent.id);
    return { owner, mine: false, guest, agentName: name };
  }

  /** Opens a conversation in the middle of the page, or none. */
  select(id: string | null): void {
    const before = this.selected;
    this.selected = id;
    if (id) {
      this.transcript(id).markRead();
      void this.#watch(id);
      this.#report(id);
    }
    if (before && before !== id) this.#drop(before);
    this.changed();
  }

  /** Takes a waiting conversation; throws an error with a wire code. */
  async claim(id: string): Promise<void> {
    await this.socket.request("claim", { conversation: id });
    this.select(id);
  }

  /** Sends a command about a conversation; throws an error with a wire code. */
  async act(type: string, id: string, fields: Record<string, unknown> = {}): Promise<void> {
    await this.socket.request(type, { conversation: id, ...fields });
  }

  /** Says whether new chats may come; throws an error with a wire code. */
  async setStatus(status: string, reason: string): Promise<void> {
    await this.socket.request("set_status", { status, reason });
  }

  get supervises(): boolean {
    return this.agent.roles.includes("supervisor");
  }

  /** Marks what the open conversation shows as read; called when the page is looked at. */
  seen(): void {
    if (!this.selected || document.hidden) return;
    this.transcript(this.selected).markRead();
    this.#report(this.selected);
    this.changed();
  }

  /** The colleague who asks the agent to take over what is offered; null if the queue does. */
  passedOn(chat: Summary): { name: string; note: string } | null {
    if (chat.owner !== "agent") return null;
    const from = { name: chat.agent_name ?? "A colleague", note: "" };
    return this.transcript(chat.conversation).passedOn(this.agent.id) ?? from;
  }

  /** Tells the desk how far a chat has come and is read; a colleague's chat is theirs to read. */
  #report(id: string): void {
    const transcript = this.transcript(id);
    const { owner, mine, guest } = this.standing(id);
    const theirs = owner === "agent" && !mine && !guest;
    if (this.connection !== "open" || !transcript.watched || theirs) return;
    this.#reading.report(id, transcript, id === this.selected && !document.hidden);
  }

  #status(status: SocketStatus): void {
    this.connection = status;
    if (status === "open") {
      this.replies.resendLost(this.#transcripts);
      for (const id of this.#transcripts.keys()) this.#report(id);
    }
    // A refused upgrade looks like a lost line: ask why, so that an ended session shows the log-in.
    if (status === "connecting" && this.known) void this.#checkSession();
    this.changed();
  }

  async #checkSession(): Promise<void> {
    const account = await whoAmI().catch(() => this.agent);
    if (!account) window.dispatchEvent(new Event(SESSION_ENDED));
  }

  async #resume(): Promise<void> {
    for (const [id, transcript] of this.#transcripts) {
      if (!transcript.watched && id !== this.selected) continue;
      transcript.watched = false;
      await this.#watch(id);
    }
  }

  async #watch(id: string): Promise<void> {
    const transcript = this.transcript(id);
    if (transcript.watched) return;
    transcript.watched = true;
    try {
      const { summary } = await this.socket.request<Watched>("watch", {
        conversation: id,
        ...(transcript.lastId ? { after: transcript.lastId } : {}),
      });
      if (!this.#summaries.has(id)) this.#summaries.set(id, summary);
      setTimeout(() => (transcript.live = true), HISTORY_MS);
    } catch (error) {
      const lost = ["offline", "timeout"].includes(errorCode(error));
      transcript.watched = lost;
    }
    this.changed();
  }

  /** Stops following a conversation that is neither open nor the agent's. */
  #drop(id: string): void {
    const transcript = this.transcript(id);
    const own = [...this.mine, ...this.offers].some((chat) => chat.conversation === id);
    if (!transcript.watched || own) return;
    transcript.watched = false;
    this.socket.request("unwatch", { conversation: id }).catch(() => undefined);
  }

  #received(frame: Frame): void {
    const push = frame as unknown as AgentPush;
    if (push.type === "hello") Object.assign(this, { agent: push.agent, teams: push.teams ?? [] });
    else if (push.type === "desk") this.#deskChanged(push);
    else if (push.type === "event") this.#happened(push);
    else if (push.type === "seen") this.#seen(push);
    else if (push.type === "typing") this.#typing(push.conversation);
    this.changed();
  }

  #deskChanged(push: Extract<AgentPush, { type: "desk" }>): void {
    const before = new Set(this.queue.map((chat) => chat.conversation));
    const fresh = push.queue.filter((chat) => !before.has(chat.conversation));
    const left = [...this.mine, ...this.offers].filter((chat) => chat.conversation !== this.selected);
    const offers = push.offers ?? [];
    const offered = new Set(this.offers.map((chat) => chat.conversation));
    Object.assign(this, { queue: push.queue, mine: push.mine, queueLength: push.queue_length });
    Object.assign(this, { offers, me: push.me ?? null, team: push.team ?? [] });
    Object.assign(this, { others: push.others ?? [], othersCount: push.others_length ?? 0 });
    for (const chat of [...push.queue, ...this.others, ...offers, ...push.mine]) {
      this.#summaries.set(chat.conversation, chat);
    }
    for (const chat of [...push.mine, ...offers]) void this.#watch(chat.conversation);
    for (const chat of left) this.#drop(chat.conversation);
    const asked = offers.filter((chat) => !offered.has(chat.conversation));
    const ids = new Set(offers.map((chat) => chat.conversation));
    if (this.known) {
      fresh.filter((chat) => !ids.has(chat.conversation)).forEach((chat) => this.desk.waiting(chat));
    }
    for (const chat of asked) {
      setTimeout(() => this.desk.offered(chat), chat.owner === "agent" ? NOTE_MS : 0);
    }
    for (const { conversation } of push.mine) this.#report(conversation);
    if (this.selected) this.#report(this.selected);
    this.known = true;
  }

  #happened({ conversation, event }: Extract<AgentPush, { type: "event" }>): void {
    const transcript = this.transcript(conversation);
    if (!transcript.add(event)) return;
    if (conversation === this.selected && !document.hidden) transcript.markRead();
    if (event.type !== "message") this.#reading.again(conversation);
    this.#report(conversation);
    const summary = this.#summaries.get(conversation);
    if (transcript.live && summary && event.type === "message" && event.role === "customer") {
      this.desk.said(summary, event.text);
    }
  }

  #seen({ conversation, customer, agent }: Extract<AgentPush, { type: "seen" }>): void {
    this.transcript(conversation).takeSeen({ customer, agent });
    this.#reading.known(conversation, agent);
    this.#report(conversation);
  }

  #typing(id: string): void {
    const transcript = this.transcript(id);
    transcript.customerTypes();
    setTimeout(() => this.changed(), transcript.typingLeft + 50);
  }
}
