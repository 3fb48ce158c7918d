/** What is offered to the agent, each with the time that is left to accept it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { emit } from "../shared/app-shell-emit";
import { baseStyles } from "../shared/app-shell-styles";
import type { Summary } from "../shared/protocol";
import { reasonTexts } from "./reasons";
import { Ticker } from "./ticker";

/** A colleague who asks the agent to take over, and why. */
export interface PassedOn {
  name: string;
  note: string;
}

/** "Jonas asks you to take over: “Knows the stock”." */
export function askedBy(from: PassedOn | null): string {
  if (!from) return "";
  return `${from.name} asks you to take over${from.note ? `: “${from.note}”` : "."}`;
}

/** Emits `accept-offer`, `decline-offer` and `open-chat`, each with the conversation id. */
@customElement("offer-list")
export class OfferList extends LitElement {
  static override styles = [
    baseStyles,
    css`
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-2xs) var(--wa-space-m);
        padding: var(--wa-space-xs) var(--wa-space-m);
        border-bottom: 1px solid var(--wa-color-surface-border);
        background: var(--wa-color-brand-fill-quiet);
        color: var(--wa-color-text-normal);
      }
      .what {
        flex: 1 1 14rem;
        min-width: 0;
      }
      .asks {
        overflow-wrap: anywhere;
      }
      .what .small {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      h2 {
        font-size: var(--wa-font-size-s);
      }
      .left {
        min-width: 3.2em;
        text-align: end;
        font-variant-numeric: tabular-nums;
        font-weight: var(--wa-font-weight-semibold);
      }
    `,
  ];

  @property({ attribute: false }) offers: Summary[] = [];
  /** The colleague an offer comes from, if it comes from one. */
  @property({ attribute: false }) passedOn: (chat: Summary) => PassedOn | null = () => null;
  @property({ attribute: false }) busy: string | null = null;

  constructor() {
    super();
    new Ticker(this);
  }

  #offer(chat: Summary) {
    const id = chat.conversation;
    const asks = askedBy(this.passedOn(chat));
    const left = Math.max(0, Math.ceil(((chat.offer?.until ?? 0) - Date.now()) / 1000));
    return html`<li>
      <div class="what">
        <h2>${chat.customer || "Customer"}</h2>
        ${asks ? html`<p class="asks">${asks}</p>` : nothing}
        <p class="small">${reasonTexts(chat.reasons)}${chat.preview ? ` · ${chat.preview}` : nothing}</p>
      </div>
      <div class="row">
        <span class="left" aria-hidden="true">${left} s</span>
        <wa-button size="s" appearance="plain" @click=${() => emit(this, "open-chat", id)}>
          Read<span class="unseen"> the chat with ${chat.customer}</span>
        </wa-button>
        <wa-button size="s" appearance="outlined" @click=${() => emit(this, "decline-offer", id)}>
          Decline<span class="unseen"> ${chat.customer}</span>
        </wa-button>
        <wa-button
          size="s"
          variant="brand"
          ?loading=${this.busy === id}
          @click=${() => emit(this, "accept-offer", id)}
        >
          Accept<span class="unseen"> ${chat.customer}</span>
        </wa-button>
      </div>
    </li>`;
  }

  override render() {
    if (!this.offers.length) return nothing;
    return html`<section aria-label="Offered to you">
      <ul>
        ${repeat(this.offers, (chat) => chat.conversation, (chat) => this.#offer(chat))}
      </ul>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "offer-list": OfferList;
  }
}
