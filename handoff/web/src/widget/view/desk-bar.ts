/** The way to a person, and the way out of the queue; also where a refused request is explained. */
import type { ConversationState } from "../../shared/protocol";
import { RequestError } from "../../shared/socket";
import { errorText, TEXT } from "../text";
import { waitingHint } from "../wait";
import { h, icon, setText } from "./dom";

const EXPLAIN_MS = 6_000;

export class DeskBar {
  private readonly ask: HTMLButtonElement;
  private readonly message: HTMLButtonElement;
  private readonly leave: HTMLButtonElement;
  private readonly hint = h("p", { class: "hint" });
  private readonly problem = h("p", { class: "problem", role: "alert" });
  readonly element: HTMLElement;
  private timer = 0;
  /** True after a request was refused because no line has room. */
  private full = false;

  constructor(
    requestHuman: () => Promise<void>,
    cancelHandoff: () => Promise<void>,
    leaveMessage: () => void,
  ) {
    const button = (run: () => Promise<void>) => ({
      type: "button",
      class: "pill",
      onclick: (event: Event) => void this.run(event.currentTarget as HTMLButtonElement, run),
    });
    this.ask = h("button", button(requestHuman), icon("person"), TEXT.requestHuman);
    const opens = { type: "button", class: "pill", onclick: leaveMessage };
    this.message = h("button", opens, TEXT.leaveMessage);
    this.leave = h("button", button(cancelHandoff), TEXT.cancelHandoff);
    this.element = h(
      "div",
      { class: "desk-bar" },
      this.ask,
      this.hint,
      this.message,
      this.leave,
      this.problem,
    );
  }

  /** `unserved`: the queue has sent the customer back to the bot. */
  update(state: ConversationState, unserved: boolean): void {
    const { owner, message_left } = state;
    const waits = owner === "queue";
    if (owner !== "bot") this.full = false;
    this.ask.hidden = owner !== "bot";
    this.hint.hidden = this.leave.hidden = !waits;
    this.message.hidden = waits ? message_left === true : owner !== "bot" || !(unserved || this.full);
    if (waits) setText(this.hint, waitingHint(state, Date.now()));
  }

  private async run(button: HTMLButtonElement, request: () => Promise<void>): Promise<void> {
    button.disabled = true;
    try {
      await request();
      setText(this.problem, "");
    } catch (error) {
      const code = error instanceof RequestError ? error.code : "internal";
      if (code === "queue_full") {
        this.full = true;
        this.message.hidden = false;
      }
      this.explain(errorText(code));
    } finally {
      button.disabled = false;
    }
  }

  private explain(text: string): void {
    setText(this.problem, text);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => setText(this.problem, ""), EXPLAIN_MS);
  }
}
