/** Styles of the open conversation. */

import { css } from "lit";
import { baseStyles } from "../shared/app-shell-styles";

export const panelStyles = [
  baseStyles,
  css`
    :host {
      display: grid;
      grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
      min-height: 0;
      height: 100%;
    }
    header {
      display: flex;
      align-items: center;
      gap: var(--wa-space-xs);
      min-height: 3.5rem;
      padding: var(--wa-space-2xs) var(--wa-space-m);
      border-bottom: 1px solid var(--wa-color-surface-border);
    }
    header p {
      font-size: var(--wa-font-size-xs);
    }
    h2,
    header p {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .back,
    .facts {
      display: none;
    }
    @media (max-width: 1100px) {
      .facts {
        display: inline-block;
      }
    }
    @media (max-width: 760px) {
      header {
        padding-inline: var(--wa-space-2xs);
        gap: var(--wa-space-2xs);
        flex-wrap: wrap;
      }
      header .grow {
        flex: 1 1 75%;
      }
      .back {
        display: inline-block;
      }
      header wa-icon[slot="start"] {
        display: none;
      }
      .wide {
        position: absolute;
        clip-path: inset(50%);
      }
    }
  `,
];
