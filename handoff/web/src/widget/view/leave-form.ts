/** A message for later, with an address to answer to; takes the composer's place while it is open. */
import { MAX_TEXT } from "../../shared/protocol";
import { RequestError } from "../../shared/socket";
import { errorText, TEXT } from "../text";
import { h, setText } from "./dom";

const MAX_ADDRESS = 254;

export class LeaveForm {
  private readonly address = h("input", {
    id: "address",
    type: "text",
    required: true,
    maxlength: String(MAX_ADDRESS),
    autocomplete: "email",
    dir: "auto",
  });
  private readonly text = h("textarea", {
    id: "leave-text",
    rows: "3",
    required: true,
    maxlength: String(MAX_TEXT),
    dir: "auto",
  });
  private readonly submit = h("button", { class: "pill main" }, TEXT.leaveSend);
  private readonly problem = h("p", { class: "problem", role: "alert" });
  readonly element: HTMLFormElement;

  /** `send` rejects with a `RequestError`; `onClose` is called when the form was closed. */
  constructor(
    private readonly send: (address: string, text: string) => Promise<void>,
    private readonly onClose: () => void,
  ) {
    const back = { type: "button", class: "pill", onclick: () => this.close() };
    const form = {
      class: "leave",
      hidden: true,
      "aria-label": TEXT.leaveMessage,
      onsubmit: (event: Event) => {
        event.preventDefault();
        void this.deliver();
      },
    };
    this.element = h(
      "form",
      form,
      h("label", { for: "address" }, TEXT.leaveAddress),
      this.address,
      h("label", { for: "leave-text" }, TEXT.leaveText),
      this.text,
      this.problem,
      h("div", { class: "buttons" }, h("button", back, TEXT.back), this.submit),
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Shows the form and moves the focus into it. */
  open(): void {
    this.element.hidden = false;
    setText(this.problem, "");
    this.address.focus();
  }

  /** Hides the form; what was written stays for the next time. */
  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.onClose();
  }

  private async deliver(): Promise<void> {
    this.submit.disabled = true;
    try {
      await this.send(this.address.value.trim(), this.text.value.trim());
      this.text.value = "";
      this.close();
    } catch (error) {
      const code = error instanceof RequestError ? error.code : "internal";
      setText(this.problem, code === "bad_request" ? TEXT.badAddress : errorText(code));
      if (code === "bad_request") this.address.focus();
    } finally {
      this.submit.disabled = false;
    }
  }
}
