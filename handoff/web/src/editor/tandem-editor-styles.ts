/** The editor's layout: three columns, two below 1200 px, one below 760 px. */

import { css } from "lit";
import { baseStyles } from "../shared/app-shell-styles";

export const editorStyles = [
  baseStyles,
  css`
    .desk {
      display: grid;
      grid-template-columns: 20rem minmax(0, 1fr) 19rem;
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
      height: 100%;
      padding: var(--wa-space-l);
      text-align: center;
    }
    .nothing p {
      max-width: 28rem;
    }
    .try {
      display: none;
    }
    wa-drawer try-box {
      padding: 0;
    }
    wa-drawer try-box::part(heading) {
      display: none;
    }
    @media (max-width: 1200px) {
      .desk {
        grid-template-columns: 20rem minmax(0, 1fr);
      }
      .try {
        display: inline-block;
      }
    }
    @media (max-width: 760px) {
      .desk {
        grid-template-columns: minmax(0, 1fr);
      }
      .desk:not(.article-open) section,
      .article-open nav {
        display: none;
      }
    }
  `,
];
