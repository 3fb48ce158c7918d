/** The console's part of the top bar: claim the next chat, notifications. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/tooltip/tooltip.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { emit, say } from "../shared/app-shell-emit";
import { baseStyles } from "../shared/app-shell-styles";
import type { AgentState } from "../shared/protocol";
import { Notifier } from "./notifier";
import "./status-menu";

/** Emits `claim-next` and `say` ({text, variant}) for a toast. */
@customElement("desk-bar")
export class DeskBar extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--wa-space-xs);
      }
    `,
  ];

  @property({ type: Number }) waiting = 0;
  @property({ attribute: false }) notifier!: Notifier;
  @property({ attribute: false }) me: AgentState | null = null;
  @state() private turns = 0;

  async #toggle(): Promise<void> {
    const state = await this.notifier.toggle();
    this.turns++;
    const text = {
      on: "You will be notified of new chats while this page is in the background.",
      off: "Notifications are off.",
      blocked: "Your browser blocks notifications for this page. Allow them in its settings.",
      unsupported: "This browser has no notifications.",
    }[state];
    say(this, text, state === "on" ? "success" : "neutral");
  }

  #notify() {
    const state = this.notifier.state;
    if (state === "unsupported") return nothing;
    const text = state === "on" ? "Notifications on" : "Notify me";
    return html`<wa-button class="long" size="s" appearance="plain" @click=${() => this.#toggle()}>
        <wa-icon slot="start" name="bell"></wa-icon>${text}
      </wa-button>
      <wa-button class="short" size="s" appearance="plain" @click=${() => this.#toggle()}>
        <wa-icon name="bell" label=${text}></wa-icon>
      </wa-button>`;
  }

  override render() {
    return html`<wa-button
        id="next"
        size="s"
        variant="brand"
        appearance="outlined"
        ?disabled=${!this.waiting}
        @click=${() => emit(this, "claim-next")}
      >
        Claim next
      </wa-button>
      <wa-tooltip for="next">Takes the first waiting chat (Alt+Shift+C)</wa-tooltip>
      ${this.#notify()}
      ${this.me ? html`<status-menu .me=${this.me}></status-menu>` : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "desk-bar": DeskBar;
  }
}
