/** A question with two answers, asked before something that cannot be taken back. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { LitElement, html } from "lit";
import { customElement, query, state } from "lit/decorators.js";

/** What the dialog says. */
export interface Question {
  heading: string;
  text: string;
  confirm: string;
  cancel?: string;
  danger?: boolean;
}

@customElement("confirm-dialog")
export class ConfirmDialog extends LitElement {
  @state() private question: Question | null = null;
  @query("wa-dialog") private dialog!: WaDialog;
  #answer: ((yes: boolean) => void) | null = null;

  /** Asks and resolves to true only if the person confirmed. */
  async ask(question: Question): Promise<boolean> {
    this.#settle(false);
    this.question = question;
    await this.updateComplete;
    this.dialog.open = true;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  #settle(yes: boolean): void {
    this.#answer?.(yes);
    this.#answer = null;
  }

  #confirm(): void {
    this.#settle(true);
    this.dialog.open = false;
  }

  override render() {
    const q = this.question;
    return html`<wa-dialog
      label=${q?.heading ?? "Please confirm"}
      @wa-hide=${(event: Event) => event.target === this.dialog && this.#settle(false)}
    >
      <p>${q?.text}</p>
      <wa-button slot="footer" appearance="plain" autofocus data-dialog="close">
        ${q?.cancel ?? "Cancel"}
      </wa-button>
      <wa-button
        slot="footer"
        variant=${q?.danger ? "danger" : "brand"}
        @click=${() => this.#confirm()}
      >
        ${q?.confirm}
      </wa-button>
    </wa-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "confirm-dialog": ConfirmDialog;
  }
}
