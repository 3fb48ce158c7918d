/** The article editor: list at the left, form in the middle, a question to try at the right. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import { LitElement, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import "../shared/app-shell";
import type { AppShell } from "../shared/app-shell";
import "../shared/app-shell-confirm";
import type { ConfirmDialog } from "../shared/app-shell-confirm";
import type { Toast } from "../shared/app-shell-emit";
import { Listen } from "../shared/app-shell-listen";
import { Follow } from "../shared/app-shell-store";
import type { Person } from "../shared/protocol";
import "./article-form";
import "./article-list";
import { EditorStore } from "./editor-store";
import { editorStyles } from "./tandem-editor-styles";
import "./try-box";

const NARROW = window.matchMedia("(max-width: 1200px)");

@customElement("tandem-editor")
export class TandemEditor extends LitElement {
  static override styles = editorStyles;

  @state() private store: EditorStore | null = null;
  @state() private trying = false;
  @query("app-shell") private shell!: AppShell;
  @query("#unsaved") private unsaved!: ConfirmDialog;
  #person = "";

  constructor() {
    super();
    new Follow(this, () => this.store);
    new Listen(this, NARROW, "change", () => this.requestUpdate());
    new Listen(this, window, "beforeunload", (event: BeforeUnloadEvent) => {
      if (this.store?.form.dirty) event.preventDefault();
    });
  }

  override updated(): void {
    const form = this.store?.form;
    if (!form) return;
    const hash = form.base ? `#${form.base.id}` : "";
    if (form.busy !== "loading" && location.hash !== hash) {
      history.replaceState(null, "", location.pathname + hash);
    }
    document.title = `${form.base ? `${form.base.title} · ` : ""}Article editor · Tandem`;
  }

  /** A session that ended and began again keeps what was typed. */
  #account(account: Person | null): void {
    if (!account || (this.store && account.id === this.#person)) return;
    this.#person = account.id;
    const id = decodeURIComponent(location.hash.slice(1));
    this.store = new EditorStore();
    if (id) this.store.open(id);
  }

  async #mayLeave(): Promise<boolean> {
    if (!this.store?.form.dirty) return true;
    return this.unsaved.ask({
      heading: "Discard your changes?",
      text: "The article in the form has changes that are not saved.",
      confirm: "Discard changes",
      cancel: "Keep editing",
      danger: true,
    });
  }

  async #open(id: string | null): Promise<void> {
    if (id && id === this.store!.form.base?.id) {
      this.trying = false;
      return;
    }
    if (!(await this.#mayLeave())) return;
    this.trying = false;
    this.store!.open(id);
  }

  async #showList(): Promise<void> {
    if (await this.#mayLeave()) this.store!.form.close();
  }

  async #leaving(event: Event): Promise<void> {
    if (!this.store?.form.dirty) return;
    event.preventDefault();
    if (!(await this.#mayLeave())) return;
    this.store.form.close();
    await this.shell.leave();
  }

  #middle(store: EditorStore) {
    if (!store.form.open) {
      return html`<div class="nothing">
        <h2>No article open</h2>
        <p class="quiet">
          Pick an article at the left, or write a new one. What you publish, the bot knows at once.
        </p>
      </div>`;
    }
    return html`<article-form .store=${store} @show-list=${() => this.#showList()}></article-form>`;
  }

  #try(store: EditorStore) {
    if (!NARROW.matches) {
      return html`<aside aria-label="Try a question">
        <try-box saved=${store.saved}></try-box>
      </aside>`;
    }
    return html`<wa-drawer
      label="Try a question"
      light-dismiss
      ?open=${this.trying}
      @wa-after-hide=${(event: Event) => {
        if (event.target === event.currentTarget) this.trying = false;
      }}
    >
      <try-box class="in-drawer" saved=${store.saved}></try-box>
    </wa-drawer>`;
  }

  #desk(store: EditorStore) {
    return html`<wa-button
        slot="bar"
        class="try"
        size="s"
        appearance="outlined"
        @click=${() => (this.trying = true)}
      >
        <wa-icon slot="start" name="flask"></wa-icon>Try a question
      </wa-button>
      <div class="desk ${store.form.open ? "article-open" : ""}">
        <nav aria-label="Articles"><article-list .store=${store}></article-list></nav>
        <section aria-label="Article">${this.#middle(store)}</section>
        ${this.#try(store)}
      </div>`;
  }

  override render() {
    return html`<app-shell
        heading="Article editor"
        needs="editor"
        @account=${(event: CustomEvent<Person | null>) => this.#account(event.detail)}
        @leaving=${(event: Event) => this.#leaving(event)}
        @open-article=${(event: CustomEvent<string | null>) => this.#open(event.detail)}
        @say=${(event: CustomEvent<Toast>) => this.shell.toast(event.detail)}
      >
        ${this.store ? this.#desk(this.store) : nothing}
      </app-shell>
      <confirm-dialog id="unsaved"></confirm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tandem-editor": TandemEditor;
  }
}
