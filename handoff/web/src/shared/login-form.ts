/** The log-in page of the console and the editor. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import type WaInput from "@awesome.me/webawesome/dist/components/input/input.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { baseStyles } from "./app-shell-styles";
import type { Person } from "./protocol";
import { logIn } from "./rest";
import { errorCode, errorText } from "./rest-errors";

/** Emits `logged-in` with the account as its detail. */
@customElement("login-form")
export class LoginForm extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        min-height: 100dvh;
        display: grid;
        place-items: center;
        padding: var(--wa-space-m);
        background: var(--wa-color-surface-lowered);
      }
      main {
        width: min(24rem, 100%);
        padding: var(--wa-space-xl);
        background: var(--wa-color-surface-default);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        box-shadow: var(--wa-shadow-m);
      }
      h1 {
        font-size: var(--wa-font-size-xl);
        line-height: var(--wa-line-height-condensed);
      }
      form {
        display: grid;
        gap: var(--wa-space-m);
        margin-top: var(--wa-space-l);
      }
    `,
  ];

  /** Which application asks, e.g. "Agent console". */
  @property() heading = "";
  /** Why the form is shown although someone had been logged in. */
  @property() notice = "";
  @state() private error = "";
  @state() private busy = false;
  @query("wa-input[name=email]") private email!: WaInput;
  @query("wa-input[name=password]") private password!: WaInput;

  override firstUpdated(): void {
    void this.email.updateComplete.then(() => this.email.focus());
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const email = (this.email.value ?? "").trim();
    const password = this.password.value ?? "";
    this.error = email && password ? "" : "Enter your e-mail address and your password.";
    if (this.error) return (email ? this.password : this.email).focus();
    this.busy = true;
    try {
      const detail: Person = await logIn(email, password);
      this.dispatchEvent(new CustomEvent("logged-in", { detail }));
    } catch (error) {
      this.#refused(errorCode(error));
    } finally {
      this.busy = false;
    }
  }

  #refused(code: string): void {
    const wrong = code === "unauthenticated" || code === "bad_request";
    this.error = wrong ? "The e-mail address or the password is not right." : errorText(code);
    if (wrong) {
      this.password.value = "";
      this.password.focus();
    }
  }

  override render() {
    return html`<main>
      <h1>Tandem</h1>
      <p class="quiet">${this.heading}</p>
      <form novalidate @submit=${(event: Event) => this.#submit(event)}>
        ${this.notice && !this.error
          ? html`<wa-callout size="s" variant="neutral" role="status">${this.notice}</wa-callout>`
          : nothing}
        <div role="alert">
          ${this.error
            ? html`<wa-callout size="s" variant="danger">${this.error}</wa-callout>`
            : nothing}
        </div>
        <wa-input
          name="email"
          type="email"
          label="E-mail"
          autocomplete="username"
          required
        ></wa-input>
        <wa-input
          name="password"
          type="password"
          label="Password"
          autocomplete="current-password"
          password-toggle
          required
        ></wa-input>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Log in</wa-button>
      </form>
    </main>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "login-form": LoginForm;
  }
}
