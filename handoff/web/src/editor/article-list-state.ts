/** The list of articles: what is searched for, what was found, how many there are of each state. */

import type { Article } from "../shared/protocol";
import { explain } from "../shared/rest-errors";
import { listArticles, type Status } from "./article-api";
import { STATUSES } from "./statuses";

const PAGE = 50;
const PAUSE_MS = 250;

export class ArticleListState {
  query = "";
  filter: Status | "" = "";
  articles: Article[] = [];
  total = 0;
  counts: Record<Status, number> | null = null;
  loading = true;
  problem = "";
  /** The languages of all articles that were listed so far. */
  readonly languages = new Set<string>();
  #timer = 0;
  #asked = 0;

  constructor(private readonly changed: () => void) {}

  /** Searches when nothing has been typed for a moment. */
  search(query: string): void {
    this.query = query;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.refresh(), PAUSE_MS);
    this.changed();
  }

  show(filter: Status | ""): void {
    this.filter = filter;
    void this.refresh();
  }

  /** Reads the list anew, as far as it was shown. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const q = this.query.trim();
    this.loading = true;
    this.changed();
    try {
      const [page, counts] = await Promise.all([
        listArticles(q, this.filter, Math.max(PAGE, Math.min(this.articles.length, 500))),
        Promise.all(STATUSES.map((status) => listArticles(q, status, 1))),
      ]);
      if (asked !== this.#asked) return;
      Object.assign(this, { articles: page.articles, total: page.total, problem: "" });
      this.#note(page.articles);
      const pairs = STATUSES.map((status, index) => [status, counts[index]!.total]);
      this.counts = Object.fromEntries(pairs) as Record<Status, number>;
    } catch (error) {
      if (asked === this.#asked) this.problem = explain(error);
    } finally {
      if (asked === this.#asked) this.loading = false;
      this.changed();
    }
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    const asked = this.#asked;
    try {
      const page = await listArticles(this.query.trim(), this.filter, PAGE, this.articles.length);
      if (asked !== this.#asked) return;
      this.articles = [...this.articles, ...page.articles];
      this.total = page.total;
      this.#note(page.articles);
    } catch (error) {
      this.problem = explain(error);
    }
    this.changed();
  }
  #note(articles: Article[]): void {
    for (const { language } of articles) if (language) this.languages.add(language);
  }
}
