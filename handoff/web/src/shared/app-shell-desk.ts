/** Layout of the console and the editor: list, middle, aside; what a list's entries look like. */

import { css } from "lit";
import { baseStyles } from "./app-shell-styles";

/** Columns and break points are the application's own. */
export const deskStyles = [
  baseStyles,
  css`
    .desk {
      display: grid;
      height: 100%;
    }
    nav,
    aside {
      min-height: 0;
      overflow-y: auto;
      background: var(--wa-color-surface-lowered);
    }
    nav {
      border-inline-end: 1px solid var(--wa-color-surface-border);
    }
    aside {
      border-inline-start: 1px solid var(--wa-color-surface-border);
    }
    section {
      min-height: 0;
    }
    .nothing {
      display: grid;
      place-content: center;
      justify-items: center;
      gap: var(--wa-space-xs);
      padding: var(--wa-space-l);
      text-align: center;
    }
    .nothing p {
      max-width: 28rem;
    }
    .in-drawer {
      padding: 0;
    }
    .in-drawer::part(heading) {
      display: none;
    }
  `,
];

/** Entries of a list that are buttons of class `entry`. */
export const entryStyles = css`
  .entry {
    display: grid;
    gap: var(--wa-space-2xs);
    width: 100%;
    padding: var(--wa-space-s) var(--wa-space-m);
    border: 0;
    border-inline-start: 3px solid transparent;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .entry:hover {
    background: var(--wa-color-neutral-fill-quiet);
  }
  .entry[aria-current="true"] {
    background: var(--wa-color-brand-fill-quiet);
    border-inline-start-color: var(--wa-color-brand-fill-loud);
  }
`;
