/** The console's layout: three columns, two below 1100 px, one below 760 px. */

import { css } from "lit";
import { deskStyles } from "../shared/app-shell-desk";

export const consoleStyles = [
  deskStyles,
  css`
    .desk {
      grid-template-columns: 21rem minmax(0, 1fr) 17rem;
    }
    .page {
      display: flex;
      flex-direction: column;
      height: 100%;
    }
    .page .desk {
      flex: 1;
      min-height: 0;
    }
    offer-list {
      flex: none;
      max-height: 40%;
      overflow: auto;
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
    .nothing {
      grid-column: 2 / -1;
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
