/** The whole conversation: messages of all three sides, changes of owner, unsent replies. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import { LitElement, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { emit } from "../shared/app-shell-emit";
import { clockTime, dayKey, dayName, fullTime } from "../shared/app-shell-time";
import type { ConversationEvent, SaidEvent } from "../shared/protocol";
import { errorText } from "../shared/rest-errors";
import { richHtml } from "../shared/rich-html";
import { transcriptStyles } from "./chat-transcript-styles";
import { LOST } from "./replies";
import type { Outgoing } from "./transcript";
import { holderAt, senderOf, systemLine } from "./transcript-line";

const NEAR_END_PX = 80;
const SAME_BREATH_MS = 180_000;

/** Emits `retry-reply` and `discard-reply` with the reply's client id as detail. */
@customElement("chat-transcript")
export class ChatTranscript extends LitElement {
  static override styles = transcriptStyles;

  @property() conversation = "";
  @property() customer = "";
  /** The agent of this page. */
  @property() me = "";
  @property({ attribute: false }) events: ConversationEvent[] = [];
  @property({ attribute: false }) outgoing: Outgoing[] = [];
  /** Changes with every event, so that the list is drawn anew. */
  @property({ type: Number }) version = 0;
  /** What became of the team's messages, by their ids. */
  @property({ attribute: false }) receipts: ReadonlyMap<string, string> = new Map();
  @property({ type: Boolean }) typing = false;
  @state() private below = false;
  @query(".log") private log!: HTMLElement;
  #follow = true;
  #shown = "";
  /** The reply box grows and takes room from the transcript. */
  readonly #resized = new ResizeObserver(() => this.#follow && this.#toEnd());

  override firstUpdated(): void {
    this.#resized.observe(this.log);
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has("conversation")) this.#follow = true;
    if (changes.has("outgoing") && this.outgoing.length) this.#follow = true;
  }

  override updated(): void {
    const unsent = this.outgoing.map((reply) => reply.failed);
    const last = [this.conversation, this.events.at(-1)?.id, unsent, this.typing].join("/");
    if (last === this.#shown) return;
    this.#shown = last;
    if (this.#follow) this.#toEnd();
    else this.below = true;
  }

  /** At once: while a smooth scroll is under way the end looks far off, and following would stop. */
  #toEnd(): void {
    this.log.scrollTop = this.log.scrollHeight;
    this.below = false;
    this.#follow = true;
  }

  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.log;
    this.#follow = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#follow) this.below = false;
  }

  /** True if the message needs no label because the same side spoke just before it. */
  #continues(event: SaidEvent, before: ConversationEvent | undefined): boolean {
    return (
      before?.type === "message" &&
      before.role === event.role &&
      before.name === event.name &&
      event.at - before.at < SAME_BREATH_MS
    );
  }

  #sender(event: SaidEvent, index: number): string {
    const own = event.role === "agent" && holderAt(this.events, index) === this.me;
    return own ? "You" : senderOf(event, this.customer);
  }

  #extras(event: SaidEvent) {
    return html`${event.sources?.length
      ? html`<p class="extra">From: ${event.sources.map((source) => source.title).join(", ")}</p>`
      : nothing}
    ${event.buttons?.length
      ? html`<p class="extra">
          Offered: ${event.buttons.map((button) => html`<span class="pill">${button.title}</span>`)}
        </p>`
      : nothing}`;
  }

  #receipt(id: string) {
    const receipt = this.receipts.get(id);
    return receipt ? html`<p class="extra receipt">${receipt}</p>` : nothing;
  }

  #message(event: SaidEvent, index: number) {
    const label = this.#continues(event, this.events[index - 1]) ? "unseen" : "label";
    return html`<li class="message ${event.role}">
      <p class=${label}>
        ${event.role === "bot" ? html`<wa-icon name="robot"></wa-icon>` : nothing}
        <span>${this.#sender(event, index)}</span>
        <time title=${fullTime(event.at)}>${clockTime(event.at)}</time>
      </p>
      ${event.role === "bot" && event.html
        ? html`<div class="bubble rich">
            ${guard([event.html], () => unsafeHTML(richHtml(event.html!)))}
          </div>`
        : html`<div class="bubble plain">${event.text}</div>`}
      ${this.#extras(event)} ${this.#receipt(event.id)}
    </li>`;
  }

  #system(event: Exclude<ConversationEvent, SaidEvent>) {
    const line = systemLine(event, this.me);
    if (!line) return nothing;
    return html`<li class="system ${event.type === "note" ? "note" : ""}">
      <span class="line">${line}</span>
      <time title=${fullTime(event.at)}>${clockTime(event.at)}</time>
    </li>`;
  }

  #entry(event: ConversationEvent, index: number) {
    const before = this.events[index - 1];
    const newDay = !before || dayKey(before.at) !== dayKey(event.at);
    return html`${newDay ? html`<li class="day">${dayName(event.at, Date.now())}</li>` : nothing}
    ${event.type === "message" ? this.#message(event, index) : this.#system(event)}`;
  }

  #unsent(reply: Outgoing) {
    const { clientId } = reply;
    if (!reply.failed) {
      return html`<li class="message agent pending">
        <div class="bubble plain">${reply.text}</div>
        <p class="extra">Sending…</p>
      </li>`;
    }
    return html`<li class="message agent failed">
      <div class="bubble plain">${reply.text}</div>
      <p class="extra error" role="alert">
        ${LOST.includes(reply.failed)
          ? "Not sent yet. It goes out when the line is back."
          : `Not sent. ${errorText(reply.failed)}`}
      </p>
      <p class="row">
        <wa-button size="xs" @click=${() => emit(this, "retry-reply", clientId)}>
          Send again
        </wa-button>
        <wa-button
          size="xs"
          appearance="plain"
          @click=${() => emit(this, "discard-reply", clientId)}
        >
          Discard
        </wa-button>
      </p>
    </li>`;
  }

  override render() {
    return html`<div
        class="log"
        role="log"
        aria-live="off"
        aria-label=${`Conversation with ${this.customer}`}
        tabindex="0"
        @scroll=${() => this.#scrolled()}
      >
        <ol>
          ${repeat(this.events, (event) => event.id, (event, index) => this.#entry(event, index))}
          ${repeat(this.outgoing, (reply) => reply.clientId, (reply) => this.#unsent(reply))}
        </ol>
        <p class="typing">${this.typing ? `${this.customer} is typing…` : nothing}</p>
      </div>
      ${this.below
        ? html`<wa-button class="below" size="s" pill variant="brand" @click=${() => this.#toEnd()}>
            <wa-icon slot="start" name="chevron-down"></wa-icon>New messages
          </wa-button>`
        : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-transcript": ChatTranscript;
  }
}
