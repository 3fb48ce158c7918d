/** Styles shared by all elements of the console and the editor. */

import { css } from "lit";

export const baseStyles = css`
  :host {
    display: block;
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h2,
  h3 {
    font-size: var(--wa-font-size-m);
    font-weight: var(--wa-font-weight-bold);
    line-height: var(--wa-line-height-condensed);
  }
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  .small {
    font-size: var(--wa-font-size-s);
  }
  .row {
    display: flex;
    align-items: center;
    gap: var(--wa-space-xs);
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .error {
    color: var(--wa-color-danger-on-quiet);
    font-size: var(--wa-font-size-s);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .short {
    display: none;
  }
  @media (max-width: 600px) {
    .short {
      display: inline-block;
    }
    .long {
      display: none;
    }
  }
  .empty {
    padding: var(--wa-space-l) var(--wa-space-m);
    text-align: center;
    color: var(--wa-color-text-quiet);
    font-size: var(--wa-font-size-s);
  }
  button:focus-visible,
  a:focus-visible,
  [tabindex]:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: -3px;
  }
`;
