/** Styles of the transcript. */

import { css } from "lit";
import { richStyles } from "../shared/app-shell-rich";
import { baseStyles } from "../shared/app-shell-styles";

export const transcriptStyles = [
  baseStyles,
  richStyles,
  css`
    :host {
      position: relative;
      min-height: 0;
    }
    .log {
      height: 100%;
      overflow-y: auto;
      overscroll-behavior: contain;
      /* Following the end is done by script; an anchor would look like a reader who scrolled. */
      overflow-anchor: none;
      padding: var(--wa-space-m);
    }
    ol {
      display: flex;
      flex-direction: column;
      gap: var(--wa-space-2xs);
      max-width: 52rem;
      margin-inline: auto;
    }
    .day {
      align-self: center;
      margin-block: var(--wa-space-s) var(--wa-space-2xs);
      font-size: var(--wa-font-size-xs);
      font-weight: var(--wa-font-weight-bold);
      color: var(--wa-color-text-quiet);
    }
    .system {
      align-self: center;
      max-width: 90%;
      margin-block: var(--wa-space-2xs);
      padding: var(--wa-space-2xs) var(--wa-space-s);
      border-radius: var(--wa-border-radius-l);
      background: var(--wa-color-surface-lowered);
      color: var(--wa-color-text-quiet);
      font-size: var(--wa-font-size-xs);
      text-align: center;
    }
    .system.note {
      background: var(--wa-color-warning-fill-quiet);
      color: var(--wa-color-text-normal);
      font-size: var(--wa-font-size-s);
    }
    .note .line {
      white-space: pre-line;
    }
    .message {
      display: flex;
      flex-direction: column;
      gap: var(--wa-space-3xs);
      max-width: min(85%, 36rem);
    }
    .message:has(table) {
      max-width: 100%;
    }
    .customer {
      align-self: flex-start;
      align-items: flex-start;
    }
    .bot,
    .agent {
      align-self: flex-end;
      align-items: flex-end;
    }
    .system time::before {
      content: "· ";
    }
    .label {
      display: flex;
      align-items: center;
      gap: var(--wa-space-2xs);
      margin-top: var(--wa-space-s);
      font-size: var(--wa-font-size-xs);
      color: var(--wa-color-text-quiet);
    }
    .label span {
      font-weight: var(--wa-font-weight-bold);
      color: var(--wa-color-text-normal);
    }
    .bubble {
      padding: var(--wa-space-xs) var(--wa-space-s);
      border-radius: var(--wa-border-radius-l);
      line-height: 1.5;
      overflow-wrap: anywhere;
    }
    .plain {
      white-space: pre-wrap;
    }
    .customer .bubble {
      background: var(--wa-color-neutral-fill-normal);
      border-end-start-radius: var(--wa-border-radius-s);
    }
    .bot .bubble {
      background: var(--wa-color-surface-default);
      border: 1px solid var(--wa-color-surface-border);
      border-end-end-radius: var(--wa-border-radius-s);
    }
    .agent .bubble {
      background: var(--wa-color-brand-fill-normal);
      border-end-end-radius: var(--wa-border-radius-s);
    }
    .pending .bubble {
      opacity: 0.85;
    }
    .failed .bubble {
      outline: 1px dashed var(--wa-color-danger-border-loud);
    }
    .extra {
      font-size: var(--wa-font-size-xs);
      color: var(--wa-color-text-quiet);
    }
    .extra.error {
      color: var(--wa-color-danger-on-quiet);
    }
    .pill {
      display: inline-block;
      margin-inline-end: var(--wa-space-2xs);
      padding: 0 var(--wa-space-xs);
      border: 1px solid var(--wa-color-surface-border);
      border-radius: var(--wa-border-radius-pill);
    }
    .typing {
      min-height: 1.6em;
      max-width: 52rem;
      margin: var(--wa-space-xs) auto 0;
      font-size: var(--wa-font-size-s);
      font-style: italic;
      color: var(--wa-color-text-quiet);
    }
    .below {
      position: absolute;
      inset-block-end: var(--wa-space-s);
      inset-inline-start: 50%;
      translate: -50%;
    }
  `,
];
