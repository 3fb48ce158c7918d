/** Styles of the frame around the console and the editor. */

import { css } from "lit";
import { baseStyles } from "./app-shell-styles";

export const shellStyles = [
  baseStyles,
  css`
    :host {
      height: 100dvh;
      display: grid;
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
      background: var(--wa-color-surface-default);
    }
    login-form,
    .centre {
      grid-row: 1 / -1;
    }
    .centre {
      display: grid;
      place-content: center;
      justify-items: center;
      gap: var(--wa-space-m);
      padding: var(--wa-space-l);
      text-align: center;
    }
    header {
      display: flex;
      align-items: center;
      gap: var(--wa-space-s);
      min-height: 3.25rem;
      padding: var(--wa-space-2xs) var(--wa-space-m);
      border-bottom: 1px solid var(--wa-color-surface-border);
      background: var(--wa-color-surface-raised);
    }
    h1 {
      font-size: var(--wa-font-size-m);
      line-height: var(--wa-line-height-condensed);
      white-space: nowrap;
    }
    .brand {
      color: var(--wa-color-brand-on-quiet);
    }
    .app {
      font-weight: var(--wa-font-weight-normal);
    }
    slot[name="bar"] {
      display: flex;
      flex: 1;
      min-width: 0;
      align-items: center;
      justify-content: flex-end;
      gap: var(--wa-space-s);
    }
    .who {
      max-width: 12rem;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      font-size: var(--wa-font-size-s);
    }
    /* Over the list, not over the reply box. */
    wa-toast {
      --width: 20rem;
    }
    main:not(.centre) {
      min-height: 0;
    }
    @media (max-width: 600px) {
      header {
        padding-inline: var(--wa-space-s) var(--wa-space-2xs);
        gap: var(--wa-space-2xs);
      }
      slot[name="bar"] {
        gap: var(--wa-space-2xs);
      }
      .app,
      .who {
        display: none;
      }
    }
  `,
];
