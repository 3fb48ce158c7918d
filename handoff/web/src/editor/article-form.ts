/** The form of one article: title, ways to ask, the answer beside its preview, tags. */

import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/spinner/spinner.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "../shared/app-shell-confirm";
import type { ConfirmDialog } from "../shared/app-shell-confirm";
import { say } from "../shared/app-shell-emit";
import { Listen } from "../shared/app-shell-listen";
import { Follow } from "../shared/app-shell-store";
import type { Restore } from "./article-api";
import { articleFormStyles } from "./article-form-styles";
import type { Typed } from "./article-form-state";
import "./article-history";
import type { ArticleHistory } from "./article-history";
import "./article-head";
import "./article-language";
import type { Field } from "./article-rules";
import "./conflict-notice";
import type { EditorStore } from "./editor-store";
import "./markdown-preview";

/** Emits `show-list`, and `say` ({text, variant}) for a toast. */
@customElement("article-form")
export class ArticleForm extends LitElement {
  static override styles = articleFormStyles;

  @property({ attribute: false }) store!: EditorStore;
  @query("confirm-dialog") private confirm!: ConfirmDialog;
  @query("article-history") private history!: ArticleHistory;

  constructor() {
    super();
    new Follow(this, () => this.store);
    new Listen(this, window, "keydown", (event: KeyboardEvent) => this.#shortcut(event));
  }

  #shortcut(event: KeyboardEvent): void {
    const save = event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey);
    if (!save || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (this.store.form.dirty && !this.store.form.busy) void this.#save();
  }

  #say(text: string): void {
    this.store.stored();
    say(this, text, "success");
  }

  async #after(done: boolean, text: string): Promise<void> {
    if (done) return this.#say(text);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("[data-refused]")?.focus();
  }

  get #savedText(): string {
    const { status } = this.store.form;
    if (status === "published") return "Live now: the bot answers with this text.";
    return status === "draft" ? "Saved as a draft. Publish it to make it live." : "Saved, archived.";
  }

  async #save(): Promise<void> {
    await this.#after(await this.store.form.save(), this.#savedText);
  }

  async #publish(): Promise<void> {
    await this.#after(await this.store.form.publish(), "Live now: the bot answers with this text.");
  }

  async #keepMine(): Promise<void> {
    await this.#after(await this.store.form.keepMine(), this.#savedText);
  }

  async #archive(): Promise<void> {
    const { form } = this.store;
    const unsaved = form.dirty ? " Your unsaved changes are lost." : "";
    const yes = await this.confirm.ask({
      heading: "Archive this article?",
      text: `The bot stops answering with it at once. You can publish it again later.${unsaved}`,
      confirm: "Archive",
      danger: true,
    });
    if (yes) await this.#after(await form.archive(), "Archived: the bot no longer answers with it.");
  }

  async #restore(restore: Restore): Promise<void> {
    const { form } = this.store;
    const { revision } = restore;
    const live = form.status === "published" ? " The bot answers with it at once." : "";
    const unsaved = form.dirty ? " Your unsaved changes are lost." : "";
    const yes = await this.confirm.ask({
      heading: `Restore revision ${revision}?`,
      text: `Its content becomes the newest revision; nothing is lost from the history.${live}${unsaved}`,
      confirm: "Restore",
    });
    if (yes) await this.#after(await form.restore(restore), `Revision ${revision} is restored.`);
  }

  #error(field: Field) {
    const text = this.store.form.errors[field];
    return text ? html`<p class="error" role="alert">${text}</p>` : nothing;
  }

  #type(field: keyof Typed): (event: Event) => void {
    return (event) => this.store.form.type(field, (event.target as HTMLInputElement).value ?? "");
  }

  #input(field: "id" | "title" | "tags", label: string, hint: string) {
    const { form } = this.store;
    return html`<div>
      <wa-input
        label=${label}
        hint=${hint}
        .value=${form.typed[field]}
        ?required=${field !== "tags"}
        ?data-refused=${Boolean(form.errors[field])}
        @input=${this.#type(field)}
      ></wa-input>
      ${this.#error(field)}
    </div>`;
  }

  #area(field: "variants" | "text", label: string, hint: string, rows: number) {
    const { form } = this.store;
    return html`<div class=${field}>
      <wa-textarea
        label=${label}
        hint=${hint}
        rows=${rows}
        .value=${form.typed[field]}
        ?required=${field === "text"}
        ?data-refused=${Boolean(form.errors[field])}
        @input=${this.#type(field)}
      ></wa-textarea>
      ${this.#error(field)}
    </div>`;
  }

  #fields() {
    const { form, list } = this.store;
    const count = form.variants.length;
    const counted = `${count} ${count === 1 ? "variant" : "variants"}`;
    return html`<div class="fields">
      ${this.#input("title", "Title", "The question in a few words.")}
      ${form.base
        ? nothing
        : this.#input("id", "Id", "Proposed from the title; cannot be changed later.")}
      ${this.#area(
        "variants",
        "Question variants",
        `Other ways customers ask this, one per line (${counted}).`,
        5,
      )}
      <div class="answer">
        ${this.#area("text", "Answer", "Markdown: **bold**, lists, links, tables.", 12)}
        <div class="preview">
          <h3>Preview</h3>
          <markdown-preview text=${form.typed.text}></markdown-preview>
        </div>
      </div>
      ${this.#input("tags", "Tags", "Separated by commas.")}
      <article-language
        .article=${form.base}
        .inUse=${list.languages}
        value=${form.typed.language}
        error=${form.errors.language ?? ""}
        ?data-refused=${Boolean(form.errors.language)}
        @language=${(event: CustomEvent<string>) => form.type("language", event.detail)}
      ></article-language>
    </div>`;
  }

  #body() {
    const { form } = this.store;
    if (form.busy === "loading") {
      return html`<p class="empty" role="status"><wa-spinner></wa-spinner> Loading…</p>`;
    }
    return html`${form.problem
      ? html`<wa-callout variant="danger" size="s" role="alert">${form.problem}</wa-callout>`
      : nothing}
    ${form.theirs
      ? html`<conflict-notice
          .theirs=${form.theirs}
          @keep-mine=${() => this.#keepMine()}
          @take-theirs=${() => form.takeTheirs()}
        ></conflict-notice>`
      : nothing}
    ${form.base || !form.problem || form.dirty ? this.#fields() : nothing}`;
  }

  override render() {
    const { form } = this.store;
    return html`<article-head
        .article=${form.base}
        ?dirty=${form.dirty}
        .busy=${form.busy}
        @save=${() => this.#save()}
        @publish=${() => this.#publish()}
        @archive=${() => this.#archive()}
        @history=${() => this.history.show(form.base!.id)}
        @show-list=${() => this.dispatchEvent(new Event("show-list"))}
      ></article-head>
      <div class="scroll">
        <h2 class="unseen">${form.base ? `Edit ${form.base.title}` : "New article"}</h2>
        ${this.#body()}
      </div>
      <article-history
        @restore=${(event: CustomEvent<Restore>) => this.#restore(event.detail)}
      ></article-history>
      <confirm-dialog></confirm-dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "article-form": ArticleForm;
  }
}
