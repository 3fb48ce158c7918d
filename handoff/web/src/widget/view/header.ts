/** The top of the panel: what this is, who the customer is talking to, and the way out. */
import type { ConversationState } from "../../shared/protocol";
import { ownerLine, TEXT } from "../text";
import { h, icon, setText } from "./dom";

export class Header {
  readonly heading = h("h2", { id: "heading" });
  private readonly line = h("p", { role: "status", class: "owner" });
  private readonly avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  readonly element: HTMLElement;
  private drawn = "";

  constructor(onClose: () => void) {
    this.element = h(
      "div",
      { class: "header" },
      this.avatar,
      h("div", { class: "who" }, this.heading, this.line),
      h(
        "button",
        { class: "icon-button", type: "button", "aria-label": TEXT.close, onclick: onClose },
        icon("close"),
      ),
    );
  }

  update(heading: string, state: ConversationState): void {
    setText(this.heading, heading);
    setText(this.line, ownerLine(state));
    this.drawAvatar(state);
  }

  private drawAvatar({ owner, agent_name }: ConversationState): void {
    const key = `${owner} ${agent_name}`;
    if (key === this.drawn) return;
    this.drawn = key;
    this.avatar.dataset["owner"] = owner;
    if (owner === "agent") this.avatar.replaceChildren(initial(agent_name));
    else this.avatar.replaceChildren(icon(owner === "queue" ? "clock" : "bot"));
  }
}

function initial(name: string | null): Node {
  const letter = name?.trim().charAt(0);
  return letter ? document.createTextNode(letter.toUpperCase()) : icon("person");
}
