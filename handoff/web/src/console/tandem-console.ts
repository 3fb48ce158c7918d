/** The agent console: queue and own chats at the left, the open chat, facts about the customer. */

import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import { LitElement, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import "../shared/app-shell";
import type { AppShell } from "../shared/app-shell";
import type { Toast } from "../shared/app-shell-emit";
import { Listen } from "../shared/app-shell-listen";
import { Follow } from "../shared/app-shell-store";
import type { Person, Summary } from "../shared/protocol";
import { errorCode, errorText, explain } from "../shared/rest-errors";
import "./chat-lists";
import "./chat-panel";
import { holderOf, type ChatPanel } from "./chat-panel";
import { ConsoleStore } from "./console-store";
import "./customer-facts";
import "./desk-bar";
import { Notifier } from "./notifier";
import { askedBy } from "./offer-list";
import { reasonTexts } from "./reasons";
import type { StatusChoice } from "./status-menu";
import { consoleStyles } from "./tandem-console-styles";

@customElement("tandem-console")
export class TandemConsole extends LitElement {
  static override styles = consoleStyles;

  @state() private store: ConsoleStore | null = null;
  @state() private claiming: string | null = null;
  @state() private factsOpen = false;
  /** What a screen reader is told next. */
  @state() private spoken = "";
  @query("app-shell") private shell!: AppShell;
  @query("chat-panel") private panel!: ChatPanel | null;
  readonly #notifier = new Notifier();

  constructor() {
    super();
    new Follow(this, () => this.store);
    new Listen(this, window, "keydown", (event: KeyboardEvent) => this.#shortcut(event));
    new Listen(this, document, "visibilitychange", () => this.store?.seen());
  }

  override disconnectedCallback(): void {
    this.store?.stop();
    super.disconnectedCallback();
  }

  override updated(): void {
    const waiting = this.store?.queueLength ?? 0;
    document.title = `${waiting ? `(${waiting}) ` : ""}Agent console · Tandem`;
  }

  #shortcut(event: KeyboardEvent): void {
    if (!event.altKey || !event.shiftKey || !this.store) return;
    const offer = this.store.offers[0]?.conversation;
    if (event.code === "KeyC") void this.#claimNext();
    else if (event.code === "KeyA" && offer) void this.#accept(offer);
    else return;
    event.preventDefault();
  }

  /** A session that ended and began again goes on where it was. */
  #account(account: Person | null): void {
    this.store?.stop();
    if (!account) return;
    if (this.store?.agent.id !== account.id) {
      this.store = new ConsoleStore(account, {
        waiting: (chat) => this.#newWaiting(chat),
        offered: (chat) => this.#offered(chat),
        said: (chat, text) => this.#announce(`${chat.customer}: ${text}`),
      });
    }
    this.store.start();
  }

  #announce(text: string): void {
    // The same sentence twice must still be a change for a screen reader.
    this.spoken = this.spoken === text ? `${text}\u00a0` : text;
  }

  #newWaiting(chat: Summary): void {
    const why = reasonTexts(chat.reasons);
    this.#announce(`New chat waiting: ${chat.customer}. ${why}`);
    this.#notifier.show(`${chat.customer} is waiting`, why, chat.conversation);
  }

  #offered(chat: Summary): void {
    const left = Math.max(0, Math.round(((chat.offer?.until ?? 0) - Date.now()) / 1000));
    const asks = askedBy(this.store!.passedOn(chat));
    const why = [asks, reasonTexts(chat.reasons)].filter(Boolean).join(" ");
    this.#announce(
      `Chat offered to you: ${chat.customer}. ${why}. ${left} seconds to accept, with Alt+Shift+A.`,
    );
    this.#notifier.show(`${chat.customer} is offered to you`, why, chat.conversation);
  }

  async #accept(id: string): Promise<void> {
    if (this.claiming) return;
    this.claiming = id;
    try {
      await this.store!.act("accept", id);
      this.store!.select(id);
      this.#announce(`You took the chat with ${this.store!.summary(id)?.customer}.`);
      this.#write(id);
    } catch (error) {
      this.shell.toast({ text: explain(error), variant: "warning" });
    } finally {
      this.claiming = null;
    }
  }

  async #try(command: Promise<void>, done = ""): Promise<void> {
    try {
      await command;
      if (done) this.#announce(done);
    } catch (error) {
      this.shell.toast({ text: explain(error), variant: "warning" });
    }
  }

  #setStatus({ status, reason }: StatusChoice): void {
    void this.#try(this.store!.setStatus(status, reason), `Your status is ${status} now.`);
  }

  #open(id: string | null): void {
    this.store!.select(id);
    if (id) this.#write(id);
  }

  #write(id: string): void {
    void this.updateComplete.then(() => this.panel?.write(id));
  }

  async #claimNext(): Promise<void> {
    const next = this.store?.queue[0];
    if (next) await this.#claim(next.conversation);
    else this.shell.toast({ text: "Nobody is waiting.", variant: "neutral" });
  }

  async #claim(id: string): Promise<void> {
    if (this.claiming) return;
    this.claiming = id;
    const name = this.store!.summary(id)?.customer ?? "The customer";
    try {
      await this.store!.claim(id);
      this.#announce(`You took the chat with ${name}.`);
      this.#write(id);
    } catch (error) {
      const code = errorCode(error);
      const taken = code === "already_taken" || code === "not_queued";
      const text = code === "already_taken" ? `A colleague was faster: ${name} is taken.` : errorText(code);
      this.shell.toast({ text, variant: taken ? "warning" : "danger" });
    } finally {
      this.claiming = null;
    }
  }

  #facts(store: ConsoleStore, id: string, place = "") {
    const chat = store.summary(id);
    if (!chat) return nothing;
    const standing = store.standing(id);
    return html`<customer-facts
      class=${place}
      .chat=${chat}
      ?waiting=${standing.owner === "queue"}
      holder=${holderOf(standing)}
    ></customer-facts>`;
  }

  #chat(store: ConsoleStore, id: string | null) {
    if (!id) {
      return html`<section class="nothing" aria-label="No chat open">
        <h2>No chat open</h2>
        <p class="quiet">
          Pick a chat at the left to read what the customer and the bot have said. Claim it to reply.
        </p>
      </section>`;
    }
    return html`<section aria-label="Open chat">
        <chat-panel
          .store=${store}
          conversation=${id}
          .claiming=${this.claiming}
          @show-list=${() => this.#open(null)}
          @show-facts=${() => (this.factsOpen = true)}
        ></chat-panel>
      </section>
      <aside aria-label="About this chat">${this.#facts(store, id)}</aside>
      <wa-drawer
        label="About this chat"
        light-dismiss
        ?open=${this.factsOpen}
        @wa-after-hide=${() => (this.factsOpen = false)}
      >
        ${this.factsOpen ? this.#facts(store, id, "in-drawer") : nothing}
      </wa-drawer>`;
  }

  #desk(store: ConsoleStore) {
    return html`<desk-bar
        slot="bar"
        waiting=${store.queueLength}
        .notifier=${this.#notifier}
        .me=${store.me}
        @set-status=${(event: CustomEvent<StatusChoice>) => this.#setStatus(event.detail)}
        @claim-next=${() => this.#claimNext()}
      ></desk-bar>
      <div class="page">
        ${store.connection === "open"
          ? nothing
          : html`<p class="banner" role="status">
              ${store.known ? "Reconnecting… New messages appear when the line is back." : "Connecting…"}
            </p>`}
        <offer-list
          .offers=${store.offers}
          .passedOn=${(chat: Summary) => store.passedOn(chat)}
          .busy=${this.claiming}
          @open-chat=${(event: CustomEvent<string>) => this.#open(event.detail)}
          @accept-offer=${(event: CustomEvent<string>) => this.#accept(event.detail)}
          @decline-offer=${(event: CustomEvent<string>) =>
            this.#try(store.act("decline", event.detail), "You declined the chat.")}
        ></offer-list>
        <div class="desk ${store.selected ? "chat-open" : ""}">
          <nav
            aria-label="Chats"
            @open-chat=${(event: CustomEvent<string>) => this.#open(event.detail)}
          >
            <chat-lists .store=${store} .claiming=${this.claiming}></chat-lists>
          </nav>
          ${this.#chat(store, store.selected)}
        </div>
      </div>
      <p class="unseen" role="status" aria-live="polite">${this.spoken}</p>`;
  }

  override render() {
    return html`<app-shell
      heading="Agent console"
      needs="agent supervisor"
      @account=${(event: CustomEvent<Person | null>) => this.#account(event.detail)}
      @claim-chat=${(event: CustomEvent<string>) => this.#claim(event.detail)}
      @say=${(event: CustomEvent<Toast>) => this.shell.toast(event.detail)}
    >
      ${this.store ? this.#desk(this.store) : nothing}
    </app-shell>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tandem-console": TandemConsole;
  }
}
