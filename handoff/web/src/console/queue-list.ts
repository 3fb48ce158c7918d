/** A list of conversations: waiting, the agent's own, or colleagues'. Arrow keys move between them. */

import "@awesome.me/webawesome/dist/components/skeleton/skeleton.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { step } from "../shared/app-shell-steps";
import { baseStyles } from "../shared/app-shell-styles";
import type { Summary } from "../shared/protocol";
import "./chat-card";

@customElement("queue-list")
export class QueueList extends LitElement {
  static override styles = [
    baseStyles,
    css`
      h2 {
        display: flex;
        align-items: center;
        gap: var(--wa-space-xs);
        position: sticky;
        top: 0;
        z-index: 1;
        padding: var(--wa-space-s) var(--wa-space-m);
        background: var(--wa-color-surface-lowered);
        border-bottom: 1px solid var(--wa-color-surface-border);
        font-size: var(--wa-font-size-s);
      }
      wa-skeleton {
        margin: var(--wa-space-m);
      }
    `,
  ];

  @property() heading = "";
  /** `queue` shows places, waiting times, reasons and Claim; `mine` unread marks; `others` who has it. */
  @property() kind: "queue" | "mine" | "others" = "queue";
  @property({ attribute: false }) chats: Summary[] = [];
  /** How many there are in all; the gateway may send only the first ones. */
  @property({ type: Number }) count = 0;
  @property() selected: string | null = null;
  @property() claiming: string | null = null;
  @property({ attribute: false }) unread: (id: string) => number = () => 0;
  /** False while nothing is known yet. */
  @property({ type: Boolean }) ready = false;
  @state() private focused: string | null = null;

  get #current(): string | undefined {
    const ids = this.chats.map((chat) => chat.conversation);
    return [this.focused, this.selected].find((id) => id && ids.includes(id)) ?? ids[0];
  }

  #move(event: KeyboardEvent): void {
    const at = this.chats.findIndex((chat) => chat.conversation === this.#current);
    const next = step(event.key, at, this.chats.length);
    if (next === null) return;
    event.preventDefault();
    this.focused = this.chats[next]!.conversation;
    void this.updateComplete.then(() => this.renderRoot.querySelectorAll("chat-card")[next]?.focus());
  }

  #card(chat: Summary, index: number) {
    const id = chat.conversation;
    return html`<li>
      <chat-card
        .chat=${chat}
        position=${this.kind === "queue" ? index + 1 : 0}
        holder=${(this.kind === "others" && chat.agent_name) || ""}
        unread=${this.unread(id)}
        ?selected=${id === this.selected}
        ?claiming=${id === this.claiming}
        ?current=${id === this.#current}
        @focusin=${() => (this.focused = id)}
      ></chat-card>
    </li>`;
  }

  #body() {
    if (!this.ready) return html`<wa-skeleton effect="sheen"></wa-skeleton>`;
    if (!this.chats.length) return html`<p class="empty"><slot></slot></p>`;
    return html`<ul @keydown=${(event: KeyboardEvent) => this.#move(event)}>
        ${repeat(this.chats, (chat) => chat.conversation, (chat, index) => this.#card(chat, index))}
      </ul>
      ${this.count > this.chats.length
        ? html`<p class="empty">and ${this.count - this.chats.length} more${this.kind === "queue" ? " behind them" : ""}</p>`
        : nothing}`;
  }

  override render() {
    return html`<section aria-label=${this.heading}>
      <h2>
        ${this.heading}
        <span class="chip count">${this.count}</span>
      </h2>
      ${this.#body()}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "queue-list": QueueList;
  }
}
