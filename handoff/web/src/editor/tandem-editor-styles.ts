/** The editor's layout: three columns, two below 1200 px, one below 760 px. */

import { css } from "lit";
import { deskStyles } from "../shared/app-shell-desk";

export const editorStyles = [
  deskStyles,
  css`
    .desk {
      grid-template-columns: 21rem minmax(0, 1fr) 19rem;
    }
    .nothing {
      height: 100%;
    }
    .try {
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
