/** Asks to whom a chat goes: a team, or an agent who is asked first or gets it at once. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { baseStyles } from "../shared/app-shell-styles";
import type { AgentState, Team } from "../shared/protocol";
import { STATUS_NAMES } from "./status-menu";

const MAX_NOTE = 500;

/** A command of the agents' socket, without the conversation. */
export interface Transfer {
  type: "transfer_to_team" | "transfer_to_agent";
  fields: Record<string, unknown>;
}

/** Emits `transfer` with a `Transfer` as detail. */
@customElement("transfer-dialog")
export class TransferDialog extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .fields {
        display: grid;
        gap: var(--wa-space-m);
      }
    `,
  ];

  @property({ attribute: false }) team: AgentState[] = [];
  @property({ attribute: false }) teams: Team[] = [];
  /** The agent of this page, who is no choice. */
  @property() me = "";
  @property() customer = "";
  @state() private to = "";
  @state() private warm = true;
  @state() private note = "";
  @query("wa-dialog") private dialog!: WaDialog;

  open(): void {
    [this.to, this.warm, this.note] = ["", true, ""];
    this.dialog.open = true;
  }

  #send(): void {
    const [kind, id] = this.to.split(/:(.*)/s);
    if (!id) return;
    const note = this.note.trim();
    const detail: Transfer =
      kind === "team"
        ? { type: "transfer_to_team", fields: { team: id, note } }
        : { type: "transfer_to_agent", fields: { agent: id, note, warm: this.warm } };
    this.dialog.open = false;
    this.dispatchEvent(new CustomEvent("transfer", { detail }));
  }

  #agent(agent: AgentState) {
    const full = agent.load >= agent.capacity;
    const state = agent.status === "available" ? (full ? "no room" : "") : STATUS_NAMES[agent.status];
    return html`<wa-option value=${`agent:${agent.id}`} ?disabled=${Boolean(state)}>
      ${agent.name}${state ? ` (${state.toLowerCase()})` : nothing}
    </wa-option>`;
  }

  override render() {
    const others = this.team.filter((agent) => agent.id !== this.me);
    return html`<wa-dialog label=${`Pass on the chat with ${this.customer}`}>
      <div class="fields">
        <wa-select
          label="To"
          placeholder="Choose a team or a colleague"
          .value=${this.to}
          @change=${(event: Event) => (this.to = String((event.target as HTMLInputElement).value ?? ""))}
        >
          ${this.teams.map(
            (team) => html`<wa-option value=${`team:${team.name}`}>Team ${team.title}</wa-option>`,
          )}
          ${others.map((agent) => this.#agent(agent))}
        </wa-select>
        ${this.to.startsWith("agent:")
          ? html`<wa-checkbox
              ?checked=${this.warm}
              hint="The chat stays with you until your colleague accepts."
              @change=${(event: Event) => (this.warm = (event.target as HTMLInputElement).checked)}
            >
              Ask first
            </wa-checkbox>`
          : nothing}
        <wa-textarea
          label="Note"
          hint="Only the team sees it."
          rows="2"
          maxlength=${MAX_NOTE}
          .value=${this.note}
          @input=${(event: Event) => (this.note = (event.target as HTMLTextAreaElement).value)}
        ></wa-textarea>
      </div>
      <wa-button slot="footer" appearance="plain" data-dialog="close">Cancel</wa-button>
      <wa-button slot="footer" variant="brand" ?disabled=${!this.to} @click=${() => this.#send()}>
        Pass on
      </wa-button>
    </wa-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "transfer-dialog": TransferDialog;
  }
}
