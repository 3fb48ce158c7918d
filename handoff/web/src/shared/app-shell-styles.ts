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
  .unseen,
  .unlabelled::part(form-control-label) {
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
  /* Not a <wa-badge>: that one is a live region, which a list of chats must not be. */
  .chip {
    display: inline-block;
    padding: 0 0.6em;
    border-radius: var(--wa-border-radius-s);
    background: var(--wa-color-neutral-fill-normal);
    color: var(--wa-color-neutral-on-normal);
    font-size: var(--wa-font-size-xs);
    font-weight: var(--wa-font-weight-semibold);
    line-height: 1.7;
  }
  .chip.count {
    border-radius: var(--wa-border-radius-pill);
  }
  .chip.brand {
    background: var(--wa-color-brand-fill-normal);
    color: var(--wa-color-brand-on-normal);
  }
  .chip.success {
    background: var(--wa-color-success-fill-normal);
    color: var(--wa-color-success-on-normal);
  }
  .chip.warning {
    background: var(--wa-color-warning-fill-normal);
    color: var(--wa-color-warning-on-normal);
  }
  .chip.danger {
    background: var(--wa-color-danger-fill-normal);
    color: var(--wa-color-danger-on-normal);
  }
  .chip.loud {
    background: var(--wa-color-brand-fill-loud);
    color: var(--wa-color-brand-on-loud);
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
