/** The console's layout: three columns, two below 1100 px, one below 760 px. */

import { css } from "lit";
import { baseStyles } from "../shared/app-shell-styles";

export const consoleStyles = [
  baseStyles,
  css`
    .desk {
      display: grid;
      grid-template-columns: 21rem minmax(0, 1fr) 17rem;
      height: 100%;
    }
    .banner + .desk {
      height: calc(100% - 2rem);
    }
    .banner {
      height: 2rem;
      line-height: 2rem;
      overflow: hidden;
      text-align: center;
      font-size: var(--wa-font-size-s);
      background: var(--wa-color-warning-fill-normal);
      color: var(--wa-color-warning-on-normal);
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
    wa-drawer customer-facts {
      padding: 0;
    }
    wa-drawer customer-facts::part(heading) {
      display: none;
    }
    .nothing {
      grid-column: 2 / -1;
      display: grid;
      place-content: center;
      gap: var(--wa-space-xs);
      padding: var(--wa-space-l);
      text-align: center;
    }
    .nothing p {
      max-width: 28rem;
    }
    @media (max-width: 1100px) {
      .desk {
        grid-template-columns: 20rem minmax(0, 1fr);
      }
      aside {
        display: none;
      }
    }
    @media (max-width: 760px) {
      .desk {
        grid-template-columns: minmax(0, 1fr);
      }
      .nothing,
      .chat-open nav {
        display: none;
      }
    }
  `,
];
