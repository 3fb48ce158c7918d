/** Where the agent writes: Enter sends, Shift+Enter starts a new line. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import type WaTextarea from "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { baseStyles } from "../shared/app-shell-styles";
import { MAX_TEXT } from "../shared/protocol";

const WARN_LEFT = 300;

/** Emits `draft` (every change), `send` and, for a note, `note`, each with the text as detail. */
@customElement("reply-box")
export class ReplyBox extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        padding: var(--wa-space-s) var(--wa-space-m);
        border-top: 1px solid var(--wa-color-surface-border);
      }
      :host([noting]) {
        background: var(--wa-color-warning-fill-quiet);
      }
      form {
        display: flex;
        align-items: flex-end;
        gap: var(--wa-space-xs);
        max-width: 52rem;
        margin-inline: auto;
      }
      wa-textarea {
        flex: 1;
      }
      wa-textarea::part(textarea),
      wa-textarea::part(textarea-adjuster) {
        max-height: 9rem;
        overflow-y: auto;
      }
      p {
        max-width: 52rem;
        margin: var(--wa-space-2xs) auto 0;
        font-size: var(--wa-font-size-xs);
        color: var(--wa-color-text-quiet);
      }
      p.error {
        color: var(--wa-color-danger-on-quiet);
      }
      @media (max-width: 760px) {
        .keys {
          display: none;
        }
      }
    `,
  ];

  @property({ type: Boolean }) enabled = false;
  /** Why nothing can be written; shown instead of the box's hint. */
  @property() why = "";
  @property() draft = "";
  /** The conversation: a note begun in one is no mode of the next. */
  @property() chat = "";
  /** Whether notes for the team may be written, even where the customer may not be written to. */
  @property({ type: Boolean }) notes = false;
  /** True while a note is written and not a reply. */
  @property({ type: Boolean, reflect: true }) noting = false;
  /** Whether the agent asked to write a note where a reply is possible as well. */
  @state() private chosen = false;
  @query("wa-textarea") private area!: WaTextarea;

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has("chat")) this.chosen = false;
    this.noting = this.notes && (this.chosen || !this.enabled);
  }

  get #open(): boolean {
    return this.enabled || this.noting;
  }

  override focus(): void {
    void this.area.updateComplete.then(() => this.area.focus());
  }

  #emit(name: "draft" | "send" | "note", detail: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #send(): void {
    const text = (this.area.value ?? "").trim();
    if (!this.#open || !text || text.length > MAX_TEXT) return;
    this.#emit(this.noting ? "note" : "send", text);
  }

  #key(event: KeyboardEvent): void {
    // A key pressed while an input method composes belongs to that method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #hint() {
    const left = MAX_TEXT - this.draft.trim().length;
    if (left < 0) {
      return html`<p class="error" role="alert">
        ${-left} characters too many. A message has at most 4,000.
      </p>`;
    }
    if (left < WARN_LEFT) return html`<p>${left} characters left</p>`;
    if (this.noting) return html`<p>Only the team sees this note.</p>`;
    if (!this.enabled) return html`<p>${this.why}</p>`;
    return html`<p class="keys">Enter sends, Shift+Enter starts a new line.</p>`;
  }

  override render() {
    return html`<form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#send();
        }}
      >
        <wa-textarea
          class="unlabelled"
          label=${this.noting ? "Note for the team" : "Your reply"}
          placeholder=${this.noting ? "Write a note" : this.enabled ? "Write a reply" : ""}
          rows="1"
          resize="auto"
          .value=${this.draft}
          ?disabled=${!this.#open}
          @input=${() => this.#emit("draft", this.area.value ?? "")}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
        ></wa-textarea>
        ${this.notes && this.enabled
          ? html`<wa-button
              appearance="plain"
              @click=${() => {
                this.chosen = !this.chosen;
                this.focus();
              }}
            >
              ${this.noting ? "Reply instead" : "Note"}
            </wa-button>`
          : nothing}
        <wa-button
          variant=${this.noting ? "neutral" : "brand"}
          ?disabled=${!this.#open || !this.draft.trim()}
          @click=${() => this.#send()}
        >
          <wa-icon name=${this.noting ? "pen" : "send"} slot="start"></wa-icon>${this.noting
            ? "Save note"
            : "Send"}
        </wa-button>
      </form>
      ${this.#hint() ?? nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "reply-box": ReplyBox;
  }
}
