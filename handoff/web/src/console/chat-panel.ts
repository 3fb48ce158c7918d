/** The open conversation: who has it, what can be done with it, its transcript, the reply box. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../shared/app-shell-confirm";
import type { ConfirmDialog } from "../shared/app-shell-confirm";
import { emit, say } from "../shared/app-shell-emit";
import { Follow } from "../shared/app-shell-store";
import { explain } from "../shared/rest-errors";
import { panelStyles } from "./chat-panel-styles";
import "./chat-summary";
import { summaryOf } from "./chat-summary";
import "./chat-transcript";
import type { ConsoleStore, Standing } from "./console-store";
import "./reply-box";
import type { ReplyBox } from "./reply-box";
import "./transfer-dialog";
import type { Transfer, TransferDialog } from "./transfer-dialog";

type Action =
  | "hand_back"
  | "close"
  | "join"
  | "leave"
  | "take_over"
  | "take_back"
  | Transfer["type"];

/** What is said once it is done; nothing where the chat shows it. */
const DONE: Partial<Record<Action, (name: string) => string>> = {
  hand_back: (name) => `${name} is with the bot again.`,
  close: (name) => `The chat with ${name} is closed.`,
  transfer_to_team: (name) => `The chat with ${name} is passed on.`,
  take_back: (name) => `The chat with ${name} stays with you.`,
};

/** Where a conversation is, in two or three words. */
export function holderOf(standing: Standing): string {
  if (standing.mine) return "With you";
  if (standing.owner === "queue") return "Waiting in the queue";
  if (standing.owner === "agent") return `With ${standing.agentName ?? "a colleague"}`;
  return standing.owner === "closed" ? "Closed" : "With the bot";
}

/** Emits `claim-chat`, `show-list`, `show-facts` and `say` ({text, variant}) for a toast. */
@customElement("chat-panel")
export class ChatPanel extends LitElement {
  static override styles = panelStyles;

  @property({ attribute: false }) store!: ConsoleStore;
  @property() conversation = "";
  @property() claiming: string | null = null;
  @state() private busy: Action | null = null;
  @query("confirm-dialog") private confirm!: ConfirmDialog;
  @query("transfer-dialog") private passOn!: TransferDialog;
  @query("reply-box") private box!: ReplyBox;
  #writeIn: string | null = null;

  constructor() {
    super();
    new Follow(this, () => this.store);
  }

  /** Puts the cursor into the reply box of `conversation` as soon as it is the agent's. */
  write(conversation: string): void {
    this.#writeIn = conversation;
    this.requestUpdate();
  }

  override updated(): void {
    const id = this.#writeIn;
    if (id !== this.conversation || !this.store.standing(id).mine) return;
    this.#writeIn = null;
    void this.box.updateComplete.then(() => this.box.focus());
  }

