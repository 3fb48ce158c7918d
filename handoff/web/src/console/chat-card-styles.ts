/** Styles of a conversation in the lists. */

import { css } from "lit";
import { entryStyles } from "../shared/app-shell-desk";
import { baseStyles } from "../shared/app-shell-styles";

export const cardStyles = [
  baseStyles,
  entryStyles,
  css`
    :host {
      position: relative;
      scroll-margin-top: 3rem;
      border-bottom: 1px solid var(--wa-color-surface-border);
    }
    .top {
      display: flex;
      align-items: center;
      gap: var(--wa-space-xs);
    }
    .name {
      flex: 1;
      min-width: 0;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      font-weight: var(--wa-font-weight-bold);
    }
    .place {
      font-weight: var(--wa-font-weight-normal);
      color: var(--wa-color-text-quiet);
    }
    .time {
      font-variant-numeric: tabular-nums;
      font-size: var(--wa-font-size-s);
    }
    .urgent {
      color: var(--wa-color-danger-on-quiet);
    }
    .holder {
      font-size: var(--wa-font-size-s);
    }
    .preview {
      display: -webkit-box;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      font-size: var(--wa-font-size-s);
      line-height: 1.4;
      color: var(--wa-color-text-quiet);
      overflow-wrap: anywhere;
    }
    :host([selected]) .preview,
    :host([selected]) .place {
      color: inherit;
    }
    .reasons {
      display: flex;
      flex-wrap: wrap;
      /* Keeps the corner free in which the Claim button lies. */
      align-content: flex-end;
      min-height: 2rem;
      gap: var(--wa-space-2xs);
      padding-inline-end: 4.5rem;
      font-size: var(--wa-font-size-s);
    }
    .claim {
      position: absolute;
      inset-block-end: var(--wa-space-s);
      inset-inline-end: var(--wa-space-m);
    }
  `,
];
