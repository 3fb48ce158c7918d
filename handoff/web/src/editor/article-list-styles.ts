/** Styles of the list of articles. */

import { css } from "lit";
import { entryStyles } from "../shared/app-shell-desk";
import { baseStyles } from "../shared/app-shell-styles";

export const articleListStyles = [
  baseStyles,
  entryStyles,
  css`
    .tools {
      position: sticky;
      top: 0;
      z-index: 1;
      display: grid;
      gap: var(--wa-space-s);
      padding: var(--wa-space-s) var(--wa-space-m);
      background: var(--wa-color-surface-lowered);
      border-bottom: 1px solid var(--wa-color-surface-border);
    }
    fieldset {
      display: flex;
      flex-wrap: wrap;
      gap: var(--wa-space-2xs);
      margin: 0;
      padding: 0;
      border: 0;
    }
    label {
      position: relative;
      cursor: pointer;
    }
    label input {
      position: absolute;
      inset: 0;
      margin: 0;
      opacity: 0;
      cursor: pointer;
    }
    label span {
      display: block;
      padding: var(--wa-space-3xs) 0.4rem;
      border: 1px solid var(--wa-color-neutral-border-normal);
      border-radius: var(--wa-border-radius-pill);
      font-size: var(--wa-font-size-xs);
    }
    label small {
      font-size: inherit;
      opacity: 0.85;
    }
    label input:checked + span {
      border-color: var(--wa-color-brand-fill-loud);
      background: var(--wa-color-brand-fill-loud);
      color: var(--wa-color-brand-on-loud);
    }
    label input:checked + span small {
      opacity: 1;
    }
    label input:focus-visible + span {
      outline: var(--wa-focus-ring);
      outline-offset: var(--wa-focus-ring-offset);
    }
    li {
      border-bottom: 1px solid var(--wa-color-surface-border);
    }
    .title {
      font-weight: var(--wa-font-weight-semibold);
      line-height: 1.4;
      overflow-wrap: anywhere;
    }
    .facts {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--wa-space-2xs) var(--wa-space-xs);
      font-size: var(--wa-font-size-xs);
      color: var(--wa-color-text-quiet);
    }
    [aria-current="true"] .facts {
      color: inherit;
    }
    .tag::before {
      content: "#";
    }
    .more {
      display: block;
      margin: var(--wa-space-s) auto;
      width: fit-content;
    }
    wa-callout {
      margin: var(--wa-space-m);
    }
  `,
];
