/** What the bot's answers look like in the console's transcript and in the editor's preview. */

import { css } from "lit";

/** For an element of class `rich` that holds what `richHtml` returns. */
export const richStyles = css`
  .rich {
    overflow-wrap: anywhere;
  }
  .rich > :not(:last-child) {
    margin-block-end: var(--wa-space-s);
  }
  .rich :is(pre, table, blockquote) {
    margin: 0;
  }
  .rich :is(h1, h2, h3, h4, h5, h6) {
    font-size: inherit;
    line-height: inherit;
  }
  .rich :is(ul, ol) {
    display: block;
    max-width: none;
    margin-inline: 0;
    padding-inline-start: var(--wa-space-l);
    list-style: disc;
  }
  .rich ol {
    list-style: decimal;
  }
  .rich a {
    color: var(--wa-color-text-link);
  }
  .rich :is(pre, code) {
    font-family: var(--wa-font-family-code);
    font-size: 0.9em;
  }
  .rich .wide {
    overflow-x: auto;
  }
  .rich table {
    border-collapse: collapse;
    font-size: var(--wa-font-size-s);
  }
  .rich :is(th, td) {
    min-width: 6.6em;
    padding: var(--wa-space-2xs) var(--wa-space-xs);
    border: 1px solid var(--wa-color-neutral-border-quiet);
    text-align: start;
    overflow-wrap: break-word;
  }
  .rich blockquote {
    padding-inline-start: var(--wa-space-s);
    border-inline-start: 3px solid var(--wa-color-neutral-border-normal);
  }
`;
