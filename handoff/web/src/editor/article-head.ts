/** The top of the form: which article this is, what state it is in, what can be done with it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/tooltip/tooltip.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { baseStyles } from "../shared/app-shell-styles";
import type { Article } from "../shared/protocol";
import type { Busy } from "./article-form-state";
import { STATUS_LOOKS } from "./statuses";

/** Emits `save`, `publish`, `archive`, `history` and `show-list`. */
@customElement("article-head")
export class ArticleHead extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--wa-space-xs);
        padding: var(--wa-space-xs) var(--wa-space-m);
        background: var(--wa-color-surface-default);
        border-bottom: 1px solid var(--wa-color-surface-border);
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--wa-space-s);
        min-width: 12rem;
        font-size: var(--wa-font-size-s);
      }
      .back {
        display: none;
      }
      @media (max-width: 760px) {
        :host {
          padding-inline: var(--wa-space-2xs) var(--wa-space-s);
        }
        .back {
          display: inline-block;
        }
        .facts {
          min-width: 9rem;
        }
      }
    `,
  ];

  /** The stored version; null for a new article. */
  @property({ attribute: false }) article: Article | null = null;
  @property({ type: Boolean }) dirty = false;
  @property() busy: Busy | null = null;

  #button(action: "save" | "publish" | "archive", text: string, disabled = false) {
    const first = action === (this.dirty || this.article?.status === "published" ? "save" : "publish");
    return html`<wa-button
      id=${action}
      size="s"
      variant=${first ? "brand" : "neutral"}
      appearance=${first ? "accent" : "outlined"}
      ?disabled=${disabled || (this.busy !== null && this.busy !== action)}
      ?loading=${this.busy === action}
      @click=${() => this.dispatchEvent(new Event(action))}
    >
      ${text}
    </wa-button>`;
  }

  #facts() {
    const { article } = this;
    const look = article && STATUS_LOOKS[article.status];
    return html`<p class="facts grow">
      ${look
        ? html`<span class="chip ${look.variant}">${look.text}</span>`
        : html`<span class="chip brand">New</span>`}
      ${article
        ? html`<span class="quiet">revision ${article.revision}, ${article.updated}</span>`
        : nothing}
      ${this.dirty ? html`<span>Unsaved changes</span>` : nothing}
    </p>`;
  }

  override render() {
    const status = this.article?.status ?? "draft";
    return html`<wa-button
        class="back"
        size="s"
        appearance="plain"
        @click=${() => this.dispatchEvent(new Event("show-list"))}
      >
        <wa-icon name="arrow-left" label="Back to the list"></wa-icon>
      </wa-button>
      ${this.#facts()}
      ${this.article
        ? html`<wa-button
            size="s"
            appearance="plain"
            @click=${() => this.dispatchEvent(new Event("history"))}
          >
            <wa-icon slot="start" name="clock"></wa-icon>History
          </wa-button>`
        : nothing}
      ${this.article && status !== "archived" ? this.#button("archive", "Archive") : nothing}
      ${this.#button("save", "Save", !this.dirty)}
      <wa-tooltip for="save">Ctrl+S</wa-tooltip>
      ${status === "published" ? nothing : this.#button("publish", "Publish")}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "article-head": ArticleHead;
  }
}
