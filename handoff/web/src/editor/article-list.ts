/** The articles at the left: search, filter by state, list. Arrow keys move between articles. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import type WaInput from "@awesome.me/webawesome/dist/components/input/input.js";
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { emit } from "../shared/app-shell-emit";
import { step } from "../shared/app-shell-steps";
import { Follow } from "../shared/app-shell-store";
import type { Article } from "../shared/protocol";
import type { Status } from "./article-api";
import { articleListStyles } from "./article-list-styles";
import type { EditorStore } from "./editor-store";
import { languageName } from "./language-names";
import { STATUSES, STATUS_LOOKS } from "./statuses";

/** Emits `open-article` with the id (null for a new article) as its detail. */
@customElement("article-list")
export class ArticleList extends LitElement {
  static override styles = articleListStyles;

  @property({ attribute: false }) store!: EditorStore;
  @state() private focused: string | null = null;

  constructor() {
    super();
    new Follow(this, () => this.store);
  }

  #open(id: string | null): void {
    emit(this, "open-article", id);
  }

  #move(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLButtonElement>(".entry")];
    const at = buttons.findIndex((button) => button.matches(":focus"));
    const next = step(event.key, at, buttons.length);
    if (next === null) return;
    event.preventDefault();
    buttons[next]!.focus();
  }

  #choice(status: Status | "", text: string, count: number | undefined) {
    const { list } = this.store;
    return html`<label>
      <input
        type="radio"
        name="status"
        .checked=${list.filter === status}
        @change=${() => list.show(status)}
      /><span>${text} ${count === undefined ? nothing : html`<small>${count}</small>`}</span>
    </label>`;
  }

  #filters() {
    const { counts } = this.store.list;
    const all = counts ? counts.published + counts.draft + counts.archived : undefined;
    return html`<fieldset>
      <legend class="unseen">Show</legend>
      ${this.#choice("", "All", all)}
      ${STATUSES.map((status) =>
        this.#choice(status, STATUS_LOOKS[status].text, counts?.[status]),
      )}
    </fieldset>`;
  }

  #item(article: Article, current: string | undefined) {
    const look = STATUS_LOOKS[article.status];
    const selected = article.id === this.store.form.base?.id;
    const count = article.variants.length;
    return html`<li>
      <button
        type="button"
        class="entry"
        tabindex=${article.id === current ? 0 : -1}
        aria-current=${selected ? "true" : "false"}
        @focus=${() => (this.focused = article.id)}
        @click=${() => this.#open(article.id)}
      >
        <span class="title">${article.title}</span>
        <span class="facts">
          <span class="chip ${look.variant}">${look.text}</span>
          <span>${count} ${count === 1 ? "variant" : "variants"}</span>
          ${article.language && this.store.list.languages.size > 1
            ? html`<span>${languageName(article.language)}</span>`
            : nothing}
          ${article.tags.map((tag) => html`<span class="tag">${tag}</span>`)}
        </span>
      </button>
    </li>`;
  }

  #results() {
    const { list, form } = this.store;
    if (list.problem) {
      return html`<wa-callout variant="danger" size="s" role="alert">
        ${list.problem}
        <wa-button size="xs" @click=${() => list.refresh()}>Try again</wa-button>
      </wa-callout>`;
    }
    if (!list.articles.length) {
      if (list.loading) return html`<p class="empty">Loading…</p>`;
      const searched = list.query.trim() || list.filter;
      return html`<p class="empty">
        ${searched
          ? "No article matches. Search for another word, or show all."
          : "There are no articles yet. Write the first one with “New article”."}
      </p>`;
    }
    const ids = list.articles.map((article) => article.id);
    const current = [this.focused, form.base?.id].find((id) => id && ids.includes(id)) ?? ids[0];
    return html`<ul aria-label="Articles" @keydown=${(event: KeyboardEvent) => this.#move(event)}>
        ${repeat(list.articles, (article) => article.id, (article) => this.#item(article, current))}
      </ul>
      ${list.total > list.articles.length
        ? html`<wa-button class="more" size="s" appearance="plain" @click=${() => list.more()}>
            Show more (${list.total - list.articles.length} left)
          </wa-button>`
        : nothing}`;
  }

  override render() {
    const { list } = this.store;
    return html`<div class="tools">
        <div class="row">
          <h2 class="grow">Articles</h2>
          <wa-button size="s" variant="brand" @click=${() => this.#open(null)}>
            <wa-icon slot="start" name="plus"></wa-icon>New article
          </wa-button>
        </div>
        <wa-input
          size="s"
          type="search"
          class="unlabelled"
          label="Search articles"
          placeholder="Search all text and tags"
          with-clear
          maxlength="200"
          .value=${list.query}
          @input=${(event: Event) => list.search((event.target as WaInput).value ?? "")}
        >
          <wa-icon slot="start" name="magnifying-glass"></wa-icon>
        </wa-input>
        ${this.#filters()}
        <p class="unseen" role="status">${list.loading ? "" : `${list.total} articles found`}</p>
      </div>
      ${this.#results()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "article-list": ArticleList;
  }
}
