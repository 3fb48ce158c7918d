/** The lists at the left: the agent's own chats, who waits, and for supervisors what colleagues have. */

import { LitElement, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Follow } from "../shared/app-shell-store";
import { baseStyles } from "../shared/app-shell-styles";
import type { ConsoleStore } from "./console-store";
import "./queue-list";

@customElement("chat-lists")
export class ChatLists extends LitElement {
  static override styles = baseStyles;

  @property({ attribute: false }) store!: ConsoleStore;
  @property() claiming: string | null = null;

  constructor() {
    super();
    new Follow(this, () => this.store);
  }

  #others() {
    const { store } = this;
    if (!store.supervises) return nothing;
    return html`<queue-list
      kind="others"
      heading="With colleagues"
      .chats=${store.others}
      count=${store.othersCount}
      selected=${store.selected ?? ""}
      ?ready=${store.known}
    >
      No colleague has a chat.
    </queue-list>`;
  }

  override render() {
    const { store } = this;
    return html`<queue-list
        kind="mine"
        heading="My chats"
        .chats=${store.mine}
        count=${store.mine.length}
        selected=${store.selected ?? ""}
        ?ready=${store.known}
        .unread=${(id: string) => store.transcript(id).unread}
      >
        You have no chats. Claim one from the queue to start.
      </queue-list>
      <queue-list
        kind="queue"
        heading="Waiting"
        .chats=${store.queue}
        count=${store.queueLength}
        selected=${store.selected ?? ""}
        .claiming=${this.claiming}
        ?ready=${store.known}
      >
        Nobody is waiting. When the bot hands a chat over, it appears here at once.
      </queue-list>
      ${this.#others()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-lists": ChatLists;
  }
}
