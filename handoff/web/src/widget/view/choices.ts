/** A row of buttons that say something in the customer's name: suggestions and quick replies. */
import { h } from "./dom";

export class Choices {
  readonly element: HTMLElement;
  private shown = "";

  constructor(
    label: string,
    private readonly onChoose: (text: string) => void,
  ) {
    this.element = h("div", { class: "choices", role: "group", "aria-label": label, hidden: true });
  }

  update(titles: string[]): void {
    const key = titles.join("\n");
    if (key === this.shown) return;
    this.shown = key;
    this.element.hidden = titles.length === 0;
    this.element.replaceChildren(
      ...titles.map((title) =>
        h("button", { type: "button", dir: "auto", onclick: () => this.onChoose(title) }, title),
      ),
    );
  }
}
