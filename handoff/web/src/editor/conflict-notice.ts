/** Shown when a colleague stored the article first: nothing typed is lost, the editor decides. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/details/details.js";
import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { baseStyles } from "../shared/app-shell-styles";
import type { Article } from "../shared/protocol";
import { languageName } from "./language-names";

/** Emits `keep-mine` and `take-theirs`. */
@customElement("conflict-notice")
export class ConflictNotice extends LitElement {
  static override styles = [
    baseStyles,
    css`
      wa-details,
      .row {
        margin-top: var(--wa-space-s);
      }
      .row {
        flex-wrap: wrap;
      }
      pre {
        margin: 0;
        font: inherit;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      h3 {
        margin: var(--wa-space-s) 0 var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  @property({ attribute: false }) theirs!: Article;

  #part(heading: string, text: string) {
    return html`<h3>${heading}</h3>
      <pre>${text || "(empty)"}</pre>`;
  }

  override render() {
    const { theirs } = this;
    return html`<wa-callout variant="warning" role="alert" size="s">
      <p>
        <strong>A colleague saved this article while you were editing it.</strong>
        Your text is still here and not saved. Compare it with theirs (revision
        ${theirs.revision}), copy over what you need, then decide.
      </p>
      <wa-details summary="Their version">
        ${this.#part("Title", theirs.title)}
        ${this.#part("Question variants", theirs.variants.join("\n"))}
        ${this.#part("Answer", theirs.text ?? "")} ${this.#part("Tags", theirs.tags.join(", "))}
        ${this.#part("Language", theirs.language ? languageName(theirs.language) : "")}
      </wa-details>
      <div class="row">
        <wa-button
          size="s"
          variant="brand"
          @click=${() => this.dispatchEvent(new Event("keep-mine"))}
        >
          Save mine over theirs
        </wa-button>
        <wa-button
          size="s"
          appearance="outlined"
          @click=${() => this.dispatchEvent(new Event("take-theirs"))}
        >
          Discard mine, load theirs
        </wa-button>
      </div>
    </wa-callout>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conflict-notice": ConflictNotice;
  }
}
