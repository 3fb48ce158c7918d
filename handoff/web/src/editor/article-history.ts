/** The history of an article in a drawer: who changed what and when, and a way back. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import { LitElement, css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { emit } from "../shared/app-shell-emit";
import { baseStyles } from "../shared/app-shell-styles";
import { dayAndTime } from "../shared/app-shell-time";
import { explain } from "../shared/rest-errors";
import { getRevision, listRevisions, type Restore, type Revision } from "./article-api";
import { changes, type Change, type Piece } from "./article-changes";

const ACTIONS: Record<Revision["action"], string> = {
  created: "Created",
  updated: "Changed",
  deleted: "Deleted",
  imported: "Imported",
  restored: "Restored",
};
const FIELDS: Record<string, string> = { variants: "question variants", text: "answer" };

/** Emits `restore` with a `Restore` as its detail. */
@customElement("article-history")
export class ArticleHistory extends LitElement {
  static override styles = [
    baseStyles,
    css`
      wa-drawer {
        --size: min(40rem, 100vw);
      }
      ol {
        display: grid;
        gap: var(--wa-space-s);
      }
      h3 {
        margin-top: var(--wa-space-s);
        font-size: var(--wa-font-size-s);
      }
      .text {
        margin-top: var(--wa-space-2xs);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      ins {
        background: var(--wa-color-success-fill-quiet);
        color: var(--wa-color-success-on-quiet);
      }
      del {
        background: var(--wa-color-danger-fill-quiet);
        color: var(--wa-color-danger-on-quiet);
      }
      details {
        padding: var(--wa-space-s) var(--wa-space-m);
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-panel-border-radius);
      }
      summary {
        cursor: pointer;
      }
      summary:focus-visible {
        outline: var(--wa-focus-ring);
        outline-offset: var(--wa-focus-ring-offset);
      }
      details wa-button {
        margin-top: var(--wa-space-m);
      }
    `,
  ];

  @state() private open = false;
  @state() private revisions: Revision[] | null = null;
  @state() private problem = "";
  /** By number, once looked at. */
  @state() private changed: Record<number, Change[]> = {};
  #article = "";

  /** Opens the drawer and reads the history. */
  async show(articleId: string): Promise<void> {
    Object.assign(this, { open: true, revisions: null, problem: "", changed: {} });
    this.#article = articleId;
    try {
      this.revisions = await listRevisions(articleId);
    } catch (error) {
      this.problem = explain(error);
    }
  }

  async #compare(index: number): Promise<void> {
    const [after, before] = this.revisions!.slice(index, index + 2);
    if (!after || this.changed[after.revision]) return;
    const read = (one?: Revision) => one && getRevision(this.#article, one.revision);
    try {
      const [now, old] = await Promise.all([read(after), read(before)]);
      this.changed = { ...this.changed, [after.revision]: changes(old?.article ?? null, now!.article!) };
    } catch (error) {
      this.problem = explain(error);
    }
  }

  #restore(revision: number): void {
    this.open = false;
    const restore: Restore = { revision, replaces: this.revisions![0]!.revision };
    emit(this, "restore", restore);
  }

  #summary(one: Revision): string {
    const who = one.author === "import" ? "" : ` by ${one.author || "somebody"}`;
    const when = dayAndTime(Date.parse(one.at), Date.now());
    const what = one.changed.map((field) => FIELDS[field] ?? field).join(", ");
    return `${one.revision} · ${ACTIONS[one.action]}${who}, ${when}${what ? ` · ${what}` : ""}`;
  }

  #piece({ text, kind }: Piece) {
    if (kind === "same") return text;
    return kind === "added"
      ? html`<ins><span class="unseen">added: </span>${text}</ins>`
      : html`<del><span class="unseen">removed: </span>${text}</del>`;
  }

  #changes(found: Change[]) {
    if (!found.length) return html`<p class="quiet">Nothing was written differently.</p>`;
    return found.map(
      ({ label, pieces }) => html`<h3>${label}</h3>
        <p class="text">${pieces.map((piece) => this.#piece(piece))}</p>`,
    );
  }

  #revision(one: Revision, index: number) {
    const found = this.changed[one.revision];
    return html`<li>
      <details @toggle=${() => this.#compare(index)}>
        <summary>${this.#summary(one)}</summary>
        ${found ? this.#changes(found) : html`<p class="quiet">Loading…</p>`}
        ${index
          ? html`<wa-button size="s" appearance="outlined" @click=${() => this.#restore(one.revision)}>
              Restore revision ${one.revision}
            </wa-button>`
          : nothing}
      </details>
    </li>`;
  }

  override render() {
    return html`<wa-drawer
      label="History"
      light-dismiss
      ?open=${this.open}
      @wa-after-hide=${(event: Event) => {
        if (event.target === event.currentTarget) this.open = false;
      }}
    >
      ${this.problem
        ? html`<wa-callout variant="danger" size="s" role="alert">${this.problem}</wa-callout>`
        : nothing}
      ${this.revisions
        ? html`<ol>
            ${this.revisions.map((one, index) => this.#revision(one, index))}
          </ol>`
        : this.problem
          ? nothing
          : html`<p class="empty" role="status">Loading…</p>`}
    </wa-drawer>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "article-history": ArticleHistory;
  }
}
