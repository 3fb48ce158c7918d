/** Styles of the form: the preview is beside the answer where there is room, else below it. */

import { css } from "lit";
import { baseStyles } from "../shared/app-shell-styles";

export const articleFormStyles = [
  baseStyles,
  css`
    :host {
      display: grid;
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
      height: 100%;
      min-height: 0;
      container-type: inline-size;
    }
    .scroll {
      overflow-y: auto;
      padding: var(--wa-space-m);
    }
    .scroll > :is(wa-callout, conflict-notice) {
      margin-bottom: var(--wa-space-m);
    }
    .fields {
      display: grid;
      gap: var(--wa-space-m);
      max-width: 72rem;
    }
    .answer {
      display: grid;
      gap: var(--wa-space-m);
    }
    .preview {
      display: grid;
      grid-template: auto 1fr / minmax(0, 1fr);
      gap: 0.5em;
      min-width: 0;
    }
    h3 {
      font-weight: var(--wa-form-control-label-font-weight);
    }
    .error {
      margin-top: var(--wa-space-2xs);
    }
    [data-refused]::part(input-wrapper),
    [data-refused]::part(textarea) {
      border-color: var(--wa-color-danger-border-loud);
    }
    @container (min-width: 42rem) {
      .answer {
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      }
      .preview markdown-preview {
        margin-bottom: 1.9rem;
      }
    }
  `,
];
