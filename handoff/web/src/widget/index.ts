/** Entry point of widget.js: defines `<tandem-chat>` and, if the page has none, adds one. */
import { setScriptOrigin, TandemChat } from "./chat-element";

const ATTRIBUTES = ["server", "heading", "greeting", "suggestions", "open", "identity"];
const script = document.currentScript as HTMLScriptElement | null;

/** Adds the element with the script tag's `data-` attributes; `data-manual` leaves it to the page. */
function addElement(): void {
  if (document.querySelector("tandem-chat") || script?.dataset["manual"] !== undefined) return;
  const element = document.createElement("tandem-chat");
  for (const name of ATTRIBUTES) {
    const value = script?.dataset[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
  document.body.append(element);
}

if (!customElements.get("tandem-chat")) {
  if (script?.src) setScriptOrigin(new URL(script.src).origin);
  customElements.define("tandem-chat", TandemChat);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", addElement);
  else addElement();
}
