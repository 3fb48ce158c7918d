/** Where the customer writes: Enter sends, Shift+Enter starts a new line. */
import { MAX_TEXT } from "../../shared/protocol";
import { TEXT } from "../text";
import { h, icon, setText } from "./dom";

/** From this many characters on, the room that is left is shown. */
const SHOW_COUNT_FROM = MAX_TEXT - 300;

export class Composer {
  readonly textarea: HTMLTextAreaElement;
  private readonly send: HTMLButtonElement;
  private readonly count = h("span", { class: "count", id: "count", role: "status" });
  readonly element: HTMLFormElement;

  constructor(
    private readonly onSend: (text: string) => void,
    private readonly onTyping: () => void,
  ) {
    this.textarea = h("textarea", {
      rows: "1",
      dir: "auto",
      "aria-label": TEXT.composer,
      "aria-describedby": "count",
      placeholder: TEXT.placeholder,
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event as KeyboardEvent),
    });
    this.send = h("button", { class: "send", "aria-label": TEXT.send }, icon("send"));
    const form = {
      class: "composer",
      onsubmit: (event: Event) => {
        event.preventDefault();
        this.submit();
      },
    };
    this.element = h("form", form, this.textarea, this.send, this.count);
    this.measure();
  }

  private changed(): void {
    this.measure();
    if (this.textarea.value.trim()) this.onTyping();
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  private submit(): void {
    const text = this.textarea.value.trim();
    if (this.send.disabled) return;
    this.textarea.value = "";
    this.measure();
    this.textarea.focus();
    this.onSend(text);
  }

  /** Fits the height to the text, and says how much room is left near the limit. */
  private measure(): void {
    const text = this.textarea.value.trim();
    // The gateway counts characters, not UTF-16 units.
    const length = Array.from(text).length;
    this.send.disabled = length === 0 || length > MAX_TEXT;
    const shown = length >= SHOW_COUNT_FROM ? `${length} / ${MAX_TEXT}` : "";
    setText(this.count, shown);
    this.count.classList.toggle("over", length > MAX_TEXT);
    this.textarea.setAttribute("aria-invalid", String(length > MAX_TEXT));
    this.textarea.style.height = "auto";
    if (this.textarea.value) this.textarea.style.height = `${this.textarea.scrollHeight}px`;
  }
}
