/** One conversation in the lists at the left. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import { LitElement, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { emit } from "../shared/app-shell-emit";
import { elapsed, elapsedInWords } from "../shared/app-shell-time";
import type { Summary } from "../shared/protocol";
import { cardStyles } from "./chat-card-styles";
import { reasonLook } from "./reasons";
import { Ticker } from "./ticker";

const NORMAL_PRIORITY = 5;

/** Emits `open-chat` and, from a waiting chat, `claim-chat`; both with the conversation id as detail. */
@customElement("chat-card")
export class ChatCard extends LitElement {
  static override styles = cardStyles;

  @property({ attribute: false }) chat!: Summary;
  /** Place in the queue, from 1; 0 for the agent's own chats. */
  @property({ type: Number }) position = 0;
  @property({ type: Number }) unread = 0;
  /** The colleague who has it; "" where that goes without saying. */
  @property() holder = "";
  @property({ type: Boolean, reflect: true }) selected = false;
  @property({ type: Boolean }) claiming = false;
  /** Whether the Tab key stops at this card; arrow keys reach the others. */
  @property({ type: Boolean }) current = false;
  @query("button") private button!: HTMLButtonElement;

  constructor() {
    super();
    new Ticker(this);
  }

  override updated(changes: PropertyValues<this>): void {
    if (changes.has("selected") && this.selected) this.scrollIntoView({ block: "nearest" });
  }

  override focus(): void {
    this.button.focus();
  }

  #waiting() {
    const since = this.chat.waiting_since;
    if (!this.position || since === null) return nothing;
    const now = Date.now();
    return html`<span class="time">
      <span aria-hidden="true">${elapsed(since, now)}</span>
      <span class="unseen">waiting for ${elapsedInWords(since, now)}</span>
    </span>`;
  }

  #marks() {
    const urgent = this.position && this.chat.priority > NORMAL_PRIORITY;
    return html`${urgent
      ? html`<wa-icon name="flame" label="High priority" class="urgent"></wa-icon>`
      : nothing}
    ${this.unread
      ? html`<span class="chip count loud">
          ${this.unread}<span class="unseen">
            unread ${this.unread === 1 ? "message" : "messages"}</span
          >
        </span>`
      : nothing}`;
  }

  #reasons() {
    if (!this.position) return nothing;
    return html`<span class="reasons">
      ${this.chat.reasons.map(({ code }) => {
        const look = reasonLook(code);
        return html`<span class="chip ${look.variant}">${look.text}</span>`;
      })}
    </span>`;
  }

  #claim() {
    if (!this.position) return nothing;
    return html`<wa-button
      class="claim"
      size="xs"
      variant="brand"
      tabindex=${this.current ? 0 : -1}
      ?loading=${this.claiming}
      @click=${() => emit(this, "claim-chat", this.chat.conversation)}
    >
      Claim<span class="unseen"> ${this.chat.customer}</span>
    </wa-button>`;
  }

  override render() {
    return html`<button
        type="button"
        class="entry"
        tabindex=${this.current ? 0 : -1}
        aria-current=${this.selected ? "true" : "false"}
        @click=${() => emit(this, "open-chat", this.chat.conversation)}
      >
        <span class="top">
          <span class="name">
            ${this.position ? html`<span class="place">${this.position}.</span>` : nothing}
            ${this.chat.customer || "Customer"}
          </span>
          ${this.#marks()} ${this.#waiting()}
        </span>
        ${this.holder ? html`<span class="holder">With ${this.holder}</span>` : nothing}
        <span class="preview">${this.chat.preview || "No message yet"}</span>
        ${this.#reasons()}
      </button>
      ${this.#claim()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-card": ChatCard;
  }
}
