/** The frame of the console and the editor: log-in, bar at the top, toasts, the application below. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/spinner/spinner.js";
import "@awesome.me/webawesome/dist/components/toast/toast.js";
import type WaToast from "@awesome.me/webawesome/dist/components/toast/toast.js";
import { LitElement, html } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { shellStyles } from "./app-shell-frame";
import type { Toast } from "./app-shell-emit";
import { Listen } from "./app-shell-listen";
import "./login-form";
import type { Person } from "./protocol";
import { SESSION_ENDED, logOut, whoAmI } from "./rest";
import { explain } from "./rest-errors";

type Stage = "asking" | "failed" | "logged-out" | "refused" | "ready";

/** Emits `account` (the account or null as detail) and `leaving`; the application is slotted. */
@customElement("app-shell")
export class AppShell extends LitElement {
  static override styles = shellStyles;

  /** Which application this is, e.g. "Agent console". */
  @property() heading = "";
  /** The roles of which an account needs one, separated by spaces. */
  @property() needs = "";
  @state() private stage: Stage = "asking";
  @state() private account: Person | null = null;
  @state() private problem = "";
  @state() private notice = "";
  @query("wa-toast") private toasts!: WaToast;

  constructor() {
    super();
    new Listen(this, window, SESSION_ENDED, () => this.#sessionEnded());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#ask();
  }

  /** Shows a short message that goes away by itself. */
  toast({ text, variant }: Toast): void {
    void this.toasts?.create(text, { variant, duration: variant === "danger" ? 9000 : 5000 });
  }

  #sessionEnded(): void {
    if (this.stage !== "ready") return;
    this.notice = "Your session has ended. Log in again to go on where you were.";
    this.#enter(null);
  }

  async #ask(): Promise<void> {
    this.stage = "asking";
    try {
      this.#enter(await whoAmI());
    } catch (error) {
      this.problem = explain(error);
      this.stage = "failed";
    }
  }

  #enter(account: Person | null): void {
    this.account = account;
    const allowed = this.needs.split(" ").some((role) => account?.roles.includes(role));
    this.stage = !account ? "logged-out" : allowed ? "ready" : "refused";
    const detail = this.stage === "ready" ? account : null;
    this.dispatchEvent(new CustomEvent("account", { detail }));
  }

  /** Logs out, unless a listener of `leaving` prevents it; the page starts afresh. */
  async leave(): Promise<void> {
    if (!this.dispatchEvent(new Event("leaving", { cancelable: true }))) return;
    try {
      await logOut();
      location.reload();
    } catch (error) {
      this.toast({ text: explain(error), variant: "danger" });
    }
  }

  #waiting() {
    return html`<div class="centre" role="status">
      <wa-spinner></wa-spinner><span>Loading…</span>
    </div>`;
  }

  #failure(text: string, button: string, action: () => void) {
    return html`<main class="centre">
      <h1>Tandem</h1>
      <p role="alert">${text}</p>
      <wa-button variant="brand" @click=${action}>${button}</wa-button>
    </main>`;
  }

  #page() {
    return html`<header>
        <h1><span class="brand">Tandem</span> <span class="app">${this.heading}</span></h1>
        <slot name="bar"></slot>
        <span class="who" title=${this.account?.email ?? ""}>${this.account?.name}</span>
        <wa-button class="long" size="s" appearance="plain" @click=${() => this.leave()}>
          Log out
        </wa-button>
        <wa-button class="short" size="s" appearance="plain" @click=${() => this.leave()}>
          <wa-icon name="sign-out" label="Log out"></wa-icon>
        </wa-button>
      </header>
      <main>
        <slot></slot>
        <wa-toast placement="bottom-start"></wa-toast>
      </main>`;
  }

  override render() {
    switch (this.stage) {
      case "asking":
        return this.#waiting();
      case "failed":
        return this.#failure(this.problem, "Try again", () => void this.#ask());
      case "refused":
        return this.#failure(
          `${this.account?.name}, your account has no access to the ${this.heading.toLowerCase()}.`,
          "Log in with another account",
          () => void this.leave(),
        );
      case "logged-out":
        return html`<login-form
          heading=${this.heading}
          notice=${this.notice}
          @logged-in=${(event: CustomEvent<Person>) => this.#enter(event.detail)}
        ></login-form>`;
      case "ready":
        return this.#page();
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "app-shell": AppShell;
  }
}
