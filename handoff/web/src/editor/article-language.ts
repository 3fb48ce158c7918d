/** The language of an article: one of those in use, or any other by its BCP 47 tag. */

import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { emit } from "../shared/app-shell-emit";
import { baseStyles } from "../shared/app-shell-styles";
import type { Article } from "../shared/protocol";
import { languageName } from "./language-names";

/** Options that no tag can be taken for. */
const MAIN = "*";
const OTHER = "+";

/** Emits `language` with the tag as its detail. */
@customElement("article-language")
export class ArticleLanguage extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
        gap: var(--wa-space-m);
      }
      .error {
        margin-top: var(--wa-space-2xs);
      }
      [data-refused]::part(input-wrapper) {
        border-color: var(--wa-color-danger-border-loud);
      }
    `,
  ];

  /** The stored version; null for a new article. */
  @property({ attribute: false }) article: Article | null = null;
  @property({ attribute: false }) inUse: Iterable<string> = [];
  /** The tag as typed. */
  @property() value = "";
  @property() error = "";
  @state() private other = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("article")) this.other = false;
  }

  /** Goes to what has to be mended. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(this.other ? "wa-input" : "wa-select")?.focus();
  }

  #choose(event: Event): void {
    const chosen = String((event.target as HTMLInputElement).value);
    this.other = chosen === OTHER;
    // Another language begins with the one it had, to be typed over.
    if (!this.other) emit(this, "language", chosen === MAIN ? "" : chosen);
  }

  #select() {
    const stored = this.article?.language;
    const known = new Set([...this.inUse, ...(stored ? [stored] : [])]);
    const options = [...known].map((tag) => [tag, languageName(tag)] as const);
    options.sort((one, two) => one[1].localeCompare(two[1]));
    return html`<wa-select
      label="Language"
      hint="Customers who ask in it are answered with this article first."
      .value=${this.other ? OTHER : this.value || MAIN}
      @change=${(event: Event) => this.#choose(event)}
    >
      ${this.article ? nothing : html`<wa-option value=${MAIN}>Main language of the base</wa-option>`}
      ${options.map(([tag, name]) => html`<wa-option value=${tag}>${name} (${tag})</wa-option>`)}
      <wa-option value=${OTHER}>Another language</wa-option>
    </wa-select>`;
  }

  #tag() {
    return html`<div>
      <wa-input
        label="Language tag"
        hint="Such as de, pt-BR or zh-Hant; only the language counts, not the region."
        .value=${this.value}
        ?data-refused=${Boolean(this.error)}
        @input=${(event: Event) =>
          emit(this, "language", (event.target as HTMLInputElement).value ?? "")}
      ></wa-input>
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
    </div>`;
  }

  override render() {
    return html`${this.#select()} ${this.other ? this.#tag() : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "article-language": ArticleLanguage;
  }
}
