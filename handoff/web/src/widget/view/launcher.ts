/** The round button that opens and closes the panel, with the number of unread messages. */
import { TEXT, unreadLabel } from "../text";
import { h, icon, setText } from "./dom";

export class Launcher {
  readonly badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  readonly element: HTMLButtonElement;

  constructor(onToggle: () => void) {
    this.element = h(
      "button",
      { class: "launcher", type: "button", "aria-haspopup": "dialog", onclick: onToggle },
      h("span", { class: "when-closed" }, icon("chat")),
      h("span", { class: "when-open" }, icon("close")),
      this.badge,
    );
    this.update(false, 0);
  }

  update(open: boolean, unread: number): void {
    this.element.setAttribute("aria-expanded", String(open));
    this.element.setAttribute("aria-label", open ? TEXT.close : unreadLabel(unread));
    this.badge.hidden = open || unread === 0;
    setText(this.badge, unread > 9 ? "9+" : String(unread));
  }
}
