/** The bot's answers, which arrive as HTML that the gateway has sanitised. */

const WIDE = { TABLE: "Table", PRE: "Code" } as const;

/** `html` with links that open apart, and with tables and code that scroll sideways by themselves. */
export function richHtml(html: string): string {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const link of template.content.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }
  for (const wide of template.content.querySelectorAll("table, pre")) enclose(wide);
  return template.innerHTML;
}

/** Puts an element into a frame that scrolls and that the Tab key reaches, to scroll it with arrow keys. */
function enclose(wide: Element): void {
  const frame = document.createElement("div");
  frame.className = "wide";
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", WIDE[wide.tagName as keyof typeof WIDE]);
  wide.replaceWith(frame);
  frame.append(wide);
}
