/** Asks the knowledge base as a customer would, and shows what the bot would make of it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import type WaTextarea from "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { emit } from "../shared/app-shell-emit";
import { baseStyles } from "../shared/app-shell-styles";
import type { Hit, SearchAnswer } from "../shared/protocol";
import { explain } from "../shared/rest-errors";
import { tryQuestion } from "./article-api";
import "./score-bar";

const MATCHED: Record<Hit["matched_kind"], string> = {
  title: "By its title",
  variant: "By a variant",
  passage: "By its answer",
};

/** Emits `open-article` with the id of a hit as its detail. */
@customElement("try-box")
export class TryBox extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        padding: var(--wa-space-m);
      }
      form,
      .answer {
        display: grid;
        gap: var(--wa-space-s);
        margin-top: var(--wa-space-s);
      }
      form wa-button {
        justify-self: start;
      }
      h3 {
        font-size: var(--wa-font-size-s);
      }
      ol {
        display: grid;
        gap: var(--wa-space-s);
        font-size: var(--wa-font-size-s);
      }
      li p {
        overflow-wrap: anywhere;
      }
      li button {
        padding: 0;
        border: 0;
        background: none;
        color: var(--wa-color-text-link);
        font: inherit;
        font-weight: var(--wa-font-weight-semibold);
        text-align: start;
        text-decoration: underline;
        cursor: pointer;
      }
      .hit {
        display: flex;
        justify-content: space-between;
        gap: var(--wa-space-s);
      }
      .share {
        font-variant-numeric: tabular-nums;
      }
      .matched {
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 3;
      }
    `,
  ];

  /** Grows with every stored change: the question is asked again. */
  @property({ type: Number }) saved = 0;
  @state() private busy = false;
  @state() private problem = "";
  @state() private answer: SearchAnswer | null = null;
  @query("wa-textarea") private area!: WaTextarea;
  #asked = "";

  override updated(changes: PropertyValues<this>): void {
    if (changes.get("saved") !== undefined && this.#asked) void this.#try(this.#asked);
  }

  #submit(): void {
    this.#asked = (this.area.value ?? "").trim();
    if (this.#asked) void this.#try(this.#asked);
    else this.area.focus();
  }

  async #try(text: string): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      this.answer = await tryQuestion(text);
    } catch (error) {
      this.answer = null;
      this.problem = explain(error);
    } finally {
      this.busy = false;
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #hit(hit: Hit) {
    return html`<li>
      <div class="hit">
        <button type="button" @click=${() => emit(this, "open-article", hit.article_id)}>
          ${hit.title}
        </button>
        <span class="share">${Math.round(hit.score * 100)}%</span>
      </div>
      <p class="quiet matched">${MATCHED[hit.matched_kind]}: “${hit.matched}”</p>
    </li>`;
  }

  #decision(answer: SearchAnswer) {
    const first = answer.hits[0]?.title ?? "";
    return answer.decision === "answer"
      ? html`<wa-callout size="s" variant="success">
          <strong>Would answer</strong> with “${first}”.
        </wa-callout>`
      : html`<wa-callout size="s" variant="warning">
          <strong>Would not answer.</strong> No article matches well enough. Add this question as a
          variant to the article that answers it, or write a new one.
        </wa-callout>`;
  }

  #answer(answer: SearchAnswer) {
    return html`<div class="answer">
      ${this.#decision(answer)}
      <score-bar score=${answer.score} threshold=${answer.threshold}></score-bar>
      <h3>Closest articles</h3>
      ${answer.hits.length
        ? html`<ol>
            ${answer.hits.map((hit) => this.#hit(hit))}
          </ol>`
        : html`<p class="quiet small">None.</p>`}
    </div>`;
  }

  override render() {
    return html`<h2 part="heading">Try a question</h2>
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit();
        }}
      >
        <wa-textarea
          size="s"
          rows="2"
          resize="auto"
          label="A customer's question"
          hint="Searches published articles only."
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
        ></wa-textarea>
        <wa-button size="s" variant="brand" ?loading=${this.busy} @click=${() => this.#submit()}>
          <wa-icon slot="start" name="flask"></wa-icon>Try
        </wa-button>
      </form>
      <div role="status">
        ${this.problem
          ? html`<wa-callout size="s" variant="danger">${this.problem}</wa-callout>`
          : this.answer
            ? this.#answer(this.answer)
            : nothing}
      </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "try-box": TryBox;
  }
}
