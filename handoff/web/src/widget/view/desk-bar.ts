/** The way to a person, and the way out of the queue; also where a refused request is explained. */
import type { Owner } from "../../shared/protocol";
import { RequestError } from "../../shared/socket";
import { errorText, TEXT } from "../text";
import { h, icon, setText } from "./dom";

const EXPLAIN_MS = 6_000;

export class DeskBar {
  private readonly ask: HTMLButtonElement;
  private readonly leave: HTMLButtonElement;
  private readonly hint = h("p", { class: "hint" }, TEXT.whileWaiting);
  private readonly problem = h("p", { class: "problem", role: "alert" });
  readonly element: HTMLElement;
  private timer = 0;

  constructor(requestHuman: () => Promise<void>, cancelHandoff: () => Promise<void>) {
    const button = (run: () => Promise<void>) => ({
      type: "button",
      class: "pill",
      onclick: (event: Event) => void this.run(event.currentTarget as HTMLButtonElement, run),
    });
    this.ask = h("button", button(requestHuman), icon("person"), TEXT.requestHuman);
    this.leave = h("button", button(cancelHandoff), TEXT.cancelHandoff);
    this.element = h("div", { class: "desk-bar" }, this.ask, this.hint, this.leave, this.problem);
  }

  update(owner: Owner): void {
    this.ask.hidden = owner !== "bot";
    this.hint.hidden = this.leave.hidden = owner !== "queue";
  }

  private async run(button: HTMLButtonElement, request: () => Promise<void>): Promise<void> {
    button.disabled = true;
    try {
      await request();
      setText(this.problem, "");
    } catch (error) {
      this.explain(errorText(error instanceof RequestError ? error.code : "internal"));
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
