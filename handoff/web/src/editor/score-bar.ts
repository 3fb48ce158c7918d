/** How well a question matched, as a bar with a mark where an answer begins. */

import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { baseStyles } from "../shared/app-shell-styles";

const percent = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;

@customElement("score-bar")
export class ScoreBar extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .bar {
        position: relative;
        height: 0.75rem;
        border-radius: var(--wa-border-radius-pill);
        background: var(--wa-color-neutral-fill-normal);
      }
      .fill {
        height: 100%;
        border-radius: inherit;
        background: var(--wa-color-warning-fill-loud);
      }
      .enough {
        background: var(--wa-color-success-fill-loud);
      }
      .mark {
        position: absolute;
        inset-block: -0.25rem;
        width: 2px;
        background: var(--wa-color-text-normal);
      }
      p {
        margin-top: var(--wa-space-2xs);
        font-size: var(--wa-font-size-s);
      }
    `,
  ];

  /** 0..1 */
  @property({ type: Number }) score = 0;
  /** The score from which the bot answers. */
  @property({ type: Number }) threshold = 0;

  override render() {
    const text = `Score ${percent(this.score)}, needed ${percent(this.threshold)}`;
    const enough = this.score >= this.threshold ? "enough" : "";
    return html`<div class="bar" role="img" aria-label=${text}>
        <div class="fill ${enough}" style=${styleMap({ width: percent(this.score) })}></div>
        <div class="mark" style=${styleMap({ insetInlineStart: percent(this.threshold) })}></div>
      </div>
      <p class="quiet">${text}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "score-bar": ScoreBar;
  }
}
