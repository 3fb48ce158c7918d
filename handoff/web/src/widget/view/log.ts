/** The list of messages: draws only what changed, and stays at the end while the reader is there. */
import { typingLabel, TEXT } from "../text";
import type { Entry, Outgoing } from "../transcript";
import { h, icon } from "./dom";
import { draw, markDelivery, markReceipt } from "./entries";

/** How far from the end, in pixels, still counts as reading the end. */
const NEAR_END_PX = 80;

export class Log {
  private readonly greeting = h("div", { class: "bubble", dir: "auto" });
  private readonly list = h("div", { class: "list" });
  private readonly typing = h("p", { class: "typing", hidden: true });
  private readonly jump: HTMLButtonElement;
  private readonly scroller: HTMLElement;
  readonly element: HTMLElement;
  private drawn = new Map<string, HTMLElement>();
  private typist = "";

  constructor(
    private readonly onRetry: (outgoing: Outgoing) => void,
    ...after: HTMLElement[]
  ) {
    const welcome = h("article", { class: "message bot", "aria-label": TEXT.assistant });
    welcome.append(this.greeting);
    const log = { class: "log", role: "log", "aria-label": TEXT.log, tabindex: "0" };
    this.scroller = h("div", log, welcome, this.list, ...after, this.typing);
    this.jump = h(
      "button",
      { class: "jump", type: "button", hidden: true, onclick: () => this.toEnd() },
      icon("down"),
      TEXT.newMessages,
    );
    this.scroller.addEventListener("scroll", () => {
      if (this.nearEnd) this.jump.hidden = true;
    });
    this.element = h("div", { class: "log-frame" }, this.scroller, this.jump);
  }

  /** `typist` is the name of whoever is writing, or ""; `receipts` go by the ids of events. */
  update(
    greeting: string,
    entries: Entry[],
    typist: string,
    receipts: ReadonlyMap<string, string>,
  ): void {
    const followed = this.nearEnd;
    this.greeting.textContent = greeting;
    const added = this.reconcile(entries);
    for (const { key, event } of entries) {
      if (event) markReceipt(this.drawn.get(key)!, receipts.get(event.id) ?? "");
    }
    this.showTyping(typist);
    const own = added && entries.at(-1)?.outgoing !== undefined;
    if (followed || own) this.toEnd();
    else if (added) this.jump.hidden = false;
  }

  toEnd(): void {
    this.jump.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private get nearEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  /** Brings the list in line with `entries`; true when something new was added. */
  private reconcile(entries: Entry[]): boolean {
    const before = this.drawn;
    this.drawn = new Map();
    let added = false;
    let previous: HTMLElement | null = null;
    for (const entry of entries) {
      const known = before.get(entry.key);
      const element = known ?? draw(entry, this.onRetry);
      if (known) markDelivery(known, entry, this.onRetry);
      else added = true;
      this.place(element, previous);
      before.delete(entry.key);
      this.drawn.set(entry.key, element);
      previous = element;
    }
    for (const element of before.values()) element.remove();
    return added;
  }

  /** Puts the element behind `previous`, touching the document only where it must. */
  private place(element: HTMLElement, previous: HTMLElement | null): void {
    const expected = previous ? previous.nextSibling : this.list.firstChild;
    if (expected !== element) this.list.insertBefore(element, expected);
    const sender = element.dataset["sender"];
    const again = sender !== undefined && previous?.dataset["sender"] === sender;
    element.classList.toggle("again", again);
  }

  private showTyping(typist: string): void {
    if (typist === this.typist) return;
    this.typist = typist;
    this.typing.hidden = !typist;
    const words = h("span", { class: "unseen" }, typingLabel(typist));
    this.typing.replaceChildren(...(typist ? [h("i"), h("i"), h("i"), words] : []));
  }
}
