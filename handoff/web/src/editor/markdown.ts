/** Markdown as the gateway renders it for customers: the same dialect, the same allowed tags. */

import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";
import { richHtml } from "../shared/rich-html";

const ALLOWED_TAGS =
  "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul".split(
    " ",
  );

const markdown = new MarkdownIt("commonmark", { html: false, linkify: true, breaks: true })
  .enable(["table", "strikethrough", "linkify"])
  .disable("image");

/** `text` as HTML that is safe to show. */
export function render(text: string): string {
  return richHtml(
    DOMPurify.sanitize(markdown.render(text), {
      ALLOWED_TAGS,
      ALLOWED_ATTR: ["href", "title", "start"],
      ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
    }),
  );
}
