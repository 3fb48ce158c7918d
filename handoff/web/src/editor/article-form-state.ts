/** The article being edited: its stored version, what has been typed, and what stands in the way. */

import type { Article } from "../shared/protocol";
import { ApiError } from "../shared/rest";
import { errorCode, explain } from "../shared/rest-errors";
import {
  archiveArticle,
  createArticle,
  getArticle,
  publishArticle,
  restoreArticle,
  updateArticle,
  type Content,
  type Restore,
  type Status,
} from "./article-api";
import { checkArticle, proposeId, refusedField, type FieldErrors } from "./article-rules";

/** The form's fields as typed. */
export interface Typed {
  id: string;
  title: string;
  /** One per line. */
  variants: string;
  text: string;
  /** Separated by commas. */
  tags: string;
  /** A BCP 47 tag; empty only for a new article, which then gets the base's. */
  language: string;
}

export type Busy = "loading" | "save" | "publish" | "archive" | "restore";

const BLANK: Typed = { id: "", title: "", variants: "", text: "", tags: "", language: "" };

const asTyped = (article: Article): Typed => ({
  id: article.id,
  title: article.title,
  variants: article.variants.join("\n"),
  text: article.text ?? "",
  tags: article.tags.join(", "),
  language: article.language ?? "",
});

const parts = (text: string, by: RegExp): string[] =>
  text.split(by).flatMap((part) => part.trim() || []);

export class ArticleFormState {
  /** True while something is in the form. */
  open = false;
  /** The stored version the edit is based on; null for a new article. */
  base: Article | null = null;
  typed: Typed = BLANK;
  busy: Busy | null = null;
  errors: FieldErrors = {};
  /** What went wrong with the whole form, in words. */
  problem = "";
  /** The version a colleague has stored meanwhile. */
  theirs: Article | null = null;
  #idTouched = false;
  #wanted = "";

  constructor(private readonly changed: () => void) {}

  get dirty(): boolean {
    if (!this.open || this.busy === "loading") return false;
    const before = this.base ? asTyped(this.base) : BLANK;
    return (Object.keys(BLANK) as (keyof Typed)[]).some((key) => before[key] !== this.typed[key]);
  }

  get variants(): string[] {
    return parts(this.typed.variants, /\n/);
  }

  get status(): Status {
    return this.base?.status ?? "draft";
  }

  get content(): Content {
    const { title, text, tags, language } = this.typed;
    return {
      title: title.trim(),
      variants: this.variants,
      text: text.trim(),
      tags: parts(tags, /,/),
      status: this.status,
      language: language.trim() || null,
    };
  }

  startNew(): void {
    this.#show(null, BLANK);
    this.#idTouched = false;
    this.changed();
  }

  close(): void {
    this.#show(null, BLANK);
    this.open = false;
    this.changed();
  }

  async load(id: string): Promise<void> {
    this.#show(null, BLANK);
    this.#wanted = id;
    await this.#run("loading", async () => {
      const article = await getArticle(id);
      if (this.#wanted === id) this.#show(article);
    });
  }

  type(field: keyof Typed, value: string): void {
    this.typed = { ...this.typed, [field]: value };
    delete this.errors[field];
    if (field === "id") this.#idTouched = value !== "";
    if (field === "title" && !this.base && !this.#idTouched) {
      this.typed.id = proposeId(value);
      delete this.errors.id;
    }
    this.changed();
  }

  /** Stores what is typed; true if it is stored now. */
  async save(): Promise<boolean> {
    this.errors = checkArticle(this.typed.id, this.content);
    this.problem = Object.keys(this.errors).length ? "Correct the marked fields, then save again." : "";
    if (this.problem) {
      this.changed();
      return false;
    }
    return this.#run("save", async () => this.#show(await this.#store()));
  }

  /** Makes the article live, saving it first if need be. */
  async publish(): Promise<boolean> {
    if ((this.dirty || !this.base) && !(await this.save())) return false;
    return this.#run("publish", async () => this.#show(await publishArticle(this.base!.id)));
  }

  async archive(): Promise<boolean> {
    return this.#run("archive", async () => this.#show(await archiveArticle(this.base!.id)));
  }

  /** Makes the content of an old revision the newest. */
  async restore(restore: Restore): Promise<boolean> {
    return this.#run("restore", async () =>
      this.#show(await restoreArticle(this.base!.id, restore)),
    );
  }

  /** Ends a conflict by storing what is typed over the colleague's version. */
  async keepMine(): Promise<boolean> {
    this.base = this.theirs;
    this.theirs = null;
    return this.save();
  }

  /** Ends a conflict by giving up what is typed. */
  takeTheirs(): void {
    this.#show(this.theirs!);
    this.changed();
  }

  #store(): Promise<Article> {
    const { base, content } = this;
    if (base) return updateArticle(base.id, base.revision, content);
    return createArticle(this.typed.id, content);
  }

  #show(base: Article | null, typed: Typed = asTyped(base!)): void {
    Object.assign(this, { base, typed, open: true, errors: {}, problem: "", theirs: null });
    this.#wanted = base?.id ?? "";
  }

  async #run(busy: Busy, work: () => Promise<void>): Promise<boolean> {
    this.busy = busy;
    this.problem = "";
    this.changed();
    try {
      await work();
      return true;
    } catch (error) {
      await this.#failed(error);
      return false;
    } finally {
      this.busy = null;
      this.changed();
    }
  }

  async #failed(error: unknown): Promise<void> {
    if (errorCode(error) === "conflict") return this.#conflict();
    this.errors = error instanceof ApiError ? refusedField(error.message) : {};
    const marked = Object.keys(this.errors).length > 0;
    this.problem = marked ? "Correct the marked fields, then save again." : explain(error);
  }

  async #conflict(): Promise<void> {
    if (!this.base) {
      this.errors = { id: "Another article already has this id. Choose another one." };
      this.problem = "Correct the marked fields, then save again.";
      return;
    }
    const theirs = await getArticle(this.base.id).catch(() => null);
    if (!theirs) {
      this.problem = "A colleague deleted this article. Copy your text before you leave.";
    } else if (this.busy === "restore") {
      this.#notRestored(theirs);
    } else {
      this.theirs = theirs;
    }
  }

  /** Shows the colleague's version, unless something typed would be lost. */
  #notRestored(theirs: Article): void {
    if (this.dirty) this.theirs = theirs;
    else this.#show(theirs);
    this.problem =
      `A colleague has just saved revision ${theirs.revision}, so nothing was restored. ` +
      "Look at what they wrote, then restore again if you still want to.";
  }
}
