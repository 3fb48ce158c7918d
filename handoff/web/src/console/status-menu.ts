/** The agent's own status: whether new chats may come, how many there are, and the wrap-up. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { emit } from "../shared/app-shell-emit";
import { baseStyles } from "../shared/app-shell-styles";
import { elapsed } from "../shared/app-shell-time";
import type { AgentState, AgentStatus } from "../shared/protocol";
import { Ticker } from "./ticker";

/** A choice of the menu. */
export interface StatusChoice {
  status: AgentStatus;
  reason: string;
}

export const STATUS_NAMES: Record<AgentStatus, string> = {
  available: "Available",
  away: "Away",
  break: "Break",
  offline: "Offline",
};

const CHOICES: StatusChoice[] = [
  { status: "available", reason: "" },
  { status: "away", reason: "" },
  { status: "away", reason: "meeting" },
  { status: "away", reason: "training" },
  { status: "break", reason: "" },
  { status: "break", reason: "lunch" },
  { status: "offline", reason: "" },
];

/** "Away: meeting" */
function named({ status, reason }: StatusChoice): string {
  return reason ? `${STATUS_NAMES[status]}: ${reason}` : STATUS_NAMES[status];
}

/** Emits `set-status` with a `StatusChoice`. */
@customElement("status-menu")
export class StatusMenu extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .dot {
        width: 0.7em;
        height: 0.7em;
        border-radius: 50%;
        background: var(--wa-color-neutral-fill-loud);
      }
      .dot.available {
        background: var(--wa-color-success-fill-loud);
      }
      .dot.away,
      .dot.break {
        background: var(--wa-color-warning-fill-loud);
      }
      .load {
        margin-inline-start: var(--wa-space-2xs);
        color: var(--wa-color-text-quiet);
      }
      @media (max-width: 600px) {
        .load {
          display: none;
        }
        .name {
          position: absolute;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  @property({ attribute: false }) me!: AgentState;

  constructor() {
    super();
    new Ticker(this);
  }

  #load() {
    const { load, capacity, wrap_until } = this.me;
    const now = Date.now();
    if (wrap_until && wrap_until > now) return html`wrap-up ${elapsed(now, wrap_until)}`;
    return html`${load} of ${capacity} chats`;
  }

  override render() {
    const { status, reason } = this.me;
    return html`<wa-dropdown
      placement="bottom-end"
      @wa-select=${(event: CustomEvent<{ item: { value: string } }>) =>
        emit(this, "set-status", CHOICES[Number(event.detail.item.value)])}
    >
      <wa-button slot="trigger" size="s" appearance="plain" with-caret>
        <span slot="start" class="dot ${status}"></span>
        <span class="unseen">Your status: </span>
        <span class="name">${named({ status, reason })}</span>
        <span class="load">${this.#load()}</span>
      </wa-button>
      ${CHOICES.map(
        (choice, index) => html`<wa-dropdown-item value=${index}>
          <span slot="icon" class="dot ${choice.status}"></span>${named(choice)}
          ${choice.status === status && choice.reason === reason
            ? html`<span class="unseen">, your status now</span>`
            : nothing}
        </wa-dropdown-item>`,
      )}
    </wa-dropdown>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "status-menu": StatusMenu;
  }
}
