/** What happened before a person was needed, above the transcript: put together by the bot. */

import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { baseStyles } from "../shared/app-shell-styles";
import type { ConversationEvent, HandoffSummary } from "../shared/protocol";

const OUTCOMES: Record<string, string> = {
  answer: "answered",
  clarify: "asked which article was meant",
  offer: "no answer, offered a person",
  rephrase: "not understood",
  escalate: "passed on",
};
/** What the bot asked for or read, in the order in which an agent needs it. */
const FACTS = [
  ["order_numbers", "Order number"],
  ["emails", "E-mail"],
  ["phones", "Phone"],
  ["products", "Product"],
] as const;
const CALM = 0.5;
const TENSE = 0.75;

/** The summary of the present handoff; undefined once the bot has the conversation again. */
export function summaryOf(events: ConversationEvent[]): HandoffSummary | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i]!;
    if (event.type === "handed_back" || event.type === "cancelled") return undefined;
    if (event.type === "queued" && event.summary) return event.summary;
  }
  return undefined;
}

const mood = (need: number): string => (need < CALM ? "calm" : need < TENSE ? "tense" : "upset");

@customElement("chat-summary")
export class ChatSummary extends LitElement {
  static override styles = [
    baseStyles,
    css`
      details {
        max-height: 40vh;
        overflow: auto;
        padding: var(--wa-space-xs) var(--wa-space-m);
        border-bottom: 1px solid var(--wa-color-surface-border);
        background: var(--wa-color-surface-lowered);
        font-size: var(--wa-font-size-s);
      }
      summary {
        cursor: pointer;
        font-weight: var(--wa-font-weight-semibold);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--wa-space-2xs) var(--wa-space-m);
        margin-top: var(--wa-space-2xs);
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      dd.question {
        font-weight: var(--wa-font-weight-semibold);
      }
      .outcome {
        color: var(--wa-color-text-quiet);
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--wa-space-2xs);
      }
      .facts .chip {
        overflow-wrap: anywhere;
        user-select: all;
      }
      .moods {
        display: flex;
        align-items: end;
        gap: 3px;
        height: 1.5em;
      }
      .moods span {
        width: 10px;
        min-height: 3px;
        border-radius: 2px;
        background: var(--wa-color-neutral-fill-loud);
      }
      .moods .tense {
        background: var(--wa-color-warning-fill-loud);
      }
      .moods .upset {
        background: var(--wa-color-danger-fill-loud);
      }
      @media (max-width: 760px) {
        dl {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) summary!: HandoffSummary;

  #row(name: string, content: unknown, shown: unknown) {
    return shown ? html`<dt>${name}</dt><dd>${content}</dd>` : nothing;
  }

  #attempts() {
    return html`<ol>
      ${this.summary.attempts.map(
        ({ text, outcome }) =>
          html`<li>
            ${text} <span class="outcome">${OUTCOMES[outcome] ? `(${OUTCOMES[outcome]})` : nothing}</span>
          </li>`,
      )}
    </ol>`;
  }

  #facts() {
    return FACTS.map(([kind, name]) => {
      const found = this.summary.facts[kind];
      const chips = html`<span class="facts">
        ${found.map((fact) => html`<span class="chip">${fact}</span>`)}
      </span>`;
      return this.#row(name, chips, found.length);
    });
  }

  #moods() {
    const moods = this.summary.moods;
    const label = `Mood, message by message: ${moods.map(mood).join(", ")}`;
    return html`<div class="moods" role="img" aria-label=${label} title=${label}>
      ${moods.map((need) => html`<span class=${mood(need)} style="height: ${Math.round(need * 100)}%"></span>`)}
    </div>`;
  }

  override render() {
    const { question, answers, attempts, moods } = this.summary;
    return html`<details open>
      <summary>Summary of the chat with the bot</summary>
      <dl>
        ${question ? html`<dt>Question</dt><dd class="question">${question}</dd>` : nothing}
        ${this.#facts()} ${this.#row("Bot answered", answers.join(" · "), answers.length)}
        ${this.#row("Customer wrote", this.#attempts(), attempts.length > 1)}
        ${this.#row("Mood", this.#moods(), moods.length > 1)}
      </dl>
    </details>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-summary": ChatSummary;
  }
}
