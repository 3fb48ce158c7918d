/** The answer as a customer sees it. */

import { LitElement, css, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { baseStyles } from "../shared/app-shell-styles";

type Render = (text: string) => string;

@customElement("markdown-preview")
export class MarkdownPreview extends LitElement {
  static override styles = [
    baseStyles,
    css`
      section {
        height: 100%;
        min-height: 6rem;
        padding: var(--wa-space-s) var(--wa-space-m);
        overflow: auto;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        overflow-wrap: anywhere;
      }
      section :is(p, ul, ol, pre, table, blockquote, h1, h2, h3, h4, h5, h6):not(:last-child) {
        margin: 0 0 var(--wa-space-s);
      }
      section :is(h1, h2, h3, h4, h5, h6) {
        font-size: var(--wa-font-size-m);
      }
      section :is(ul, ol) {
        padding-inline-start: var(--wa-space-l);
        list-style: revert;
      }
      section :is(pre, code) {
        font-family: var(--wa-font-family-code);
        font-size: 0.9em;
        white-space: pre-wrap;
      }
      section a {
        color: var(--wa-color-text-link);
      }
      table {
        border-collapse: collapse;
      }
      :is(th, td) {
        padding: var(--wa-space-2xs) var(--wa-space-xs);
        border: 1px solid var(--wa-color-neutral-border-normal);
        text-align: start;
      }
      blockquote {
        margin: 0;
        padding-inline-start: var(--wa-space-s);
        border-inline-start: 3px solid var(--wa-color-neutral-border-normal);
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
    return html`<section tabindex="0" aria-label="Preview of the answer">
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
