/** The answer as a customer sees it. */

import { LitElement, css, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { richStyles } from "../shared/app-shell-rich";
import { baseStyles } from "../shared/app-shell-styles";

type Render = (text: string) => string;

@customElement("markdown-preview")
export class MarkdownPreview extends LitElement {
  static override styles = [
    baseStyles,
    richStyles,
    css`
      section {
        height: 100%;
        min-height: 6rem;
        padding: var(--wa-space-s) var(--wa-space-m);
        overflow: auto;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
      }
    `,
  ];

  @property() text = "";
  /** The renderer arrives with the first preview, not with the page. */
  @state() private renderText: Render | null = null;

  override async firstUpdated(): Promise<void> {
    const { render } = await import("./markdown");
    this.renderText = render;
  }

  override render() {
    return html`<section class="rich" tabindex="0" aria-label="Preview of the answer">
      ${this.text.trim()
        ? unsafeHTML(this.renderText?.(this.text) ?? "")
        : html`<p class="quiet">The answer appears here as the customer sees it.</p>`}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "markdown-preview": MarkdownPreview;
  }
}