  get #name(): string {
    return this.store.summary(this.conversation)?.customer || "Customer";
  }

  async #do(action: Action, fields: Record<string, unknown> = {}): Promise<void> {
    const [id, name] = [this.conversation, this.#name];
    this.busy = action;
    try {
      await this.store.act(action, id, fields);
      const done = DONE[action]?.(name);
      if (done) say(this, done, "success");
    } catch (error) {
      say(this, explain(error), "danger");
    } finally {
      this.busy = null;
    }
  }

  async #close(): Promise<void> {
    const yes = await this.confirm.ask({
      heading: `Close the chat with ${this.#name}?`,
      text: "The customer sees that the chat has ended. If they write again, the bot answers.",
      confirm: "Close chat",
    });
    if (yes) await this.#do("close");
  }

  #send(text: string): void {
    this.store.transcript(this.conversation).draft = "";
    this.store.replies.send(this.conversation, text);
  }

  async #note(text: string): Promise<void> {
    const id = this.conversation;
    try {
      await this.store.replies.note(id, text);
      const transcript = this.store.transcript(id);
      if (transcript.draft.trim() === text) transcript.draft = "";
      this.requestUpdate();
    } catch (error) {
      say(this, explain(error), "danger");
    }
  }

  #draft(text: string): void {
    this.store.transcript(this.conversation).draft = text;
    if (text.trim() && !this.box.noting) this.store.replies.typing(this.conversation);
    this.requestUpdate();
  }

  #actions(standing: Standing) {
    if (standing.owner === "queue") {
      return html`<wa-button
        size="s"
        variant="brand"
        ?loading=${this.claiming === this.conversation}
        @click=${() => emit(this, "claim-chat", this.conversation)}
      >
        <wa-icon slot="start" name="hand"></wa-icon>Claim
      </wa-button>`;
    }
    if (!standing.mine) return this.#supervision(standing);
    return html`${this.#passing()}
      <wa-button
        size="s"
        appearance="outlined"
        ?loading=${this.busy === "hand_back"}
        @click=${() => this.#do("hand_back")}
      >
        <wa-icon slot="start" name="robot"></wa-icon>Hand back<span class="wide"> to bot</span>
      </wa-button>
      <wa-button
        size="s"
        appearance="outlined"
        ?loading=${this.busy === "close"}
        @click=${() => this.#close()}
      >
        <wa-icon slot="start" name="check"></wa-icon>Close<span class="wide"> chat</span>
      </wa-button>`;
  }

  /** Passes the chat on, or takes back that a colleague was asked. */
  #passing() {
    const offer = this.store.summary(this.conversation)?.offer;
    return html`<wa-button
      size="s"
      appearance="outlined"
      ?loading=${this.busy === "take_back"}
      @click=${() => (offer ? this.#do("take_back") : this.passOn.open())}
    >
      <wa-icon slot="start" name=${offer ? "arrow-uturn-left" : "users"}></wa-icon>${offer
        ? html`Take back<span class="wide"> from ${offer.name}</span>`
        : "Pass on"}
    </wa-button>`;
  }

  /** What a supervisor can do about a colleague's chat. */
  #supervision({ owner, guest }: Standing) {
    if (!this.store.supervises || owner !== "agent") return nothing;
    const button = (action: Action, text: string) => html`<wa-button
      size="s"
      appearance="outlined"
      ?loading=${this.busy === action}
      @click=${() => this.#do(action)}
    >
      ${text}
    </wa-button>`;
    return html`${guest ? button("leave", "Leave") : button("join", "Join")}
    ${button("take_over", "Take over")}`;
  }

  #why(standing: Standing): string {
    if (standing.owner === "queue") return "Claim this chat to reply.";
    if (standing.owner === "agent") return `${standing.agentName ?? "A colleague"} has this chat.`;
    if (standing.owner === "closed") return "This chat is closed.";
    return "The bot has this chat.";
  }

  #header(standing: Standing) {
    return html`<header>
      <wa-button
        class="back"
        size="s"
        appearance="plain"
        @click=${() => emit(this, "show-list")}
      >
        <wa-icon name="arrow-left" label="Back to the list"></wa-icon>
      </wa-button>
      <div class="grow">
        <h2>${this.#name}</h2>
        <p class="quiet">${holderOf(standing)}</p>
      </div>
      ${this.#actions(standing)}
      <wa-button
        class="facts"
        size="s"
        appearance="plain"
        @click=${() => emit(this, "show-facts")}
      >
        <wa-icon name="circle-info" label="About this chat"></wa-icon>
      </wa-button>
    </header>`;
  }

  override render() {
    const standing = this.store.standing(this.conversation);
    const transcript = this.store.transcript(this.conversation);
    const summary = summaryOf(transcript.events);
    return html`${this.#header(standing)}
      <div>${summary ? html`<chat-summary .summary=${summary}></chat-summary>` : nothing}</div>
      <chat-transcript
        conversation=${this.conversation}
        customer=${this.#name}
        me=${this.store.agent.id}
        .events=${transcript.events}
        .outgoing=${[...transcript.outgoing]}
        version=${transcript.events.length}
        .receipts=${transcript.receipts}
        ?typing=${transcript.typingLeft > 0}
        @retry-reply=${(event: CustomEvent<string>) =>
          this.store.replies.retry(this.conversation, event.detail)}
        @discard-reply=${(event: CustomEvent<string>) =>
          this.store.replies.discard(this.conversation, event.detail)}
      ></chat-transcript>
      <reply-box
        chat=${this.conversation}
        ?enabled=${standing.mine || standing.guest}
        ?notes=${standing.owner === "agent" && (standing.mine || this.store.supervises)}
        @note=${(event: CustomEvent<string>) => this.#note(event.detail)}
        why=${this.#why(standing)}
        draft=${transcript.draft}
        @draft=${(event: CustomEvent<string>) => this.#draft(event.detail)}
        @send=${(event: CustomEvent<string>) => this.#send(event.detail)}
      ></reply-box>
      <transfer-dialog
        .team=${this.store.team}
        .teams=${this.store.teams}
        me=${this.store.agent.id}
        customer=${this.#name}
        @transfer=${({ detail }: CustomEvent<Transfer>) => this.#do(detail.type, detail.fields)}
      ></transfer-dialog>
      <confirm-dialog></confirm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-panel": ChatPanel;
  }
}
